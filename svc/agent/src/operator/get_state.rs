use wire_mesos::v1::agent::response::{GetState, Type};

use super::{Answer, CallError};
use crate::{access::Viewer, api::Agent, view};

/// GET_STATE: tasks, executors and frameworks.
pub(super) async fn answer(agent: &Agent, viewer: &Viewer) -> Result<Answer, CallError> {
    let snapshot = agent.snapshot().await?;
    let shown = GetState {
        get_tasks: Some(view::tasks(&snapshot.state, viewer)),
        get_executors: Some(view::executors(&snapshot.state, viewer)),
        get_frameworks: Some(view::frameworks(&snapshot.state, viewer)),
    };
    Ok(Answer::message(Type::GetState, |response| {
        response.get_state = Some(shown)
    }))
}
