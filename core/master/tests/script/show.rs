use std::{fmt::Write, sync::Arc};

use base_clock::Timestamp;
use core_master::{Effect, Event, ExecutorEvent, InverseEvent, InverseOffer, Offer, RegistryEvent};
use model_cluster::{MachineId, OperationStatus, Quota, TaskStatus};
use model_resources::Role;
use wire_link::{Holdings, ToAgent};

/// A fact in one line, without what changes from run to run.
pub fn event(event: &Event) -> String {
    match event {
        Event::AgentJoined { agent_id, spec, .. } => format!("AgentJoined {} {}", short(agent_id), spec.resources),
        Event::AgentUpdated { agent_id, spec, .. } => format!("AgentUpdated {} {}", short(agent_id), spec.resources),
        Event::AgentUnreachable { agent_id } => format!("AgentUnreachable {}", short(agent_id)),
        Event::AgentReturned { agent_id } => format!("AgentReturned {}", short(agent_id)),
        Event::AgentGone { agent_id } => format!("AgentGone {}", short(agent_id)),
        Event::FrameworkSubscribed { framework_id, face, .. } => format!("FrameworkSubscribed {framework_id} {face:?}"),
        Event::FrameworkUpdated { framework_id, face, .. } => format!("FrameworkUpdated {framework_id} {face:?}"),
        Event::FrameworkDisconnected { framework_id, deadline } => {
            format!("FrameworkDisconnected {framework_id} until {}", at(*deadline))
        }
        Event::FrameworkReconnected { framework_id } => format!("FrameworkReconnected {framework_id}"),
        Event::FrameworkRemoved { framework_id, why } => format!("FrameworkRemoved {framework_id} {why:?}"),
        Event::FrameworkCompleted { framework_id } => format!("FrameworkCompleted {framework_id}"),
        Event::TaskLaunched {
            framework_id,
            agent_id,
            role,
            task,
            ..
        } => format!(
            "TaskLaunched {framework_id}/{} on {} as {role}: {}",
            task.task_id,
            short(agent_id),
            task.resources
        ),
        Event::Executor(_) | Event::StrayExecutorFound { .. } => of_executor(event),
        Event::TaskAdopted {
            framework_id,
            agent_id,
            task,
            state,
            ..
        } => {
            format!(
                "TaskAdopted {framework_id}/{} on {} {state}",
                task.task_id,
                short(agent_id)
            )
        }
        Event::TaskKillRequested {
            framework_id,
            task_id,
            grace_ms,
        } => {
            format!("TaskKillRequested {framework_id}/{task_id} grace {grace_ms:?}")
        }
        Event::StatusRecorded { framework_id, status } => {
            format!("StatusRecorded {}", self::status(framework_id, status))
        }
        Event::StatusAcknowledged {
            framework_id, task_id, ..
        } => format!("StatusAcknowledged {framework_id}/{task_id}"),
        Event::TaskCompleted { framework_id, task_id } => format!("TaskCompleted {framework_id}/{task_id}"),
        Event::HoldingsChanged { agent_id, holdings } => {
            format!("HoldingsChanged {} {}", short(agent_id), self::holdings(holdings))
        }
        Event::LeadershipRecorded(leadership) => format!("LeadershipRecorded from {} on", leadership.index),
        Event::OperationAccepted {
            framework_id,
            operation_id,
            version,
            ..
        } => format!("OperationAccepted {framework_id}/{operation_id} with {version}"),
        Event::OperationRecorded { framework_id, status } => {
            format!("OperationRecorded {}", operation(framework_id, status))
        }
        Event::OperationEnded {
            framework_id,
            operation_id,
        } => format!("OperationEnded {framework_id}/{operation_id}"),
        other => operators(other),
    }
}

/// What operators decided.
fn operators(event: &Event) -> String {
    match event {
        Event::WeightsUpdated { weights } => format!("WeightsUpdated {weights:?}"),
        Event::QuotaUpdated { quotas } => {
            let one = |(role, quota): &(Role, Quota)| {
                let limits: Vec<String> = quota
                    .limits
                    .iter()
                    .map(|(name, limit)| format!("{name}:{limit}"))
                    .collect();
                format!("{role} guarantees '{}' limits '{}'", quota.guarantees, limits.join(";"))
            };
            let quotas: Vec<String> = quotas.iter().map(one).collect();
            format!("QuotaUpdated {}", quotas.join(", "))
        }
        Event::AgentDrainStarted {
            agent_id,
            max_grace_ms,
            mark_gone,
        } => format!(
            "AgentDrainStarted {} grace {max_grace_ms:?}{}",
            short(agent_id),
            if *mark_gone { ", then gone" } else { "" }
        ),
        Event::AgentDrained { agent_id } => format!("AgentDrained {}", short(agent_id)),
        Event::AgentDeactivated { agent_id } => format!("AgentDeactivated {}", short(agent_id)),
        Event::AgentReactivated { agent_id } => format!("AgentReactivated {}", short(agent_id)),
        Event::MaintenanceScheduled { windows } => format!("MaintenanceScheduled {} windows", windows.len()),
        Event::MaintenanceStarted { machines } => format!("MaintenanceStarted {}", names(machines)),
        Event::MaintenanceStopped { machines } => format!("MaintenanceStopped {}", names(machines)),
        Event::AgentForgotten { agent_id } => format!("AgentForgotten {}", short(agent_id)),
        Event::GoneForgotten { agent_ids } => {
            let ids: Vec<_> = agent_ids.iter().map(short).collect();
            format!("GoneForgotten {}", ids.join(" "))
        }
        soft => self::soft(soft),
    }
}

fn soft(event: &Event) -> String {
    match event {
        Event::LeadershipBegan { unreachable_at, .. } => {
            format!("LeadershipBegan, agents have until {}", at(*unreachable_at))
        }
        Event::Stalled { unreachable_at, .. } => format!("Stalled, agents have until {}", at(*unreachable_at)),
        Event::AgentConnected { agent_id, .. } => {
            format!("AgentConnected {}", short(agent_id))
        }
        Event::AgentDisconnected {
            agent_id,
            unreachable_at,
        } => {
            format!("AgentDisconnected {} until {}", short(agent_id), at(*unreachable_at))
        }
        Event::AgentReported { agent_id, tasks } => {
            format!("AgentReported {} with {} tasks", short(agent_id), tasks.len())
        }
        Event::AgentHeard { agent_id } => format!("AgentHeard {}", short(agent_id)),
        Event::AgentPinged { agent_id, .. } => format!("AgentPinged {}", short(agent_id)),
        Event::StrayFound {
            agent_id,
            framework_id,
            task_id,
        } => {
            format!("StrayFound {framework_id}/{task_id} on {}", short(agent_id))
        }
        Event::StrayEnded {
            agent_id,
            framework_id,
            task_id,
        } => {
            format!("StrayEnded {framework_id}/{task_id} on {}", short(agent_id))
        }
        Event::Oversubscribed(of) => format!("Oversubscribed {}: {}", short(&of.agent_id), of.resources),
        Event::AgentHolds { agent_id, version } => format!("AgentHolds {} {version}", short(agent_id)),
        Event::OperationTold { framework_id, status } => format!("OperationTold {}", operation(framework_id, status)),
        Event::OperationsAsked {
            framework_id,
            operations,
        } => format!("OperationsAsked {framework_id} for {}", operations.len()),
        Event::OperationRepeated {
            framework_id,
            operation_id,
        } => format!("OperationRepeated {framework_id}/{operation_id}"),
        Event::UpdateRepeated {
            framework_id, task_id, ..
        } => format!("UpdateRepeated {framework_id}/{task_id}"),
        Event::FrameworkConnected {
            framework_id,
            connection,
        } => {
            format!("FrameworkConnected {framework_id} connection {connection}")
        }
        Event::OffersMade { offers, .. } => format!("OffersMade {}", self::offers(offers)),
        Event::OfferDropped { offer, why } => format!("OfferDropped {} {why:?}", number(offer.offer_id.as_str())),
        Event::Filtered {
            framework_id,
            agent_id,
            role,
            resources,
            until,
            ..
        } => format!(
            "Filtered {framework_id} as {role} on {} until {}: {resources}",
            short(agent_id),
            at(*until)
        ),
        Event::FiltersExpired { .. } => "FiltersExpired".into(),
        Event::Revived { framework_id, roles } => format!("Revived {framework_id} {roles:?}"),
        Event::Suppressed { framework_id, roles } => format!("Suppressed {framework_id} {roles:?}"),
        Event::ReconcileAsked { framework_id, tasks } => {
            format!("ReconcileAsked {framework_id} for {} tasks", tasks.len())
        }
        Event::DeliveryRepeated { framework_id, task_id } => format!("DeliveryRepeated {framework_id}/{task_id}"),
        Event::LaunchRefused {
            framework_id, status, ..
        } => format!("LaunchRefused {}", self::status(framework_id, status)),
        Event::CommitAnswered { accepted, refused, .. } => {
            let refused: Vec<_> = refused.iter().map(|(task, why)| format!("{task}: {why}")).collect();
            format!("CommitAnswered accepted {accepted:?}, refused {refused:?}")
        }
        Event::Inverse(event) => of_inverse(event),
        Event::Registry(RegistryEvent::RemovalScheduled { agent_id, at }) => {
            format!("RemovalScheduled {} at {}", short(agent_id), self::at(*at))
        }
        Event::Registry(RegistryEvent::RemovalsHeld { until, missing, known }) => {
            format!("RemovalsHeld until {}: {missing} of {known} are missing", at(*until))
        }
        Event::Registry(RegistryEvent::Pruned { next }) => format!("RegistryPruned, next at {}", at(*next)),
        hard => unreachable!("{hard:?} is hard"),
    }
}

/// A fact about inverse offers.
fn of_inverse(event: &InverseEvent) -> String {
    match event {
        InverseEvent::Made { offers } => format!("InverseOffersMade {}", inverse_offers(offers)),
        InverseEvent::Dropped { offer } => {
            format!("InverseOfferDropped {}", number(offer.offer_id.as_str()))
        }
        InverseEvent::Answered { offer, accepted, until } => format!(
            "InverseOfferAnswered {} {} until {}",
            number(offer.offer_id.as_str()),
            if *accepted { "yes" } else { "no" },
            at(*until)
        ),
    }
}

/// A fact about an executor.
fn of_executor(event: &Event) -> String {
    match event {
        Event::Executor(ExecutorEvent::Launched {
            framework_id,
            agent_id,
            role,
            executor,
        }) => format!(
            "ExecutorLaunched {framework_id}/{} on {} as {role}: {}",
            executor.executor_id,
            short(agent_id),
            executor.resources
        ),
        Event::Executor(ExecutorEvent::Shutdown {
            framework_id,
            agent_id,
            executor_id,
        }) => format!("ExecutorShutdown {framework_id}/{executor_id} on {}", short(agent_id)),
        Event::Executor(ExecutorEvent::Exited {
            framework_id,
            agent_id,
            executor_id,
            status,
            ..
        }) => format!(
            "ExecutorExited {framework_id}/{executor_id} on {} with {status}",
            short(agent_id)
        ),
        Event::StrayExecutorFound {
            framework_id,
            agent_id,
            executor_id,
        } => format!("StrayExecutorFound {framework_id}/{executor_id} on {}", short(agent_id)),
        other => unreachable!("{other:?} is about no executor"),
    }
}

/// An effect in one line.
pub fn effect(effect: &Effect) -> String {
    match effect {
        Effect::ToAgent { agent_id, message } => format!("{} {}", short(agent_id), order(message)),
        Effect::Ping { agent_id } => format!("{} Ping", short(agent_id)),
        Effect::CloseAgent { agent_id, why } => format!("{} close: {why}", short(agent_id)),
        Effect::Deliver {
            framework_id,
            agent_id,
            status,
        } => {
            let agent = agent_id.as_ref().map_or("nowhere", short);
            format!(
                "{framework_id} UPDATE {} on {agent}",
                self::status(framework_id, status)
            )
        }
        Effect::DeliverOperation { framework_id, status } => {
            format!("{framework_id} OPERATION {}", operation(framework_id, status))
        }
        Effect::ExecutorFailed {
            framework_id,
            agent_id,
            executor_id,
            status,
        } => format!(
            "{framework_id} FAILURE {executor_id} on {} with {status}",
            short(agent_id)
        ),
        Effect::Offer { framework_id, offers } => format!("{framework_id} OFFERS {}", self::offers(offers)),
        Effect::Rescind { framework_id, offer_id } => format!("{framework_id} RESCIND {}", number(offer_id.as_str())),
        Effect::InverseOffer { framework_id, offers } => {
            format!("{framework_id} INVERSE_OFFERS {}", inverse_offers(offers))
        }
        Effect::RescindInverse { framework_id, offer_id } => {
            format!("{framework_id} RESCIND_INVERSE_OFFER {}", number(offer_id.as_str()))
        }
        Effect::AgentFailed { agent_id } => format!("all FAILURE {}", short(agent_id)),
        Effect::FrameworkError { framework_id, message } => format!("{framework_id} ERROR {message}"),
        Effect::Allocate => "Allocate".into(),
    }
}

/// The version, the resources, and which volumes are destroyed with the versions that they were created with.
fn holdings(holdings: &Holdings) -> String {
    let mut text = format!("{}: {}", holdings.version, holdings.resources);
    for death in &holdings.destroyed {
        let birth = &death.birth;
        write!(text, ", destroyed {}/{} of {}", birth.role, birth.id, birth.version).unwrap();
    }
    text
}

fn order(message: &ToAgent) -> String {
    match message {
        ToAgent::Run(run) => format!("Run {}/{} as {}", run.framework_id, run.task.task_id, run.default_user),
        ToAgent::Kill(kill) => format!("Kill {}/{} grace {:?}", kill.framework_id, kill.task_id, kill.grace_ms),
        ToAgent::Hold(hold) => format!("Hold {}", holdings(&hold.holdings)),
        ToAgent::Shutdown(order) => format!("Shutdown {}/{}", order.framework_id, order.executor_id),
        ToAgent::Ack {
            framework_id, task_id, ..
        } => format!("Ack {framework_id}/{task_id}"),
        other => format!("{other:?}"),
    }
}

fn status(framework_id: &base_ids::FrameworkId, status: &TaskStatus) -> String {
    let reason = status.reason.map_or("", |reason| reason.name());
    let message = status.message.as_deref().unwrap_or_default();
    let uuid = match status.uuid.map(|uuid| u128::from_be_bytes(*uuid.as_bytes()) >> 80) {
        None => "not to be acknowledged".into(),
        // A number that the script chose.
        Some(number @ 0..1000) => format!("to be acknowledged with uuid={number}"),
        Some(_) => "to be acknowledged".into(),
    };
    let healthy = status
        .healthy
        .map_or(String::new(), |healthy| format!(", healthy={healthy}"));
    let text = format!(
        "{framework_id}/{} {} {:?}, {uuid}{healthy}",
        status.task_id, status.state, status.source
    );
    if reason.is_empty() {
        text
    } else {
        format!("{text}, {reason}: {message}")
    }
}

fn operation(framework_id: &base_ids::FrameworkId, status: &OperationStatus) -> String {
    let id = &status.operation_id;
    let agent = status.agent_id.as_ref().map_or("nowhere", short);
    let ack = status.uuid.map_or("", |_| ", to be acknowledged");
    let message = status
        .message
        .as_ref()
        .map_or(String::new(), |message| format!(": {message}"));
    format!("{framework_id}/{id} {} on {agent}{ack}{message}", status.state.name())
}

fn offers(offers: &[Arc<Offer>]) -> String {
    let one = |offer: &Arc<Offer>| {
        let (id, agent) = (number(offer.offer_id.as_str()), short(&offer.agent_id));
        format!(
            "{id} {} as {} on {agent}: {}",
            offer.framework_id, offer.role, offer.resources
        )
    };
    offers.iter().map(one).collect::<Vec<_>>().join(" | ")
}

fn inverse_offers(offers: &[InverseOffer]) -> String {
    let one = |offer: &InverseOffer| {
        let seconds = offer.unavailability.start_nanos / 1_000_000_000;
        let (id, agent) = (number(offer.offer_id.as_str()), short(&offer.agent_id));
        format!("{id} {} on {agent} from {seconds}s", offer.framework_id)
    };
    offers.iter().map(one).collect::<Vec<_>>().join(" | ")
}

fn names(machines: &[MachineId]) -> String {
    let name = |machine: &MachineId| {
        let ip = machine.ip.map(|ip| ip.to_string());
        machine.hostname.clone().or(ip).unwrap_or_default()
    };
    machines.iter().map(name).collect::<Vec<_>>().join(" ")
}

fn short(agent_id: &base_ids::AgentId) -> &str {
    agent_id.as_str().strip_prefix("C-").unwrap_or(agent_id.as_str())
}

fn number(offer_id: &str) -> String {
    let number: u64 = offer_id.strip_prefix("C-O").unwrap().parse().unwrap();
    format!("O{}", number - 1_000_000_000)
}

/// Seconds since the script began.
fn at(time: Timestamp) -> String {
    format!("{}s", time.as_millis() as f64 / 1000.0 - 1000.0)
}
