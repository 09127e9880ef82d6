use wire_mesos::v1::master::{
    call,
    response::{ListFiles, Type},
};

use super::{Answer, CallError};
use crate::{Master, access::Caller, endpoints};

/// LIST_FILES: the entries of a directory.
pub(super) fn answer(master: &Master, caller: &Caller, call: &call::ListFiles) -> Result<Answer, CallError> {
    let shown = endpoints::shown(master, caller)?;
    let entries = shown
        .resolve(&call.path)
        .and_then(|path| io_files::list(&path, &call.path))
        .map_err(|error| CallError::new(io_files::http::status(&error), error.to_string()))?;
    let files = ListFiles {
        file_infos: entries.into_iter().map(Into::into).collect(),
    };
    Ok(Answer::message(Type::ListFiles, |response| {
        response.list_files = Some(files);
    }))
}
