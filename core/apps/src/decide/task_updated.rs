use base_clock::Timestamp;
use model_cluster::{TaskState, TaskStatus};

use crate::{Apps, Condition, Delay, Doom, End, Event, Instance, TaskFailure};

pub(super) fn decide(state: &Apps, now: Timestamp, status: &TaskStatus) -> Vec<Event> {
    match state.by_task(&status.task_id) {
        None => stranger(state, status),
        Some(instance) if is_over(status.state) => ended(state, now, instance, status),
        Some(instance) => match status.state {
            TaskState::Unknown => Vec::new(),
            TaskState::Unreachable => unreachable(instance, status),
            _ => moved_on(state, instance, status),
        },
    }
}

fn is_over(state: TaskState) -> bool {
    state.is_terminal()
}

/// A task that no instance has: left over, or back after it was given up. It must not run.
fn stranger(state: &Apps, status: &TaskStatus) -> Vec<Event> {
    let task_id = status.task_id.clone();
    let known = state.orphans.contains(&task_id);
    let gone = is_over(status.state) || status.state == TaskState::Unknown;
    match status.state {
        _ if gone && known => vec![Event::OrphanGone { task_id }],
        TaskState::Unreachable => Vec::new(),
        _ if gone || known => Vec::new(),
        _ => vec![Event::OrphanFound { task_id }],
    }
}

fn unreachable(instance: &Instance, status: &TaskStatus) -> Vec<Event> {
    if matches!(
        instance.condition,
        Condition::Unreachable | Condition::UnreachableInactive
    ) {
        return Vec::new();
    }
    let mut events = vec![updated(instance, Condition::Unreachable, status)];
    if let Some(why) = instance.doom {
        // Nobody can be told to kill it: it is given up, and killed as an orphan should it come back.
        let instances = vec![instance.uuid];
        events.push(Event::InstancesDoomed {
            app: instance.app.clone(),
            instances,
            why,
        });
    }
    events
}

fn updated(instance: &Instance, condition: Condition, status: &TaskStatus) -> Event {
    Event::InstanceUpdated {
        instance: instance.uuid,
        condition,
        at: status.at,
        message: status.message.clone(),
    }
}

fn moved_on(state: &Apps, instance: &Instance, status: &TaskStatus) -> Vec<Event> {
    if instance.condition == Condition::Scheduled {
        // The launch was taken back, and yet it happened: that task must go, and the next one has another id.
        let found = Event::OrphanFound {
            task_id: status.task_id.clone(),
        };
        let refused = Event::LaunchesRefused {
            app: instance.app.clone(),
            instances: vec![instance.uuid],
            message: "its task runs although the launch was refused".to_owned(),
        };
        return vec![refused, found];
    }
    let condition = match status.state {
        TaskState::Staging => Condition::Staging,
        TaskState::Starting => Condition::Starting,
        TaskState::Killing => Condition::Killing,
        _ => Condition::Running,
    };
    let mut events = Vec::new();
    if advances(instance.condition, condition) {
        events.push(updated(instance, condition, status));
    }
    if condition == Condition::Running && instance.condition != Condition::Killing {
        health(state, instance, status, &mut events);
    }
    events
}

/// States only move forward, but for agents that come back.
fn advances(from: Condition, to: Condition) -> bool {
    match from {
        Condition::Unreachable | Condition::UnreachableInactive => true,
        _ => to > from,
    }
}

fn health(state: &Apps, instance: &Instance, status: &TaskStatus, events: &mut Vec<Event>) {
    if !instance.gated {
        return;
    }
    if let Some(healthy) = status
        .healthy
        .filter(|h| instance.health.map(|x| x.healthy) != Some(*h))
    {
        let (at, message) = (status.at, status.message.clone());
        events.push(Event::HealthChanged {
            instance: instance.uuid,
            healthy,
            at,
            message,
        });
    }
    // Nothing heard is news only of an instance that never had a health.
    if !instance.heard && (status.healthy.is_some() || instance.health.is_none()) {
        events.push(Event::HealthSeen {
            instance: instance.uuid,
        });
    }
    if status.healthy == Some(false) && instance.doom.is_none() && kills_unhealthy(state, instance, status) {
        let failure = failure(instance, TaskState::Killed, status, "its health check failed too often");
        events.push(Event::TaskFailed {
            app: instance.app.clone(),
            failure: Box::new(failure),
        });
        let instances = vec![instance.uuid];
        events.push(Event::InstancesDoomed {
            app: instance.app.clone(),
            instances,
            why: Doom::Unhealthy,
        });
    }
}

/// Whether it is on us, and not on the agent or nobody, to kill an unhealthy instance, and enough probes in a row have
/// failed. It counts for no floor.
fn kills_unhealthy(state: &Apps, instance: &Instance, status: &TaskStatus) -> bool {
    let spec = state.app(&instance.app).and_then(|app| app.version(instance.version));
    let check = spec.and_then(|spec| spec.health_checks.first());
    let failures = status.health_failures.unwrap_or(0);
    check.is_some_and(|c| {
        let limit = c.max_consecutive_failures;
        c.protocol.is_enforced_by_scheduler() && limit > 0 && failures >= limit
    })
}

fn failure(instance: &Instance, state: TaskState, status: &TaskStatus, default: &str) -> TaskFailure {
    TaskFailure {
        task_id: status.task_id.clone(),
        state,
        message: status.message.clone().unwrap_or_else(|| default.to_owned()),
        hostname: instance.place.as_ref().map(|p| p.hostname.clone()).unwrap_or_default(),
        agent_id: instance.place.as_ref().map(|p| p.agent_id.clone()),
        version: instance.version,
        at: status.at,
    }
}

fn ended(state: &Apps, now: Timestamp, instance: &Instance, status: &TaskStatus) -> Vec<Event> {
    let end = End {
        state: status.state,
        at: status.at,
        message: status.message.clone(),
    };
    let mut events = vec![Event::InstanceEnded {
        instance: Box::new(instance.clone()),
        end,
    }];
    if instance.doom.is_some() {
        return events;
    }
    let app = || instance.app.clone();
    if is_failure(status.state) {
        let failure = failure(instance, status.state, status, "");
        events.push(Event::TaskFailed {
            app: app(),
            failure: Box::new(failure),
        });
    }
    if is_failure(status.state) || status.state == TaskState::Finished {
        let current = state
            .app(&instance.app)
            .filter(|a| a.spec().config_version() == instance.config);
        let delay = current.map(|a| Delay::after(a.delay, &a.spec().backoff, now));
        events.extend(delay.map(|delay| Event::DelayChanged {
            app: app(),
            delay: Some(delay),
        }));
    }
    events
}

/// States that Marathon takes for a failure. A task that was killed, by whomever, is none.
fn is_failure(state: TaskState) -> bool {
    state.is_terminal() && !matches!(state, TaskState::Finished | TaskState::Killed)
}
