//! A client for one request on one connection: enough for the command line, for probes and for substreams of a link.

use std::io;

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

/// Sends a request in origin form over a fresh connection and returns the response's head; its body streams.
///
/// # Errors
/// The connection broke, or the peer does not speak HTTP/1.
pub async fn send(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Body>,
) -> io::Result<Response<Incoming>> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(io))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(async move { drop(connection.with_upgrades().await) });
    sender.send_request(request).await.map_err(io::Error::other)
}

/// Reads a response's body whole, up to `limit` bytes.
///
/// # Errors
/// It broke off or is longer.
pub async fn collect(body: Incoming, limit: usize) -> io::Result<Bytes> {
    crate::serve::collect(body, limit).await
}

/// Turns a response of a peer into one of ours, its body streaming through.
pub fn relay(response: Response<Incoming>) -> Response<Body> {
    response.map(Body::new)
}

/// Takes over the connection of a response with status 101.
///
/// # Errors
/// The peer broke off.
pub async fn upgraded<B>(response: &mut Response<B>) -> io::Result<hyper::upgrade::Upgraded> {
    hyper::upgrade::on(response).await.map_err(io::Error::other)
}
