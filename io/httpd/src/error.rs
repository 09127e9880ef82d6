use axum::{
    Json,
    response::{IntoResponse, Response},
};
use base_fault::Class;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// An error of Harmony's own API: `{"error": {"code": "not_found", "message": "..."}}` with the class's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError {
    /// The class, which sets status and code.
    pub class: Class,
    /// What, where, and what was expected.
    pub message: String,
}

impl HttpError {
    /// An error with a text for people.
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.class.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({ "error": { "code": self.class.code(), "message": self.message } });
        let mut response = (status, Json(body)).into_response();
        if self.class.is_retryable() {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
