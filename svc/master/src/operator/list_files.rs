use wire_mesos::v1::{
    FileInfo, TimeInfo,
    master::{
        call,
        response::{ListFiles, Type},
    },
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
        file_infos: entries.into_iter().map(file_info).collect(),
    };
    Ok(Answer::message(Type::ListFiles, |response| {
        response.list_files = Some(files);
    }))
}

fn file_info(entry: io_files::Entry) -> FileInfo {
    FileInfo {
        path: entry.path,
        nlink: i32::try_from(entry.links).ok(),
        size: Some(entry.size),
        mtime: Some(TimeInfo {
            nanoseconds: i64::try_from(entry.changed.as_nanos()).unwrap_or(i64::MAX),
        }),
        mode: Some(entry.mode),
        uid: Some(entry.user),
        gid: Some(entry.group),
    }
}
