//! The conversations between the machines, as pure functions from a snapshot to the next command.
//!
//! The edge of the app scheduler and the simulator call the same functions, so what is simulated is what runs. A command
//! that is lost here is made again: the effect that asked for it stays due until the state says otherwise.

use std::sync::Arc;

use base_ids::{AgentId, FrameworkId, TaskId, Uuid};
use core_apps::Command as AppsCommand;
use core_master::{Command as PoolCommand, Event as PoolEvent, Face, Launch, Refusal, Subscribe};
use model_cluster::{Capability, FrameworkSpec, TaskStatus};
use model_resources::Role;

use crate::{Command, Control, Event, MARATHON};

fn marathon() -> FrameworkId {
    FrameworkId::from(MARATHON)
}

/// The app scheduler's subscription, made at every start.
pub fn subscribe() -> Command {
    let spec = FrameworkSpec {
        name: MARATHON.to_owned(),
        user: String::new(),
        roles: vec![Role::any()],
        suppressed: Vec::new(),
        capabilities: vec![
            Capability::TaskKillingState,
            Capability::GpuResources,
            Capability::PartitionAware,
            Capability::MultiRole,
            Capability::ReservationRefinement,
            Capability::RegionAware,
        ],
        failover_timeout_ms: 7 * 24 * 3600 * 1000,
        checkpoint: true,
        hostname: None,
        principal: None,
        webui_url: None,
        labels: Vec::new(),
        multi_role: true,
        minimums: Default::default(),
        constraints: Default::default(),
    };
    let framework_id = Some(marathon());
    Command::Master(PoolCommand::Subscribe(Subscribe {
        framework_id,
        spec,
        face: Face::Watch,
        force: true,
        connection: 0,
    }))
}

/// Asks the pool for the state of all of the app scheduler's tasks.
pub fn reconcile() -> Command {
    Command::Master(PoolCommand::Reconcile {
        framework_id: marathon(),
        tasks: Vec::new(),
    })
}

/// Has every order given again that the app scheduler still wants: what it asked while it was not subscribed is lost.
pub fn resume() -> Command {
    Command::Apps(AppsCommand::Resume)
}

/// One commit for many launches. What is no longer wanted, or runs already, is left out.
pub fn launch(control: &Control, wanted: &[(Uuid, TaskId, AgentId)]) -> Option<Command> {
    let framework_id = marathon();
    let fresh = wanted
        .iter()
        .filter(|(_, task_id, _)| control.master.task(&framework_id, task_id).is_none());
    let launches = fresh.filter_map(|(instance, task_id, agent_id)| {
        let task = control
            .apps
            .task_spec(*instance)
            .filter(|task| task.task_id == *task_id)?;
        Some(Launch {
            agent_id: agent_id.clone(),
            role: None,
            task,
        })
    });
    let launches: Vec<Launch> = launches.collect();
    (!launches.is_empty()).then_some(Command::Master(PoolCommand::Commit { framework_id, launches }))
}

/// Tells the app scheduler which launches of a commit were not taken. One that runs already was.
pub fn refused(events: &[Event]) -> Option<Command> {
    let answers = events.iter().filter_map(|event| match event {
        Event::Master(PoolEvent::CommitAnswered {
            framework_id, refused, ..
        }) if framework_id.as_str() == MARATHON => Some(refused),
        _ => None,
    });
    let (mut tasks, mut hopeless, mut limited) = (Vec::new(), Vec::new(), Vec::new());
    for (task, why) in answers.flatten() {
        let list = match why {
            Refusal::Duplicate { .. } => continue,
            // Another place would not help, or nothing may change for long: these count as failures, and the next launch
            // waits for the back-off.
            Refusal::Invalid { .. } | Refusal::Limit | Refusal::Role => &mut hopeless,
            Refusal::Quota { .. } | Refusal::Share { .. } => &mut limited,
            Refusal::NoFit { .. } | Refusal::AgentDown => &mut tasks,
        };
        list.push((task.clone(), why.to_string()));
    }
    let any = !tasks.is_empty() || !hopeless.is_empty() || !limited.is_empty();
    any.then_some(Command::Apps(AppsCommand::LaunchesRefused {
        tasks,
        hopeless,
        limited,
    }))
}

/// Ends a task of the app scheduler.
pub fn kill(task_id: TaskId, agent_id: Option<AgentId>, grace_ms: Option<u64>) -> Command {
    let grace = grace_ms.map(std::time::Duration::from_millis);
    Command::Master(PoolCommand::Kill {
        framework_id: marathon(),
        task_id,
        agent_id,
        grace,
    })
}

/// What the pool told the app scheduler, as a command to it.
pub fn updated(status: Arc<TaskStatus>) -> Command {
    Command::Apps(AppsCommand::TaskUpdated { status })
}

/// Acknowledges a status, once the app scheduler has it in the journal.
pub fn acknowledge(agent_id: Option<AgentId>, status: &TaskStatus) -> Option<Command> {
    let (uuid, agent_id) = (status.uuid?, agent_id?);
    let task_id = status.task_id.clone();
    Some(Command::Master(PoolCommand::Acknowledge {
        framework_id: marathon(),
        agent_id,
        task_id,
        uuid,
    }))
}
