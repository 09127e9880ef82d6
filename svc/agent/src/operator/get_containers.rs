use wire_mesos::v1::agent::{
    call,
    response::{GetContainers, Type},
};

use super::{Answer, CallError};
use crate::{access::Viewer, api::Agent, view};

/// GET_CONTAINERS: what runs, and what it uses.
pub(super) async fn answer(agent: &Agent, viewer: &Viewer, call: &call::GetContainers) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let all = view::containers(&snapshot.state, &agent.runtime, viewer).map(|(_, container)| container);
    let nested = call
        .show_nested()
        .then(|| view::nested_containers(&snapshot.state, &agent.runtime, viewer));
    let guests = view::guests(&snapshot.state, &agent.runtime, viewer, call);
    let shown = GetContainers {
        containers: all.chain(nested.into_iter().flatten()).chain(guests).collect(),
    };
    Ok(Answer::message(Type::GetContainers, |response| {
        response.get_containers = Some(shown)
    }))
}
