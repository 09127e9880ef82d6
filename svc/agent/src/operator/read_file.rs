use wire_mesos::v1::agent::{
    call,
    response::{ReadFile, Type},
};

use super::{Answer, CallError};
use crate::{
    access::Caller,
    api::{Agent, files},
};

/// READ_FILE: a part of a file.
pub(super) async fn answer(agent: &Agent, caller: &Caller, call: &call::ReadFile) -> Result<Answer, CallError> {
    let shown = files::shown(agent, caller).await;
    let (size, data) = shown
        .resolve(&call.path)
        .and_then(|path| io_files::read(&path, &call.path, call.offset, call.length))
        .map_err(|error| CallError::new(io_files::http::status(&error), error.to_string()))?;
    Ok(Answer::message(Type::ReadFile, |response| {
        response.read_file = Some(ReadFile { size, data });
    }))
}
