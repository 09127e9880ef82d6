use wire_mesos::v1::agent::response::{GetOperations, Type};

use super::Answer;

/// GET_OPERATIONS: operations that are not over. In this release none comes to an agent.
pub(super) fn answer() -> Answer {
    let operations = GetOperations::default();
    Answer::message(Type::GetOperations, |response| {
        response.get_operations = Some(operations);
    })
}
