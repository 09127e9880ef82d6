use core_control::Command;
use io_httpd::StatusCode;
use model_resources::Role;
use wire_mesos::v1::{WeightInfo, master::call::UpdateWeights};

use super::{Answer, CallError, principal};
use crate::Master;

/// UPDATE_WEIGHTS: all of them or none.
pub(super) async fn run(master: &Master, call: UpdateWeights) -> Result<Answer, CallError> {
    update(master, &call.weight_infos).await?;
    Ok(Answer::Done(StatusCode::OK))
}

/// The same, for `PUT /weights` too.
pub(crate) async fn update(master: &Master, infos: &[WeightInfo]) -> Result<(), CallError> {
    let weight = |info: &WeightInfo| {
        let name = info.role().trim();
        let role = Role::new(name).map_err(|error| {
            CallError::bad(format!(
                "Failed to validate update weights request JSON: Invalid role '{name}': {error}"
            ))
        })?;
        Ok((role, info.weight))
    };
    let weights = infos.iter().map(weight).collect::<Result<_, CallError>>()?;
    let command = core_master::Command::UpdateWeights { weights };
    master.handle.submit(&principal(), Command::Master(command)).await?;
    Ok(())
}
