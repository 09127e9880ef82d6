use core_authorizer::{Action, Object};
use core_control::Command;
use io_httpd::StatusCode;
use model_resources::Role;
use wire_mesos::v1::{WeightInfo, master::call::UpdateWeights};

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// UPDATE_WEIGHTS: all of them or none.
pub(super) async fn run(master: &Master, caller: &Caller, call: UpdateWeights) -> Result<Answer, CallError> {
    update(master, caller, &call.weight_infos).await?;
    Ok(Answer::Done(StatusCode::OK))
}

/// The same, for `PUT /weights` too.
pub(crate) async fn update(master: &Master, caller: &Caller, infos: &[WeightInfo]) -> Result<(), CallError> {
    let weight = |info: &WeightInfo| {
        let name = info.role().trim();
        let role = Role::new(name).map_err(|error| {
            CallError::bad(format!(
                "Failed to validate update weights request JSON: Invalid role '{name}': {error}"
            ))
        })?;
        Ok((role, info.weight))
    };
    let weights: Vec<(Role, f64)> = infos.iter().map(weight).collect::<Result<_, CallError>>()?;
    for (role, _) in &weights {
        caller.demand(Action::UpdateWeight, &Object::Role(role.as_str()))?;
    }
    let command = core_master::Command::UpdateWeights { weights };
    master
        .handle
        .submit(&caller.principal_or("operator"), Command::Master(command))
        .await?;
    Ok(())
}
