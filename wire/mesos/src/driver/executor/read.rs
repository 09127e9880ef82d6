use prost::Name;

use crate::{
    WireMessage,
    driver::ReadError,
    internal::{
        ExecutorToFrameworkMessage, RegisterExecutorMessage, ReregisterExecutorMessage, StatusUpdate,
        StatusUpdateMessage,
    },
    protobuf::from_protobuf,
    v1::{
        ExecutorId, FrameworkId, TaskStatus,
        executor::{Call, call},
        task_status::Source,
    },
    validate,
};

/// Reads the message of this name, such as `mesos.internal.RegisterExecutorMessage`.
///
/// A status that names no executor is of the one that posts; the caller knows `poster` by its pid.
///
/// # Errors
/// The name is unknown, the body is not of that message, or the call lacks something.
pub fn read(name: &str, body: &[u8], poster: &ExecutorId) -> Result<Call, ReadError> {
    let call = match name.strip_prefix("mesos.internal.").unwrap_or_default() {
        "RegisterExecutorMessage" => register(parse(body)?),
        "ReregisterExecutorMessage" => reregister(parse(body)?),
        "StatusUpdateMessage" => update(parse(body)?, poster),
        "ExecutorToFrameworkMessage" => message(parse(body)?),
        _ => return Err(ReadError::Unknown(name.to_owned())),
    };
    validate::executor_call(&call)?;
    Ok(call)
}

/// Whether the message of this name is of an executor that was there before.
pub fn comes_back(name: &str) -> bool {
    name == ReregisterExecutorMessage::full_name()
}

fn parse<M: WireMessage>(body: &[u8]) -> Result<M, ReadError> {
    Ok(from_protobuf(body)?)
}

fn of_type(framework_id: FrameworkId, executor_id: ExecutorId, kind: call::Type) -> Call {
    Call {
        framework_id,
        executor_id,
        r#type: Some(kind as i32),
        ..Call::default()
    }
}

fn register(message: RegisterExecutorMessage) -> Call {
    Call {
        subscribe: Some(call::Subscribe::default()),
        ..of_type(message.framework_id, message.executor_id, call::Type::Subscribe)
    }
}

/// An executor whose agent came back subscribes with all that was not acknowledged.
fn reregister(message: ReregisterExecutorMessage) -> Call {
    let updates = message.updates.into_iter();
    let subscribe = call::Subscribe {
        unacknowledged_tasks: message.tasks,
        unacknowledged_updates: updates.map(|update| call::Update { status: status(update) }).collect(),
    };
    Call {
        subscribe: Some(subscribe),
        ..of_type(message.framework_id, message.executor_id, call::Type::Subscribe)
    }
}

fn update(message: StatusUpdateMessage, poster: &ExecutorId) -> Call {
    let update = message.update;
    let executor_id = update.executor_id.clone().unwrap_or_else(|| poster.clone());
    let framework_id = update.framework_id.clone();
    Call {
        update: Some(call::Update { status: status(update) }),
        ..of_type(framework_id, executor_id, call::Type::Update)
    }
}

/// The status with what drivers put only around it. Whatever source it claims, it is an executor's.
fn status(update: StatusUpdate) -> TaskStatus {
    let uuid = update.uuid.filter(|uuid| !uuid.is_empty());
    TaskStatus {
        uuid: update.status.uuid.clone().or(uuid),
        timestamp: update.status.timestamp.or(Some(update.timestamp)),
        source: Some(Source::Executor as i32),
        ..update.status
    }
}

fn message(message: ExecutorToFrameworkMessage) -> Call {
    Call {
        message: Some(call::Message { data: message.data }),
        ..of_type(message.framework_id, message.executor_id, call::Type::Message)
    }
}
