use std::fmt;

use io_engine::Failure;
use io_httpd::{HeaderValue, HttpError, IntoResponse, Response, StatusCode, header};
use wire_mesos::{http_status, media::MediaError};

use super::token::Refusal;

/// What tokens are for (Mesos' `EXECUTOR_HTTP_AUTHENTICATION_REALM`).
const REALM: &str = "mesos-agent-executor";

/// An error of the executor API: a status and plain text, as Mesos answers.
#[derive(Debug)]
pub(crate) struct CallError {
    status: StatusCode,
    message: String,
    /// How to prove oneself, for those who did not.
    challenge: Option<String>,
}

impl CallError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            challenge: None,
        }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn body(error: &HttpError) -> Self {
        let too_large = error.class == base_fault::Class::Exhausted;
        let status = if too_large {
            StatusCode::PAYLOAD_TOO_LARGE
        } else {
            StatusCode::BAD_REQUEST
        };
        Self::new(status, error.message.clone())
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// As RFC 6750 has it: who brings nothing is not told of an error.
impl From<Refusal> for CallError {
    fn from(refusal: Refusal) -> Self {
        let (why, error) = match refusal {
            Refusal::Foreign(why) => {
                return Self::new(StatusCode::FORBIDDEN, format!("The executor's token has {why}"));
            }
            Refusal::Absent => ("The executor's token is missing".to_owned(), String::new()),
            Refusal::Invalid(why) => {
                let described = why.replace(['"', '\\'], "'");
                let error = format!(r#", error="invalid_token", error_description="{described}""#);
                (why, error)
            }
        };
        Self {
            challenge: Some(format!(r#"Bearer realm="{REALM}"{error}"#)),
            ..Self::new(StatusCode::UNAUTHORIZED, why)
        }
    }
}

impl From<MediaError> for CallError {
    fn from(error: MediaError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, error.to_string())
    }
}

impl From<Failure<core_agent::Reject>> for CallError {
    fn from(failure: Failure<core_agent::Reject>) -> Self {
        let message = match &failure {
            Failure::Rejected(core_agent::Reject::UnknownExecutor(_)) => return Self::bad("Executor cannot be found"),
            Failure::Rejected(reject) => reject.to_string(),
            other => other.to_string(),
        };
        let status = http_status(failure.class(core_agent::Reject::class));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, message)
    }
}

impl IntoResponse for CallError {
    fn into_response(self) -> Response {
        let challenge = self.challenge.and_then(|text| HeaderValue::try_from(text).ok());
        let mut response = (self.status, self.message).into_response();
        response
            .headers_mut()
            .extend(challenge.map(|challenge| (header::WWW_AUTHENTICATE, challenge)));
        response
    }
}
