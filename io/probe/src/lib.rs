//! Health probes: one look at a task over HTTP, HTTPS or TCP. Commands are the runtime's to run.
//!
//! A certificate is not verified, as in Mesos and Marathon: a health check asks whether the task answers, not who it is.

mod tls;

use std::{io, net::SocketAddr, time::Duration};

use io_httpd::{Body, client, header, http};
use tokio::{net::TcpStream, time::timeout};

/// What is asked over the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// A GET of a path, plain or over TLS; 200 to 399 is healthy.
    Http {
        /// Over TLS, unverified.
        tls: bool,
        /// Path and query, with the leading slash.
        path: &'a str,
    },
    /// A connection that is accepted.
    Tcp,
}

/// Asks once. `Err` says for a person why the task is not healthy.
///
/// # Errors
/// The text of the failure: refused, timed out, a status outside 200 to 399.
pub async fn ask(address: SocketAddr, ask: Ask<'_>, patience: Duration) -> Result<(), String> {
    match timeout(patience, once(address, ask)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(format!("no answer from {address} within {} ms", patience.as_millis())),
    }
}

async fn once(address: SocketAddr, ask: Ask<'_>) -> Result<(), String> {
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| format!("cannot connect to {address}: {error}"))?;
    let status = match ask {
        Ask::Tcp => return Ok(()),
        Ask::Http { tls: false, path } => get(stream, address, path).await,
        Ask::Http { tls: true, path } => match tls::wrap(stream, address).await {
            Ok(stream) => get(stream, address, path).await,
            Err(error) => Err(error),
        },
    };
    let status = status.map_err(|error| format!("no HTTP answer from {address}: {error}"))?;
    if (200..400).contains(&status) {
        Ok(())
    } else {
        Err(format!("{address} answered with HTTP status {status}"))
    }
}

async fn get<S>(stream: S, address: SocketAddr, path: &str) -> io::Result<u16>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    let request = http::Request::get(path)
        .header(header::HOST, address.to_string())
        .header(header::USER_AGENT, concat!("harmony/", env!("CARGO_PKG_VERSION")))
        .header(header::CONNECTION, "close")
        .body(Body::empty())
        .map_err(io::Error::other)?;
    Ok(client::send(stream, request).await?.status().as_u16())
}
