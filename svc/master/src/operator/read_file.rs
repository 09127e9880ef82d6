use wire_mesos::v1::master::{
    call,
    response::{ReadFile, Type},
};

use super::{Answer, CallError};
use crate::{Master, access::Caller, endpoints};

/// READ_FILE: a part of a file.
pub(super) fn answer(master: &Master, caller: &Caller, call: &call::ReadFile) -> Result<Answer, CallError> {
    let shown = endpoints::shown(master, caller)?;
    let (size, data) = shown
        .resolve(&call.path)
        .and_then(|path| io_files::read(&path, &call.path, call.offset, call.length))
        .map_err(|error| CallError::new(io_files::http::status(&error), error.to_string()))?;
    Ok(Answer::message(Type::ReadFile, |response| {
        response.read_file = Some(ReadFile { size, data });
    }))
}
