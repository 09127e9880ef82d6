use wire_mesos::v1::{
    WeightInfo,
    master::response::{GetWeights, Type},
};

use super::{Answer, CallError};
use crate::Master;

/// GET_WEIGHTS: the weights of roles that were set.
pub(super) async fn answer(master: &Master) -> Result<Answer, CallError> {
    let weight_infos = weights(master).await?;
    Ok(Answer::message(Type::GetWeights, |response| {
        response.get_weights = Some(GetWeights { weight_infos });
    }))
}

/// The same, for `GET /weights` too.
pub(crate) async fn weights(master: &Master) -> Result<Vec<WeightInfo>, CallError> {
    let snapshot = master.handle.state().await?;
    let weights = snapshot.state.master.weights().iter();
    let wire = |(role, weight): (&model_resources::Role, &f64)| WeightInfo {
        weight: *weight,
        role: Some(role.to_string()),
    };
    Ok(weights.map(wire).collect())
}
