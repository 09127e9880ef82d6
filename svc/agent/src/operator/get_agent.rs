use wire_mesos::v1::agent::response::{GetAgent, Type};

use super::{Answer, CallError};
use crate::{access::Viewer, api::Agent, view};

/// GET_AGENT: who it is.
pub(super) async fn answer(agent: &Agent, viewer: &Viewer) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let shown = GetAgent {
        agent_info: Some(view::info(&snapshot.state, &agent.options, viewer)),
        ..Default::default()
    };
    Ok(Answer::message(Type::GetAgent, |response| {
        response.get_agent = Some(shown)
    }))
}
