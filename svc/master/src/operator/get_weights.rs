use core_authorizer::{Action, Object};
use wire_mesos::v1::{
    WeightInfo,
    master::response::{GetWeights, Type},
};

use super::{Answer, CallError};
use crate::{Master, access::Caller};

/// GET_WEIGHTS: the weights of roles that were set.
pub(super) async fn answer(master: &Master, caller: &Caller) -> Result<Answer, CallError> {
    let weight_infos = weights(master, caller).await?;
    Ok(Answer::message(Type::GetWeights, |response| {
        response.get_weights = Some(GetWeights { weight_infos });
    }))
}

/// The same, for `GET /weights` too.
pub(crate) async fn weights(master: &Master, caller: &Caller) -> Result<Vec<WeightInfo>, CallError> {
    let snapshot = master.handle.state().await?;
    let approver = caller.approver(Action::ViewRole);
    let weights = snapshot.state.master.weights().iter();
    let wire = |(role, weight): (&model_resources::Role, &f64)| WeightInfo {
        weight: *weight,
        role: Some(role.to_string()),
    };
    let weights = weights.filter(|(role, _)| approver.approves(&Object::Role(role.as_str())));
    Ok(weights.map(wire).collect())
}
