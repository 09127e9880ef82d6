use std::net::SocketAddr;

use base_fault::Class;
use io_httpd::{Bytes, Request, header, read_body};
use wire_marathon::Problem;

use super::answer::Trouble;
use crate::Edge;

/// Reads a JSON body; 415 for another type, 413 above the limit.
pub(super) async fn read(edge: &Edge, request: Request) -> Result<Bytes, Trouble> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .map(|kind| kind.to_str().unwrap_or_default());
    if kind.is_some_and(|kind| !is_json(kind)) {
        return Err(Problem::new(415, "Unsupported Media Type").into());
    }
    let body = read_body(request, edge.options.body_limit).await.map_err(|error| {
        let status = if error.class == Class::Exhausted { 413 } else { 400 };
        Problem::new(status, error.message)
    })?;
    edge.tallies.request_bytes.add(body.len());
    Ok(body)
}

fn is_json(kind: &str) -> bool {
    let bare = kind.split(';').next().unwrap_or_default().trim();
    bare.eq_ignore_ascii_case("application/json") || bare.to_ascii_lowercase().ends_with("+json")
}

/// The address of the client, where the server says it.
pub(super) fn remote(request: &Request) -> String {
    request
        .extensions()
        .get::<SocketAddr>()
        .map(|address| address.ip().to_string())
        .unwrap_or_default()
}
