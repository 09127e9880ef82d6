use base_ids::AgentId;
use model_cluster::TaskStatus;

use super::labels_to;
use crate::v1;

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
            value: status.task_id.to_string(),
        }),
        timestamp: Some(status.at.as_secs_f64()),
        uuid: status.uuid.map(|uuid| uuid.as_bytes().to_vec()),
        healthy: status.healthy,
        labels: labels_to(&status.labels),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use model_cluster::{Reason, Source, TaskState};

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
