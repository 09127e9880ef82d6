use wire_mesos::v1::agent::response::{GetHealth, Type};

use super::{Answer, CallError};
use crate::api::Agent;

/// GET_HEALTH: healthy while the machine answers.
pub(super) async fn answer(agent: &Agent) -> Result<Answer, CallError> {
    agent.snapshot().await?;
    let health = GetHealth { healthy: true };
    Ok(Answer::message(Type::GetHealth, |response| {
        response.get_health = Some(health)
    }))
}
