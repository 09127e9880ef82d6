use std::time::Duration;

use base_ids::{AgentId, ExecutorId, FrameworkId, OfferId, OperationId, TaskId, Uuid};
use core_master::Command;
use io_httpd::StatusCode;
use model_resources::Role;
use wire_link::ExecutorMessage;
use wire_mesos::{
    cluster::framework_from_wire,
    v1::{
        Filters, KillPolicy, OfferId as WireOfferId,
        scheduler::{Call, call},
    },
};

use super::error::CallError;

/// The command that a call is; `None` for one that asks nothing of the pool.
pub(super) fn command(framework_id: &FrameworkId, call: Call) -> Result<Option<Command>, CallError> {
    let framework_id = framework_id.clone();
    Ok(Some(match call.r#type() {
        call::Type::Teardown => Command::Teardown { framework_id },
        call::Type::Decline => {
            let decline = call.decline.unwrap_or_default();
            let offer_ids = offer_ids(&decline.offer_ids);
            Command::Decline {
                framework_id,
                offer_ids,
                refuse: refuse(decline.filters.as_ref()),
            }
        }
        call::Type::Revive => Command::Revive {
            framework_id,
            roles: roles(&call.revive.unwrap_or_default().roles)?,
        },
        call::Type::Suppress => Command::Suppress {
            framework_id,
            roles: roles(&call.suppress.unwrap_or_default().roles)?,
        },
        call::Type::Kill => {
            let kill = call.kill.unwrap_or_default();
            Command::Kill {
                framework_id,
                task_id: TaskId::from(kill.task_id.value.as_str()),
                agent_id: kill.agent_id.map(|id| AgentId::from(id.value.as_str())),
                grace: grace(kill.kill_policy.as_ref()),
            }
        }
        call::Type::Shutdown => {
            let shutdown = call.shutdown.unwrap_or_default();
            Command::ShutdownExecutor {
                framework_id,
                agent_id: AgentId::from(shutdown.agent_id.value.as_str()),
                executor_id: ExecutorId::from(shutdown.executor_id.value.as_str()),
            }
        }
        call::Type::Acknowledge => {
            let ack = call.acknowledge.unwrap_or_default();
            Command::Acknowledge {
                framework_id,
                agent_id: AgentId::from(ack.agent_id.value.as_str()),
                task_id: TaskId::from(ack.task_id.value.as_str()),
                uuid: uuid(&ack.uuid)?,
            }
        }
        call::Type::Reconcile => {
            let tasks = call.reconcile.unwrap_or_default().tasks.into_iter().map(|task| {
                (
                    TaskId::from(task.task_id.value.as_str()),
                    task.agent_id.map(|id| AgentId::from(id.value.as_str())),
                )
            });
            Command::Reconcile {
                framework_id,
                tasks: tasks.collect(),
            }
        }
        call::Type::AcknowledgeOperationStatus => {
            acknowledge_operation(framework_id, &call.acknowledge_operation_status.unwrap_or_default())?
        }
        call::Type::ReconcileOperations => {
            reconcile_operations(framework_id, call.reconcile_operations.unwrap_or_default())
        }
        call::Type::UpdateFramework => update_framework(framework_id, &call.update_framework.unwrap_or_default())?,
        call::Type::AcceptInverseOffers => {
            let answer = call.accept_inverse_offers.unwrap_or_default();
            inverse(framework_id, true, &answer.inverse_offer_ids, answer.filters.as_ref())
        }
        call::Type::DeclineInverseOffers => {
            let answer = call.decline_inverse_offers.unwrap_or_default();
            inverse(framework_id, false, &answer.inverse_offer_ids, answer.filters.as_ref())
        }
        // A request is a hint, which Mesos' own allocator ignores too.
        call::Type::Request => return Ok(None),
        other => {
            let message = format!("{} calls are not served by this release", other.as_str_name());
            return Err(CallError::new(StatusCode::NOT_IMPLEMENTED, message));
        }
    }))
}

fn uuid(bytes: &[u8]) -> Result<Uuid, CallError> {
    Uuid::from_slice(bytes).ok_or_else(|| CallError::bad("Not a valid UUID: expected 16 bytes"))
}

fn acknowledge_operation(
    framework_id: FrameworkId,
    ack: &call::AcknowledgeOperationStatus,
) -> Result<Command, CallError> {
    Ok(Command::AcknowledgeOperation {
        framework_id,
        operation_id: OperationId::from(ack.operation_id.value.as_str()),
        uuid: uuid(&ack.uuid)?,
    })
}

fn reconcile_operations(framework_id: FrameworkId, asked: call::ReconcileOperations) -> Command {
    let operations = asked.operations.into_iter().map(|operation| {
        (
            OperationId::from(operation.operation_id.value.as_str()),
            operation.agent_id.map(|id| AgentId::from(id.value.as_str())),
        )
    });
    Command::ReconcileOperations {
        framework_id,
        operations: operations.collect(),
    }
}

fn update_framework(framework_id: FrameworkId, update: &call::UpdateFramework) -> Result<Command, CallError> {
    let constraints = update.offer_constraints.as_ref();
    let spec = framework_from_wire(&update.framework_info, &update.suppressed_roles, constraints);
    Ok(Command::UpdateFramework {
        framework_id,
        spec: spec.map_err(CallError::bad)?,
    })
}

fn inverse(framework_id: FrameworkId, accepted: bool, ids: &[WireOfferId], filters: Option<&Filters>) -> Command {
    Command::AnswerInverseOffers {
        framework_id,
        offer_ids: offer_ids(ids),
        accepted,
        refuse: refuse(filters),
    }
}

pub(super) fn offer_ids(wire: &[WireOfferId]) -> Vec<OfferId> {
    wire.iter().map(|id| OfferId::from(id.value.as_str())).collect()
}

/// How long resources shall not be offered again. Nonsense (negative, not a number) counts as the default, as in Mesos.
pub(super) fn refuse(filters: Option<&Filters>) -> Option<Duration> {
    let seconds = filters?.refuse_seconds();
    Duration::try_from_secs_f64(seconds)
        .ok()
        .or((seconds > 0.0).then_some(Duration::MAX))
}

/// What a scheduler says to an executor, and on which agent.
pub(super) fn message(framework_id: &FrameworkId, message: call::Message) -> (AgentId, ExecutorMessage) {
    let to = AgentId::from(message.agent_id.value.as_str());
    let message = ExecutorMessage {
        framework_id: framework_id.clone(),
        executor_id: ExecutorId::from(message.executor_id.value.as_str()),
        data: message.data,
    };
    (to, message)
}

fn grace(policy: Option<&KillPolicy>) -> Option<Duration> {
    let nanos = policy?.grace_period.as_ref()?.nanoseconds;
    Some(Duration::from_nanos(u64::try_from(nanos).unwrap_or(0)))
}

fn roles(names: &[String]) -> Result<Vec<Role>, CallError> {
    let role = |name: &String| {
        Role::new(name.as_str()).map_err(|error| CallError::bad(format!("role '{name}' is invalid: {error}")))
    };
    names.iter().map(role).collect()
}
