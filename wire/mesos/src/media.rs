//! `Content-Type` and `Accept` of the v1 APIs, with the statuses and the meaning of Mesos' answers.
//!
//! Sources: `src/master/http.cpp`, `src/slave/http.cpp` and libprocess' `Request::acceptsMediaType`, Mesos 1.11. Unlike
//! there, the type of a body is compared without regard to case and parameters (`application/json; charset=utf-8`).

use std::fmt;

/// `application/json`.
pub const APPLICATION_JSON: &str = "application/json";
/// `application/x-protobuf`.
pub const APPLICATION_PROTOBUF: &str = "application/x-protobuf";
/// `application/recordio`: a stream of records, whose own type another header tells.
pub const APPLICATION_RECORDIO: &str = "application/recordio";
/// The type of the records in a RecordIO request.
pub const MESSAGE_CONTENT_TYPE: &str = "Message-Content-Type";
/// The types of records that a client takes in a RecordIO answer.
pub const MESSAGE_ACCEPT: &str = "Message-Accept";
/// Ties the calls of a framework to its event stream.
pub const MESOS_STREAM_ID: &str = "Mesos-Stream-Id";

/// How one message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// Mesos' JSON.
    Json,
    /// Binary protobuf.
    Protobuf,
}

impl ContentType {
    /// The media type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => APPLICATION_JSON,
            Self::Protobuf => APPLICATION_PROTOBUF,
        }
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a body is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// One message. (The event stream of a subscription also carries this type, but is framed as RecordIO.)
    Message(ContentType),
    /// `application/recordio`: a stream of messages of this type.
    Records(ContentType),
}

/// A request whose headers cannot be served. The text is fit for the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// A header that must be there is not: 400.
    #[error("Expecting '{0}' to be present")]
    Absent(&'static str),
    /// The body is of a type nobody here reads: 415.
    #[error("Expecting '{header}' of {expected}")]
    Unsupported {
        /// The header at fault.
        header: &'static str,
        /// The types that are read.
        expected: String,
    },
    /// A header that goes with streams only, on a request that is none: 415.
    #[error("Expecting '{0}' to be not set for non-streaming requests")]
    Unexpected(&'static str),
    /// The client takes nothing that can be written: 406.
    #[error("Expecting '{header}' to allow {expected}")]
    NotAcceptable {
        /// The header at fault.
        header: &'static str,
        /// The types that can be written.
        expected: String,
    },
}

impl MediaError {
    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Absent(_) => 400,
            Self::Unsupported { .. } | Self::Unexpected(_) => 415,
            Self::NotAcceptable { .. } => 406,
        }
    }
}

/// The type of a request's body, from its `Content-Type`.
///
/// # Errors
/// 400 when the header is absent, 415 when it names another type.
pub fn request_type(content_type: Option<&str>) -> Result<ContentType, MediaError> {
    let value = content_type.ok_or(MediaError::Absent("Content-Type"))?;
    message_type(value).ok_or_else(|| unsupported("Content-Type", &[APPLICATION_JSON, APPLICATION_PROTOBUF]))
}

/// The type of the answer, from `Accept`; JSON when the client takes both or does not say.
///
/// # Errors
/// 406 when the client takes neither.
pub fn response_type(accept: Option<&str>) -> Result<ContentType, MediaError> {
    accepted_message("Accept", accept)
}

/// The framing and type of a request that may be a stream (the agent's `ATTACH_CONTAINER_INPUT`).
///
/// # Errors
/// 400 when a header is absent, 415 when it names another type or does not belong.
pub fn streaming_request(content_type: Option<&str>, message_type_header: Option<&str>) -> Result<Body, MediaError> {
    let value = content_type.ok_or(MediaError::Absent("Content-Type"))?;
    if essence(value).eq_ignore_ascii_case(APPLICATION_RECORDIO) {
        let inner = message_type_header.ok_or(MediaError::Absent(MESSAGE_CONTENT_TYPE))?;
        let both = [APPLICATION_JSON, APPLICATION_PROTOBUF];
        return message_type(inner)
            .map(Body::Records)
            .ok_or_else(|| unsupported(MESSAGE_CONTENT_TYPE, &both));
    }
    if message_type_header.is_some() {
        return Err(MediaError::Unexpected(MESSAGE_CONTENT_TYPE));
    }
    let all = [APPLICATION_JSON, APPLICATION_PROTOBUF, APPLICATION_RECORDIO];
    message_type(value)
        .map(Body::Message)
        .ok_or_else(|| unsupported("Content-Type", &all))
}

/// The framing and type of an answer that may be a stream; JSON, then protobuf, then RecordIO.
///
/// # Errors
/// 406 when the client takes none, or takes RecordIO and no type of record.
pub fn streaming_response(accept: Option<&str>, message_accept: Option<&str>) -> Result<Body, MediaError> {
    if let Ok(content_type) = response_type(accept) {
        return Ok(Body::Message(content_type));
    }
    if accepts(accept, APPLICATION_RECORDIO) {
        return accepted_message(MESSAGE_ACCEPT, message_accept).map(Body::Records);
    }
    let all = [APPLICATION_JSON, APPLICATION_PROTOBUF, APPLICATION_RECORDIO];
    Err(MediaError::NotAcceptable {
        header: "Accept",
        expected: quoted(&all),
    })
}

/// Whether an `Accept` header takes this media type. An absent header takes everything; `q=0` refuses; the most
/// specific entry decides, and the first of its kind.
pub fn accepts(accept: Option<&str>, media_type: &str) -> bool {
    let Some(accept) = accept else { return true };
    let any_subtype = media_type
        .split_once('/')
        .map_or_else(String::new, |(main, _)| format!("{main}/*"));
    [media_type, any_subtype.as_str(), "*/*"]
        .iter()
        .find_map(|candidate| {
            accept
                .split(',')
                .find(|entry| essence(entry).eq_ignore_ascii_case(candidate))
        })
        .is_some_and(allowed)
}

fn accepted_message(header: &'static str, accept: Option<&str>) -> Result<ContentType, MediaError> {
    [ContentType::Json, ContentType::Protobuf]
        .into_iter()
        .find(|content_type| accepts(accept, content_type.as_str()))
        .ok_or_else(|| MediaError::NotAcceptable {
            header,
            expected: quoted(&[APPLICATION_JSON, APPLICATION_PROTOBUF]),
        })
}

fn message_type(value: &str) -> Option<ContentType> {
    let value = essence(value);
    [ContentType::Json, ContentType::Protobuf]
        .into_iter()
        .find(|known| value.eq_ignore_ascii_case(known.as_str()))
}

/// A media type without its parameters.
fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

/// Whether an entry of `Accept` has no `q`, or one above zero.
fn allowed(entry: &str) -> bool {
    let mut weights = entry.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    weights
        .next()
        .is_none_or(|weight| weight.parse::<f64>().is_ok_and(|weight| weight > 0.0))
}

fn unsupported(header: &'static str, types: &[&str]) -> MediaError {
    MediaError::Unsupported {
        header,
        expected: types.join(" or "),
    }
}

fn quoted(types: &[&str]) -> String {
    types
        .iter()
        .map(|known| format!("'{known}'"))
        .collect::<Vec<_>>()
        .join(" or ")
}
