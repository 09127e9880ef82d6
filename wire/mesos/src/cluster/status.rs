use base_clock::Timestamp;
use base_ids::{AgentId, ExecutorId, TaskId, Uuid};
use model_cluster::{Reason, Source, TaskState, TaskStatus};

use super::{labels_from, labels_to, views};
use crate::{
    resource::{Format, all_from_wire, all_to_wire},
    v1,
};

/// A status as a framework gets it. Our states, sources and reasons carry Mesos' numbers.
pub fn status_to_wire(status: &TaskStatus, agent_id: Option<&AgentId>) -> v1::TaskStatus {
    v1::TaskStatus {
        task_id: v1::TaskId {
            value: status.task_id.to_string(),
        },
        state: status.state as i32,
        message: status.message.clone(),
        source: Some(status.source as i32),
        reason: status.reason.map(|reason| reason as i32),
        data: status.data.clone(),
        agent_id: agent_id.map(|id| v1::AgentId { value: id.to_string() }),
        executor_id: agent_id.map(|_| v1::ExecutorId {
            value: status
                .executor_id
                .as_ref()
                .map_or_else(|| status.task_id.to_string(), ToString::to_string),
        }),
        timestamp: Some(status.at.as_secs_f64()),
        uuid: status.uuid.map(|uuid| uuid.as_bytes().to_vec()),
        healthy: status.healthy,
        labels: labels_to(views(&status.labels)),
        limitation: status.limitation.as_ref().map(|limited| v1::TaskResourceLimitation {
            resources: all_to_wire(limited, Format::PostRefinement),
        }),
        ..Default::default()
    }
}

/// A status as an executor gives it; `now` is when it was, unless the executor says so itself.
///
/// # Errors
/// Which part cannot be, in a sentence for a 400 answer.
pub fn status_from_wire(wire: &v1::TaskStatus, executor_id: &ExecutorId, now: Timestamp) -> Result<TaskStatus, String> {
    let state = TaskState::ALL.into_iter().find(|state| *state as i32 == wire.state);
    let state = state.ok_or_else(|| format!("'update.status.state' has the unknown number {}", wire.state))?;
    let uuid = Uuid::from_slice(wire.uuid()).ok_or("'update.status.uuid' is not a UUID of 16 bytes")?;
    let reason = Reason::ALL
        .iter()
        .copied()
        .find(|reason| Some(*reason as i32) == wire.reason);
    let at = wire
        .timestamp
        .and_then(|seconds| std::time::Duration::try_from_secs_f64(seconds).ok());
    let limitation = wire
        .limitation
        .as_ref()
        .map(|limited| all_from_wire(&limited.resources));
    Ok(TaskStatus {
        reason,
        message: wire.message.clone(),
        uuid: Some(uuid),
        healthy: wire.healthy,
        data: wire.data.clone(),
        labels: labels_from(wire.labels.as_ref()),
        executor_id: Some(executor_id.clone()),
        limitation: limitation.transpose().map_err(|error| error.to_string())?,
        ..TaskStatus::new(
            TaskId::from(wire.task_id.value.as_str()),
            state,
            Source::Executor,
            at.map_or(now, |at| Timestamp::EPOCH + at),
        )
    })
}

#[cfg(test)]
mod tests {
    use base_clock::Timestamp;
    use base_ids::{ExecutorId, TaskId, Uuid};
    use model_resources::Resources;

    use super::*;

    #[test]
    fn what_was_exceeded_is_told_and_heard() {
        let mut status = TaskStatus::new(TaskId::from("t"), TaskState::Failed, Source::Executor, Timestamp::EPOCH)
            .because(Reason::ContainerLimitationMemory, "too much");
        status.limitation = Resources::parse("mem:31.5").ok();
        status.uuid = Some(Uuid::from_random(1));
        let wire = status_to_wire(&status, None);
        let named = &wire.limitation.as_ref().unwrap().resources[0];
        assert_eq!(
            (named.name.as_str(), named.scalar.map(|it| it.value)),
            ("mem", Some(31.5))
        );
        let heard = status_from_wire(&wire, &ExecutorId::from("e"), Timestamp::EPOCH).unwrap();
        assert_eq!(heard.limitation, status.limitation);
    }

    #[test]
    fn numbers_are_mesos_own() {
        for state in TaskState::ALL {
            let wire = crate::v1::TaskState::try_from(state as i32).unwrap();
            assert_eq!(wire.as_str_name(), state.name());
        }
        for reason in Reason::ALL {
            let wire = crate::v1::task_status::Reason::try_from(*reason as i32).unwrap();
            assert_eq!(wire.as_str_name(), reason.name());
        }
        for (source, name) in [(Source::Master, "SOURCE_MASTER"), (Source::Executor, "SOURCE_EXECUTOR")] {
            assert_eq!(
                crate::v1::task_status::Source::try_from(source as i32)
                    .unwrap()
                    .as_str_name(),
                name
            );
        }
    }
}
