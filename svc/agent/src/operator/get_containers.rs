use wire_mesos::v1::agent::{
    call,
    response::{GetContainers, Type},
};

use super::{Answer, CallError};
use crate::{api::Agent, view};

/// GET_CONTAINERS: what runs, and what it uses.
pub(super) async fn answer(agent: &Agent, call: &call::GetContainers) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let all = view::containers(&snapshot.state, &agent.runtime).map(|(_, container)| container);
    let nested = call
        .show_nested()
        .then(|| view::nested_containers(&snapshot.state, &agent.runtime));
    let guests = view::guests(&snapshot.state, &agent.runtime, call);
    let shown = GetContainers {
        containers: all.chain(nested.into_iter().flatten()).chain(guests).collect(),
    };
    Ok(Answer::message(Type::GetContainers, |response| {
        response.get_containers = Some(shown)
    }))
}
