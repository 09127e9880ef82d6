//! HTTP as the rest of Harmony sees it: a server loop with limits, a one-request client, streams and errors.
//!
//! The only crate that names the HTTP library. Routers and extractors are re-exported, so a service names `io_httpd` alone.

pub mod client;
mod error;
pub mod fanout;
mod jsonp;
mod old_post;
mod patience;
mod pour;
mod serve;
mod sse;

pub use axum::{
    Extension, Json, Router,
    body::{Body, to_bytes},
    extract::{self, FromRequestParts, Path, Query, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing,
};
pub use bytes::Bytes;
pub use error::HttpError;
pub use http::{self, HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts};
pub use hyper::upgrade::{OnUpgrade, Upgraded};
pub use hyper_util::rt::TokioIo;
pub use jsonp::Jsonp;
pub use pour::{drop_off, pour};
pub use serve::{BODY_LIMIT, LocalAddress, read_body, serve, serve_stream};
pub use sse::sse;

/// The connection of a request that is answered with 101, once it is.
pub fn upgrade(request: &mut Request) -> OnUpgrade {
    hyper::upgrade::on(request)
}
