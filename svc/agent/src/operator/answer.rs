use io_httpd::{IntoResponse, Response, StatusCode, header};
use wire_mesos::{encode, media::Body, v1::agent};

use super::CallError;

/// What a call is answered.
pub(super) enum Answer {
    /// 200 and a message in the type that the operator takes.
    Message(Box<agent::Response>),
    /// A status and nothing else.
    Done(StatusCode),
}

impl Answer {
    /// A message of this type; `fill` sets its part.
    pub(super) fn message(kind: agent::response::Type, fill: impl FnOnce(&mut agent::Response)) -> Self {
        let mut response = agent::Response {
            r#type: Some(kind as i32),
            ..Default::default()
        };
        fill(&mut response);
        Self::Message(Box::new(response))
    }

    /// # Errors
    /// 406 when the operator takes nothing but a stream.
    pub(super) fn into_response(self, accept: Body) -> Result<Response, CallError> {
        let message = match self {
            Self::Message(message) => message,
            Self::Done(status) => return Ok(status.into_response()),
        };
        let Body::Message(accept) = accept else {
            let message = "Streaming 'Accept' application/recordio is not supported for this call";
            return Err(CallError::new(StatusCode::NOT_ACCEPTABLE, message));
        };
        let headers = [(header::CONTENT_TYPE, accept.as_str())];
        Ok((headers, encode(accept, &*message)).into_response())
    }
}
