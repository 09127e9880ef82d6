use wire_mesos::v1::agent::response::{GetContainers, Type};

use super::{Answer, CallError};
use crate::{api::Agent, view};

/// GET_CONTAINERS: what runs, and what it uses.
pub(super) async fn answer(agent: &Agent) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let shown = GetContainers {
        containers: view::containers(&snapshot.state, &agent.runtime)
            .map(|(key, task, statistics)| view::container_to_wire(key, task, statistics))
            .collect(),
    };
    Ok(Answer::message(Type::GetContainers, |response| {
        response.get_containers = Some(shown)
    }))
}
