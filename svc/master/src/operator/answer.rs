use io_httpd::{IntoResponse, Response, StatusCode, header};
use wire_mesos::{ContentType, encode, v1::master};

/// What a call is answered.
pub(crate) enum Answer {
    /// 200 and a message in the type that the operator takes.
    Message(Box<master::Response>),
    /// A status and nothing else: 200 for what is done, 202 for what is under way.
    Done(StatusCode),
}

impl Answer {
    /// A message of this type; `fill` sets its part.
    pub(crate) fn message(kind: master::response::Type, fill: impl FnOnce(&mut master::Response)) -> Self {
        let mut response = master::Response {
            r#type: Some(kind as i32),
            ..Default::default()
        };
        fill(&mut response);
        Self::Message(Box::new(response))
    }

    pub(crate) fn into_response(self, accept: ContentType) -> Response {
        match self {
            Self::Message(message) => {
                let headers = [(header::CONTENT_TYPE, accept.as_str())];
                (headers, encode(accept, &*message)).into_response()
            }
            Self::Done(status) => status.into_response(),
        }
    }
}
