use wire_mesos::v1::agent::{
    call,
    response::{ListFiles, Type},
};

use super::{Answer, CallError};
use crate::{
    access::Caller,
    api::{Agent, files},
};

/// LIST_FILES: the entries of a directory.
pub(super) async fn answer(agent: &Agent, caller: &Caller, call: &call::ListFiles) -> Result<Answer, CallError> {
    let shown = files::shown(agent, caller).await;
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
