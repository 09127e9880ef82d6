use axum::response::{IntoResponse, Response};
use base_fault::Class;
use http::header;
use serde::{Deserialize, Serialize};

use crate::HttpError;

/// The query parameter `jsonp`: the name of a function with which a page of another origin asks for a script that calls it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Jsonp {
    /// The function's name.
    pub jsonp: Option<String>,
}

impl Jsonp {
    /// The media type of an answer, and what stands before and behind its JSON.
    pub fn frame(&self) -> (&'static str, String, &'static str) {
        match &self.jsonp {
            Some(name) => ("text/javascript", format!("{name}("), ");"),
            None => ("application/json", String::new(), ""),
        }
    }

    /// A whole answer.
    pub fn answer(&self, value: &impl Serialize) -> Response {
        let (kind, before, after) = self.frame();
        let mut body = before.into_bytes();
        if let Err(error) = serde_json::to_writer(&mut body, value) {
            return HttpError::new(Class::Internal, error.to_string()).into_response();
        }
        body.extend_from_slice(after.as_bytes());
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    }
}
