use wire_mesos::v1::master::response::{GetOperations, Type};

use super::Answer;

/// GET_OPERATIONS: operations that are not over. In this release none outlives its call.
pub(super) fn answer() -> Answer {
    let operations = GetOperations::default();
    Answer::message(Type::GetOperations, |response| {
        response.get_operations = Some(operations);
    })
}
