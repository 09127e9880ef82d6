use wire_mesos::v1::master::response::{GetWeights, Type};

use super::Answer;

/// GET_WEIGHTS: roles whose weight is not 1. Nobody can set one in this release.
pub(super) fn answer() -> Answer {
    let weights = GetWeights::default();
    Answer::message(Type::GetWeights, |response| response.get_weights = Some(weights))
}
