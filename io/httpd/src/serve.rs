use std::{convert::Infallible, future::Future, io, net::SocketAddr, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::Request,
};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Semaphore,
};
use tower::ServiceExt;

use crate::{HttpError, old_post::OldPosts, patience::Patience};
use base_fault::Class;

/// The largest body that is read whole, in bytes.
pub const BODY_LIMIT: usize = 8 * 1024 * 1024;
/// A client that has not sent its request's head by then is cut off.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Connections at once; further ones wait in the listener's queue.
const CONNECTIONS: usize = 12_000;

/// Where a request was received: this side of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalAddress(pub SocketAddr);

/// Serves a router on a listener until `stop` resolves. Open connections end with the process. Each request carries the
/// peer's `SocketAddr` and the [`LocalAddress`] as extensions.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let slots = std::sync::Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let Ok(slot) = slots.clone().acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            () = &mut stop => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                drop(stream.set_nodelay(true));
                let mut router = router.clone().layer(Extension(peer));
                if let Ok(address) = stream.local_addr() {
                    router = router.layer(Extension(LocalAddress(address)));
                }
                tokio::spawn(async move {
                    serve_stream(stream, router).await;
                    drop(slot);
                });
            }
            Err(error) => accept_failed(&error).await,
        }
    }
}

/// Out of files is no reason to end: wait a little, connections will close.
async fn accept_failed(error: &io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Serves a router on one connection of any kind, upgrades included. A broken connection ends quietly.
pub async fn serve_stream(io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let patience = Patience::default();
    let seen = patience.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        seen.see(&request);
        let router = router.clone();
        async move {
            Ok::<_, Infallible>(
                router
                    .oneshot(request.map(Body::new))
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(patience)
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(OldPosts::new(io)), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection broke");
    }
}

/// Reads a request's body whole.
///
/// # Errors
/// `exhausted` (413 for foreign formats) above `limit`, `invalid` if it broke off.
pub async fn read_body(request: Request, limit: usize) -> Result<Bytes, HttpError> {
    let declared = request.headers().get(http::header::CONTENT_LENGTH);
    let declared = declared
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok())
        .unwrap_or(0);
    if declared > limit {
        return Err(too_large(limit));
    }
    to_bytes(request.into_body(), limit).await.map_err(|error| {
        let over = std::error::Error::source(&error).is_some_and(|e| e.is::<http_body_util::LengthLimitError>());
        if over {
            too_large(limit)
        } else {
            HttpError::new(Class::Invalid, format!("the body broke off: {error}"))
        }
    })
}

fn too_large(limit: usize) -> HttpError {
    HttpError::new(
        Class::Exhausted,
        format!("the body is larger than the limit of {limit} bytes"),
    )
}

/// Reads a response's body whole, up to `limit` bytes.
pub(crate) async fn collect(body: Incoming, limit: usize) -> io::Result<Bytes> {
    let limited = http_body_util::Limited::new(body, limit);
    limited
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .map_err(io::Error::other)
}
