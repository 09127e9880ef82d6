use wire_mesos::v1::agent::response::Type;

use super::{Answer, CallError};
use crate::{access::Viewer, api::Agent, view};

/// GET_TASKS: what it runs.
pub(super) async fn answer(agent: &Agent, viewer: &Viewer) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let shown = view::tasks(&snapshot.state, viewer);
    Ok(Answer::message(Type::GetTasks, |response| {
        response.get_tasks = Some(shown)
    }))
}
