use wire_mesos::v1::agent::response::Type;

use super::{Answer, CallError};
use crate::{access::Viewer, api::Agent, view};

/// GET_FRAMEWORKS: those with tasks here.
pub(super) async fn answer(agent: &Agent, viewer: &Viewer) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let shown = view::frameworks(&snapshot.state, viewer);
    Ok(Answer::message(Type::GetFrameworks, |response| {
        response.get_frameworks = Some(shown)
    }))
}
