use std::{io, net::SocketAddr, time::Duration};

use io_httpd::{Body, TokioIo, Upgraded, client, header, http};
use tokio::{net::TcpStream, time::timeout};
use tokio_util::compat::TokioAsyncReadCompatExt;
use wire_link::{ToAgent, ToMaster};
use yamux::Mode;

use crate::{Control, Opener, Outbox, Streams, mux};

/// Where a master takes links.
pub const PATH: &str = "/harmony/v1/link";
/// The protocol's name in the `Upgrade` header.
pub const UPGRADE: &str = "harmony-link";

const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The master can't be reached or broke off.
    #[error("cannot reach the master at {address}: {source}")]
    Unreachable {
        /// Where it should be.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// It answered something else than 101.
    #[error("the master at {address} refuses the link with status {status}: {body}")]
    Refused {
        /// Where it is.
        address: SocketAddr,
        /// The HTTP status; 307 names the leader in `location`.
        status: u16,
        /// The start of its answer.
        body: String,
        /// Where the leader is, if it says so.
        location: Option<String>,
    },
}

/// Opens a link to a master, as an agent.
///
/// # Errors
/// [`DialError`].
pub async fn dial(
    address: SocketAddr,
    bearer: &str,
) -> Result<(Outbox<ToMaster>, Control<ToAgent>, Streams), DialError> {
    let unreachable = |source| DialError::Unreachable { address, source };
    let upgraded = timeout(PATIENCE, upgrade(address, bearer))
        .await
        .map_err(|_| unreachable(slow()))??;
    let (opener, streams) = mux::start(TokioIo::new(upgraded).compat(), Mode::Client);
    let control = opener.open().await.map_err(unreachable)?;
    let (outbox, control) = Control::new(control);
    Ok((outbox, control, streams))
}

async fn upgrade(address: SocketAddr, bearer: &str) -> Result<Upgraded, DialError> {
    let unreachable = |source| DialError::Unreachable { address, source };
    let stream = TcpStream::connect(address).await.map_err(unreachable)?;
    stream.set_nodelay(true).map_err(unreachable)?;
    let request = http::Request::post(PATH)
        .header(header::HOST, address.to_string())
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, UPGRADE)
        .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
        .body(Body::empty())
        .map_err(|error| unreachable(io::Error::other(error)))?;
    let mut response = client::send(stream, request).await.map_err(unreachable)?;
    if response.status() != http::StatusCode::SWITCHING_PROTOCOLS {
        let status = response.status().as_u16();
        let location = response
            .headers()
            .get(header::LOCATION)
            .and_then(|v| Some(v.to_str().ok()?.to_owned()));
        let body = client::collect(response.into_body(), 4096).await.unwrap_or_default();
        let body = String::from_utf8_lossy(&body).into_owned();
        return Err(DialError::Refused {
            address,
            status,
            body,
            location,
        });
    }
    client::upgraded(&mut response).await.map_err(unreachable)
}

fn slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "no answer within 10 s")
}

/// Takes a link that was upgraded, as a master: waits for the agent's control stream.
///
/// # Errors
/// The agent broke off or is silent.
pub async fn accept(upgraded: Upgraded) -> io::Result<(Outbox<ToAgent>, Control<ToMaster>, Opener)> {
    let (opener, mut streams) = mux::start(TokioIo::new(upgraded).compat(), Mode::Server);
    let control = timeout(PATIENCE, streams.next()).await.map_err(|_| slow())?;
    let control = control.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
    // An agent opens no other streams; what it opens all the same is reset.
    tokio::spawn(async move { while streams.next().await.is_some() {} });
    let (outbox, control) = Control::new(control);
    Ok((outbox, control, opener))
}
