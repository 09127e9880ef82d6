use wire_mesos::v1::agent::response::Type;

use super::{Answer, CallError};
use crate::{api::Agent, view};

/// GET_TASKS: what it runs.
pub(super) async fn answer(agent: &Agent) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let shown = view::tasks(&snapshot.state);
    Ok(Answer::message(Type::GetTasks, |response| {
        response.get_tasks = Some(shown)
    }))
}
