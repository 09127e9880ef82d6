use base_fault::Class;
use base_ids::AgentId;
use core_control::{Command, Reject};
use core_master::Reject as PoolReject;
use io_engine::Failure;
use io_httpd::StatusCode;
use model_resources::Operation;
use wire_mesos::{cluster::operation_from_wire, v1::offer};

use super::{Answer, CallError};
use crate::{
    Master,
    access::{Caller, asks, is_of},
};

/// An operation in the form of an offer operation, on an agent's free resources.
pub(super) async fn wire(
    master: &Master,
    caller: &Caller,
    agent_id: &str,
    kind: offer::operation::Type,
    operation: offer::Operation,
) -> Result<Answer, CallError> {
    let operation = offer::Operation {
        r#type: Some(kind as i32),
        ..operation
    };
    let operation = operation_from_wire(&operation).map_err(CallError::bad)?;
    convert(master, caller, agent_id, operation).await?;
    Ok(Answer::Done(StatusCode::ACCEPTED))
}

/// Changes an agent's free resources, as both operator APIs do. 400 for what makes no sense, 409 for what is not free.
pub(crate) async fn convert(
    master: &Master,
    caller: &Caller,
    agent_id: &str,
    operation: Operation,
) -> Result<(), CallError> {
    if let Some(why) = claims_another(caller, &operation) {
        return Err(CallError::bad(why));
    }
    for (action, resource) in asks(&operation) {
        caller.demand(action, &is_of(resource.as_ref()))?;
    }
    let agent_id = AgentId::from(agent_id);
    let command = core_master::Command::ConvertResources { agent_id, operation };
    let done = master
        .handle
        .submit(&caller.principal_or("operator"), Command::Master(command))
        .await;
    done.map(drop).map_err(|failure| match &failure {
        Failure::Rejected(Reject::Master(
            PoolReject::UnknownAgent(_) | PoolReject::AgentGone(_) | PoolReject::AgentNotConnected(_),
        )) => CallError::bad("No agent found with specified ID"),
        failure if failure.class(Reject::class) == Class::Conflict => {
            CallError::new(StatusCode::CONFLICT, crate::http_error(failure).message)
        }
        _ => failure.into(),
    })
}

/// Who says who they are reserves and makes volumes in that name alone.
fn claims_another(caller: &Caller, operation: &Operation) -> Option<String> {
    let own = caller.name()?;
    let (what, made) = match operation {
        Operation::Reserve { resources, .. } => ("a reserve operation", resources),
        Operation::Create { volumes } => ("a create volume operation", volumes),
        _ => return None,
    };
    let claimed = made.iter().map(|resource| match operation {
        Operation::Reserve { .. } => resource.reservation()?.principal.as_ref(),
        _ => resource.disk()?.persistence.as_ref()?.principal.as_ref(),
    });
    let mut others = claimed.filter(|claimed| claimed.is_none_or(|claimed| claimed.as_str() != own));
    others.next().map(|other| match other {
        Some(other) => format!(
            "{what} was attempted by authenticated principal '{own}', which does not match the principal '{other}' set in the \
             request"
        ),
        None => format!("{what} was attempted by principal '{own}', but no principal is set in the request"),
    })
}
