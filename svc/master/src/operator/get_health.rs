use wire_mesos::v1::master::response::{GetHealth, Type};

use super::{Answer, CallError};
use crate::Master;

/// GET_HEALTH: healthy while the machine answers.
pub(super) async fn answer(master: &Master) -> Result<Answer, CallError> {
    master.handle.state().await?;
    let health = GetHealth { healthy: true };
    Ok(Answer::message(Type::GetHealth, |response| {
        response.get_health = Some(health)
    }))
}
