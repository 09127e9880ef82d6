use wire_mesos::v1::agent::response::Type;

use super::{Answer, CallError};
use crate::{access::Viewer, api::Agent, view};

/// GET_EXECUTORS: what runs its tasks.
pub(super) async fn answer(agent: &Agent, viewer: &Viewer) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let shown = view::executors(&snapshot.state, viewer);
    Ok(Answer::message(Type::GetExecutors, |response| {
        response.get_executors = Some(shown)
    }))
}
