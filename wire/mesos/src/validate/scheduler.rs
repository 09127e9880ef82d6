use super::{Invalid, present, uuid};
use crate::v1::scheduler::Call;
use crate::v1::scheduler::call::{Subscribe, Type, UpdateFramework};
use crate::v1::{FrameworkId, FrameworkInfo};

/// Whether a framework's call is whole. `principal` is who the request authenticated as, if anybody.
///
/// A call of type UNKNOWN (also what a type of a later Mesos decodes to in protobuf) is whole; it is answered with 501.
/// Source: `src/master/validation.cpp`, Mesos 1.11.
///
/// # Errors
/// What the call lacks, or where it contradicts itself.
pub fn scheduler_call(call: &Call, principal: Option<&str>) -> Result<(), Invalid> {
    let kind = call.r#type.ok_or(Invalid::Absent("type"))?;
    let kind = Type::try_from(kind).unwrap_or(Type::Unknown);
    if kind == Type::Subscribe {
        return subscribe(call, principal);
    }
    present(call.framework_id.as_ref(), "framework_id")?;
    match kind {
        Type::Subscribe | Type::Teardown | Type::Revive | Type::Suppress | Type::Unknown => Ok(()),
        Type::Accept => present(call.accept.as_ref(), "accept"),
        Type::Decline => present(call.decline.as_ref(), "decline"),
        Type::AcceptInverseOffers => present(call.accept_inverse_offers.as_ref(), "accept_inverse_offers"),
        Type::DeclineInverseOffers => present(call.decline_inverse_offers.as_ref(), "decline_inverse_offers"),
        Type::Kill => present(call.kill.as_ref(), "kill"),
        Type::Shutdown => present(call.shutdown.as_ref(), "shutdown"),
        Type::Acknowledge => acknowledge(call),
        Type::AcknowledgeOperationStatus => acknowledge_operation_status(call),
        Type::Reconcile => present(call.reconcile.as_ref(), "reconcile"),
        Type::ReconcileOperations => present(call.reconcile_operations.as_ref(), "reconcile_operations"),
        Type::Message => present(call.message.as_ref(), "message"),
        Type::Request => present(call.request.as_ref(), "request"),
        Type::UpdateFramework => update_framework(call),
    }
}

fn subscribe(call: &Call, principal: Option<&str>) -> Result<(), Invalid> {
    let Subscribe { framework_info, .. } = call.subscribe.as_ref().ok_or(Invalid::Absent("subscribe"))?;
    same_framework(call, framework_info, "subscribe.framework_info.id")?;
    match (principal, framework_info.principal.as_deref()) {
        (Some(authenticated), Some(claimed)) if authenticated != claimed => Err(Invalid::Principal {
            authenticated: authenticated.to_owned(),
            claimed: claimed.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn update_framework(call: &Call) -> Result<(), Invalid> {
    let update = call.update_framework.as_ref();
    let UpdateFramework { framework_info, .. } = update.ok_or(Invalid::Absent("update_framework"))?;
    same_framework(call, framework_info, "update_framework.framework_info.id")
}

/// An absent id and an empty one are the same.
fn same_framework(call: &Call, info: &FrameworkInfo, place: &'static str) -> Result<(), Invalid> {
    fn value(id: &Option<FrameworkId>) -> &str {
        id.as_ref().map_or("", |id| &id.value)
    }
    if value(&call.framework_id) == value(&info.id) {
        Ok(())
    } else {
        Err(Invalid::Differs("framework_id", place))
    }
}

fn acknowledge(call: &Call) -> Result<(), Invalid> {
    let acknowledge = call.acknowledge.as_ref().ok_or(Invalid::Absent("acknowledge"))?;
    uuid(&acknowledge.uuid, "acknowledge.uuid")
}

fn acknowledge_operation_status(call: &Call) -> Result<(), Invalid> {
    let acknowledge = call
        .acknowledge_operation_status
        .as_ref()
        .ok_or(Invalid::Absent("acknowledge_operation_status"))?;
    uuid(&acknowledge.uuid, "acknowledge_operation_status.uuid")?;
    present(acknowledge.agent_id.as_ref(), "agent_id")
}
