use base_fault::Class;
use base_ids::AgentId;
use core_control::{Command, Reject};
use core_master::Reject as PoolReject;
use io_engine::Failure;
use io_httpd::StatusCode;
use model_resources::Operation;
use wire_mesos::{cluster::operation_from_wire, v1::offer};

use super::{Answer, CallError, principal};
use crate::Master;

/// An operation in the form of an offer operation, on an agent's free resources.
pub(super) async fn wire(
    master: &Master,
    agent_id: &str,
    kind: offer::operation::Type,
    operation: offer::Operation,
) -> Result<Answer, CallError> {
    let operation = offer::Operation {
        r#type: Some(kind as i32),
        ..operation
    };
    let operation = operation_from_wire(&operation).map_err(CallError::bad)?;
    convert(master, agent_id, operation).await?;
    Ok(Answer::Done(StatusCode::ACCEPTED))
}

/// Changes an agent's free resources, as both operator APIs do. 400 for what makes no sense, 409 for what is not free.
pub(crate) async fn convert(master: &Master, agent_id: &str, operation: Operation) -> Result<(), CallError> {
    let agent_id = AgentId::from(agent_id);
    let command = core_master::Command::ConvertResources { agent_id, operation };
    let done = master.handle.submit(&principal(), Command::Master(command)).await;
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
