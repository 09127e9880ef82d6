//! The only writer of state: one file for each noun.

mod agent;
mod delivery;
mod drain;
mod executor;
mod framework;
mod link;
mod maintenance;
mod offer;
mod operation;
mod policy;
mod registry;
mod session;
mod task;

use base_clock::Timestamp;

use crate::{Event, Master, state::LEADERSHIPS};

impl Master {
    pub(crate) fn apply_event(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::AgentJoined {
                agent_id,
                spec,
                credential,
            } => self.add_agent(at, agent_id, spec, *credential),
            Event::AgentUpdated {
                agent_id,
                spec,
                credential,
            } => self.update_agent(agent_id, spec, *credential),
            Event::AgentUnreachable { agent_id } => self.lose_agent(at, agent_id),
            Event::AgentReturned { agent_id } => self.return_agent(at, agent_id),
            Event::AgentGone { agent_id } => self.forget_agent(at, agent_id),
            Event::FrameworkSubscribed {
                framework_id,
                spec,
                face,
            } => {
                self.add_framework(at, framework_id, spec, *face);
            }
            Event::FrameworkUpdated {
                framework_id,
                spec,
                face,
            } => self.update_framework(framework_id, spec, *face),
            Event::FrameworkDisconnected { framework_id, deadline } => {
                self.disconnect_framework(framework_id, *deadline);
            }
            Event::FrameworkReconnected { framework_id } => self.reconnect_framework(at, framework_id),
            Event::FrameworkRemoved { framework_id, why } => self.remove_framework(at, framework_id, *why),
            Event::FrameworkCompleted { framework_id } => self.complete_framework(at, framework_id),
            Event::TaskLaunched {
                framework_id,
                agent_id,
                role,
                task,
                epoch,
            } => {
                self.launch_task(at, framework_id, agent_id, role, task, *epoch);
            }
            Event::TaskAdopted {
                framework_id,
                agent_id,
                role,
                task,
                epoch,
                state,
            } => {
                self.adopt_task(at, framework_id, agent_id, role, task, *epoch, *state);
            }
            Event::TaskKillRequested {
                framework_id,
                task_id,
                grace_ms,
            } => {
                self.request_kill(at, framework_id, task_id, *grace_ms);
            }
            Event::StatusRecorded { framework_id, status } => self.record_status(at, framework_id, status),
            Event::StatusAcknowledged {
                framework_id,
                task_id,
                uuid,
            } => {
                self.acknowledge_status(at, framework_id, task_id, *uuid);
            }
            Event::TaskCompleted { framework_id, task_id } => self.complete_task(framework_id, task_id),
            Event::LeadershipRecorded(leadership) => self.hard.leaderships.push(*leadership, LEADERSHIPS),
            Event::WeightsUpdated { weights } => self.set_weights(weights),
            Event::QuotaUpdated { quotas } => self.set_quotas(quotas),
            Event::HoldingsChanged { agent_id, holdings } => self.change_holdings(agent_id, holdings),
            Event::OperationAccepted {
                framework_id,
                agent_id,
                operation_id,
                operation,
                version,
            } => self.add_operation(framework_id, agent_id, operation_id, operation, *version),
            Event::OperationRecorded { framework_id, status } => self.record_operation(at, framework_id, status),
            Event::OperationEnded {
                framework_id,
                operation_id,
            } => self.end_operation(framework_id, operation_id),
            Event::Executor(event) => self.apply_executor(event),
            hard => self.apply_agents(at, hard),
        }
    }

    /// What operators do to agents and their machines.
    fn apply_agents(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::AgentDrainStarted {
                agent_id,
                max_grace_ms,
                mark_gone,
            } => self.start_drain(at, agent_id, *max_grace_ms, *mark_gone),
            Event::AgentDrained { agent_id } => self.finish_drain(agent_id),
            Event::AgentDeactivated { agent_id } => self.close_to_work(agent_id),
            Event::AgentReactivated { agent_id } => self.open_to_work(agent_id),
            Event::MaintenanceScheduled { windows } => self.schedule_machines(windows),
            Event::MaintenanceStarted { machines } => self.take_machines_down(machines),
            Event::MaintenanceStopped { machines } => self.bring_machines_up(machines),
            Event::AgentForgotten { agent_id } => self.drop_agent(agent_id),
            Event::GoneForgotten { agent_ids } => self.forget_gone(agent_ids.len()),
            Event::Inverse(event) => self.apply_inverse(at, event),
            Event::Registry(event) => self.apply_registry(event),
            soft => self.apply_soft(at, soft),
        }
    }

    fn apply_soft(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::LeadershipBegan {
                unreachable_at,
                prune_at,
            } => {
                self.begin(*unreachable_at);
                self.soft.prune_at = *prune_at;
            }
            Event::Stalled {
                ping_at,
                unreachable_at,
            } => self.stall(*ping_at, *unreachable_at),
            Event::AgentConnected {
                agent_id,
                connection,
                ping_at,
            } => {
                self.connect_agent(agent_id, *connection, *ping_at);
            }
            Event::AgentDisconnected {
                agent_id,
                unreachable_at,
            } => {
                self.disconnect_agent(agent_id, *unreachable_at);
            }
            Event::AgentReported { agent_id, tasks } => self.hear_report(agent_id, tasks),
            Event::StrayFound {
                agent_id,
                framework_id,
                task_id,
            } => self.add_stray(agent_id, framework_id, task_id),
            Event::StrayEnded {
                agent_id,
                framework_id,
                task_id,
            } => self.end_stray(agent_id, framework_id, task_id),
            Event::AgentHeard { agent_id } => self.hear_agent(agent_id, false),
            Event::AgentPinged { agent_id, next } => self.ping_agent(agent_id, *next),
            Event::FrameworkConnected {
                framework_id,
                connection,
            } => {
                self.connect_framework(at, framework_id, *connection);
            }
            Event::OffersMade { offers, held } => self.add_offers(offers, held),
            Event::OfferDropped { offer, .. } => self.drop_offer(offer),
            Event::Filtered {
                role,
                resources,
                until,
                slots,
                ..
            } => {
                self.filter(*slots, role, resources, *until);
            }
            Event::FiltersExpired { now } => self.expire_filters(*now),
            Event::Revived { framework_id, roles } => self.revive(framework_id, roles),
            Event::Suppressed { framework_id, roles } => self.suppress(framework_id, roles),
            Event::LaunchRefused {
                framework_id,
                agent_id,
                status,
            } => {
                self.remember_refused(framework_id, agent_id.as_ref(), status);
            }
            Event::Oversubscribed(of) => self.oversubscribe(&of.agent_id, &of.resources),
            Event::AgentHolds { agent_id, version } => self.hear_held(agent_id, *version),
            Event::OperationTold { framework_id, status } => self.tell_operation(framework_id, status),
            Event::OperationRepeated {
                framework_id,
                operation_id,
            } => self.repeat_operation(at, framework_id, operation_id),
            Event::DeliveryRepeated { framework_id, task_id } => self.repeat_delivery(at, framework_id, task_id),
            _ => {}
        }
    }
}
