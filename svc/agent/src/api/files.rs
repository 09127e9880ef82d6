//! Files of sandboxes, as Mesos' `/files` serves them. A path leads into this agent's sandboxes or nowhere.

use std::{
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
    time::UNIX_EPOCH,
};

use base_fault::Class;
use base_ids::{FrameworkId, TaskId};
use core_agent::Key;
use io_httpd::{Body, HttpError, IntoResponse, Json, Path, Query, Response, State, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Agent;
use crate::sandboxes;

/// The most that one read gives, in bytes.
const MOST: u64 = 1024 * 1024;

#[derive(Deserialize)]
pub(super) struct At {
    path: String,
    offset: Option<i64>,
    length: Option<i64>,
}

/// A path as it is on the disk, refused if it leaves the sandboxes by `..` or a link.
fn resolve(agent: &Agent, path: &str) -> Result<PathBuf, HttpError> {
    let missing = || HttpError::new(Class::NotFound, format!("no file {path:?} in this agent's sandboxes"));
    let root = std::fs::canonicalize(agent.options.dir.join("slaves")).map_err(|_| missing())?;
    let full = std::fs::canonicalize(root.join(path)).map_err(|_| missing())?;
    if full.starts_with(&root) {
        Ok(full)
    } else {
        Err(missing())
    }
}

/// `{"data": "...", "offset": N}`; an offset of -1 asks for the length alone.
pub(super) async fn read(State(agent): State<Agent>, Query(at): Query<At>) -> Result<Json<Value>, HttpError> {
    let path = resolve(&agent, &at.path)?;
    let failed = |error: std::io::Error| HttpError::new(Class::Internal, format!("{}: {error}", at.path));
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let Some(offset) = at.offset.and_then(|offset| u64::try_from(offset).ok()) else {
        return Ok(Json(json!({ "data": "", "offset": length })));
    };
    let most = at
        .length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or(MOST)
        .min(MOST);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset.min(length))).map_err(failed)?;
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Json(
        json!({ "data": String::from_utf8_lossy(&bytes), "offset": offset }),
    ))
}

/// The entries of a directory.
pub(super) async fn browse(State(agent): State<Agent>, Query(at): Query<At>) -> Result<Json<Value>, HttpError> {
    let path = resolve(&agent, &at.path)?;
    let failed = |error: std::io::Error| HttpError::new(Class::Invalid, format!("{}: {error}", at.path));
    let mut entries: Vec<_> = std::fs::read_dir(&path).map_err(failed)?.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let entry = |entry: std::fs::DirEntry| {
        let meta = entry.metadata().ok()?;
        let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let (path, name) = (
            format!("{}/{}", at.path, entry.file_name().to_string_lossy()),
            entry.file_name(),
        );
        let is_dir = meta.is_dir();
        Some(json!({
            "path": path, "name": name.to_string_lossy(), "size": meta.len(), "mtime": changed.as_secs(),
            "directory": is_dir, "nlink": if is_dir { 2 } else { 1 },
        }))
    };
    Ok(Json(entries.into_iter().filter_map(entry).collect()))
}

/// A whole file.
pub(super) async fn download(State(agent): State<Agent>, Query(at): Query<At>) -> Result<Response, HttpError> {
    let path = resolve(&agent, &at.path)?;
    let failed = |error: std::io::Error| HttpError::new(Class::Invalid, format!("{}: {error}", at.path));
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let headers = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((headers, Body::from_stream(tokio_util::io::ReaderStream::new(file))).into_response())
}

/// Where a task's newest sandbox is: `{"path": "<relative to the sandboxes>"}`.
pub(super) async fn sandbox(
    State(agent): State<Agent>,
    Path((framework, task)): Path<(String, String)>,
) -> Result<Json<Value>, HttpError> {
    let missing = || HttpError::new(Class::NotFound, format!("no sandbox of task {task}"));
    let snapshot = agent.snapshot().await?;
    let agent_id = snapshot.state.agent_id().ok_or_else(missing)?;
    let key = Key {
        framework_id: FrameworkId::from(framework.as_str()),
        task_id: TaskId::from(task.as_str()),
    };
    let path = sandboxes::latest(&agent.options.dir, agent_id, &key).ok_or_else(missing)?;
    let root = std::fs::canonicalize(agent.options.dir.join("slaves")).map_err(|_| missing())?;
    let relative = path.strip_prefix(&root).map_err(|_| missing())?;
    Ok(Json(json!({ "path": relative.to_string_lossy() })))
}
