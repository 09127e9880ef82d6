use super::{Invalid, present, uuid};
use crate::v1::TaskState;
use crate::v1::executor::Call;
use crate::v1::executor::call::Type;
use crate::v1::task_status::Source;

/// Whether an executor's call is whole. A call of type UNKNOWN is whole; it is answered with 501.
///
/// Source: `src/common/validation.cpp`, Mesos 1.11.
///
/// # Errors
/// What the call lacks.
pub fn executor_call(call: &Call) -> Result<(), Invalid> {
    let kind = call.r#type.ok_or(Invalid::Absent("type"))?;
    match Type::try_from(kind).unwrap_or(Type::Unknown) {
        Type::Subscribe => present(call.subscribe.as_ref(), "subscribe"),
        Type::Update => update(call),
        Type::Message => present(call.message.as_ref(), "message"),
        Type::Heartbeat | Type::Unknown => Ok(()),
    }
}

fn update(call: &Call) -> Result<(), Invalid> {
    let status = &call.update.as_ref().ok_or(Invalid::Absent("update"))?.status;
    let bytes = status.uuid.as_ref().ok_or(Invalid::Absent("uuid"))?;
    uuid(bytes, "update.status.uuid")?;
    if status.executor_id.as_ref().is_some_and(|id| *id != call.executor_id) {
        return Err(Invalid::Differs("executor_id", "update.status.executor_id"));
    }
    if status.source != Some(Source::Executor.into()) {
        return Err(Invalid::Source);
    }
    if status.state() == TaskState::TaskStaging {
        return Err(Invalid::Staging);
    }
    Ok(())
}
