//! `/files/browse`, `/files/read`, `/files/download` and `/files/debug`, as Mesos 1.11 answers them
//! (`src/files/files.cpp`). The caller says what is shown and hands the query over.

use std::collections::BTreeMap;

use io_httpd::{Body, IntoResponse, Jsonp, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Entry, Error, Shown, list, read, size};

/// What a request may say. Numbers are texts, so that a bad one is answered in Mesos' words.
#[derive(Debug, Deserialize)]
pub struct Asked {
    path: Option<String>,
    offset: Option<String>,
    length: Option<String>,
    jsonp: Option<String>,
}

/// An answer that is not 200: its status and a line for a person.
type Refusal = (StatusCode, String);

impl Asked {
    fn path(&self) -> Result<&str, Refusal> {
        let path = self.path.as_deref().filter(|path| !path.is_empty());
        path.ok_or_else(|| bad("Expecting 'path=value' in query.\n"))
    }

    fn jsonp(&self) -> Jsonp {
        Jsonp {
            jsonp: self.jsonp.clone(),
        }
    }
}

fn bad(message: impl Into<String>) -> Refusal {
    (StatusCode::BAD_REQUEST, message.into())
}

/// The status that a failure is answered with.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Denied(_) => StatusCode::FORBIDDEN,
        Error::Kind { .. } => StatusCode::BAD_REQUEST,
        Error::Io { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn refusal(error: &Error) -> Refusal {
    (status(error), format!("{error}.\n"))
}

/// A number of a query, at least -1; `None` for -1 and for one that is not there.
fn number(given: Option<&str>, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(text) = given else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(-1) => Ok(None),
        Ok(number) if number < 0 => {
            let name = if name == "offset" { "offset" } else { "length" };
            Err(bad(format!("Negative {name} provided: {number}.\n")))
        }
        Ok(number) => Ok(Some(number.unsigned_abs())),
        Err(error) => Err(bad(format!("Failed to parse {name}: '{text}': {error}.\n"))),
    }
}

/// The entries of a directory.
pub fn browse(shown: &Shown, asked: &Asked) -> Response {
    let listed = asked.path().and_then(|name| {
        let path = shown.resolve(name).map_err(|error| refusal(&error))?;
        list(&path, name).map_err(|error| refusal(&error))
    });
    match listed {
        Ok(entries) => asked.jsonp().answer(&entries.iter().map(entry).collect::<Vec<_>>()),
        Err(refusal) => refusal.into_response(),
    }
}

fn entry(entry: &Entry) -> Value {
    json!({
        "path": entry.path,
        "nlink": entry.links,
        "size": entry.size,
        "mtime": entry.changed.as_secs_f64(),
        "mode": entry.mode_text(),
        "uid": entry.user,
        "gid": entry.group,
    })
}

/// `{"data": "...", "offset": N}`; without an offset, or with -1, the offset is the file's size and the data is empty.
pub fn read_part(shown: &Shown, asked: &Asked) -> Response {
    match part(shown, asked) {
        Ok((offset, data)) => asked.jsonp().answer(&json!({
            "data": String::from_utf8_lossy(&data),
            "offset": offset,
        })),
        Err(refusal) => refusal.into_response(),
    }
}

fn part(shown: &Shown, asked: &Asked) -> Result<(u64, Vec<u8>), Refusal> {
    let name = asked.path()?;
    let offset = number(asked.offset.as_deref(), "offset")?;
    let length = number(asked.length.as_deref(), "length")?;
    let path = shown.resolve(name).map_err(|error| refusal(&error))?;
    let read = match offset {
        None => size(&path, name).map(|size| (size, Vec::new())),
        Some(offset) => read(&path, name, offset, length).map(|(_, data)| (offset, data)),
    };
    read.map_err(|error| refusal(&error))
}

/// A whole file.
pub async fn download(shown: &Shown, asked: &Asked) -> Response {
    let found = asked.path().and_then(|name| {
        let path = shown.resolve(name).map_err(|error| refusal(&error))?;
        size(&path, name).map_err(|error| refusal(&error))?;
        Ok(path)
    });
    let path = match found {
        Ok(path) => path,
        Err(refusal) => return refusal.into_response(),
    };
    let base = path
        .file_name()
        .map(|name| name.to_string_lossy().replace(['"', '\r', '\n'], "_"));
    match tokio::fs::File::open(&path).await {
        Ok(file) => {
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename={}", base.unwrap_or_default()),
                ),
            ];
            (headers, Body::from_stream(tokio_util::io::ReaderStream::new(file))).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}.\n")).into_response(),
    }
}

/// What is shown: names and where they lead.
pub fn debug(shown: &Shown, asked: &Asked) -> Response {
    let all: BTreeMap<_, _> = shown
        .iter()
        .map(|(name, path)| (name, path.to_string_lossy()))
        .collect();
    asked.jsonp().answer(&all)
}
