use std::{io, task::Poll};

use futures::{AsyncRead, AsyncWrite, future::poll_fn};
use tokio::sync::{mpsc, oneshot};
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt};
use yamux::{Config, Connection, Mode, Stream};

/// One stream of a link, as tokio reads and writes it.
pub type Substream = Compat<Stream>;

/// Opens streams on a link.
#[derive(Clone, Debug)]
pub struct Opener(mpsc::Sender<oneshot::Sender<io::Result<Stream>>>);

impl Opener {
    /// Opens a stream to the other side.
    ///
    /// # Errors
    /// The link is gone, or has too many streams.
    pub async fn open(&self) -> io::Result<Substream> {
        let (reply, answer) = oneshot::channel();
        self.0.send(reply).await.map_err(|_| gone())?;
        Ok(answer.await.map_err(|_| gone())??.compat())
    }
}

/// The streams that the other side opens.
#[derive(Debug)]
pub struct Streams(mpsc::Receiver<Stream>);

impl Streams {
    /// The next one; `None` when the link is gone.
    pub async fn next(&mut self) -> Option<Substream> {
        Some(self.0.recv().await?.compat())
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the link is gone")
}

/// Runs yamux over a connection, in a task of its own that ends with the connection.
pub(crate) fn start<T>(io: T, mode: Mode) -> (Opener, Streams)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (open, mut wanted) = mpsc::channel::<oneshot::Sender<io::Result<Stream>>>(64);
    let (arrived, streams) = mpsc::channel(64);
    let mut connection = Connection::new(io, Config::default(), mode);
    tokio::spawn(async move {
        let mut waiting: Option<oneshot::Sender<io::Result<Stream>>> = None;
        poll_fn(move |cx| {
            loop {
                let mut progress = false;
                if waiting.is_none() {
                    match wanted.poll_recv(cx) {
                        Poll::Ready(Some(reply)) => waiting = Some(reply),
                        Poll::Ready(None) if arrived.is_closed() => return Poll::Ready(()),
                        Poll::Ready(None) | Poll::Pending => {}
                    }
                }
                if waiting.is_some()
                    && let Poll::Ready(opened) = connection.poll_new_outbound(cx)
                    && let Some(reply) = waiting.take()
                {
                    drop(reply.send(opened.map_err(io::Error::other)));
                    progress = true;
                }
                match connection.poll_next_inbound(cx) {
                    Poll::Ready(Some(Ok(stream))) => {
                        // A full queue refuses the stream: dropping it resets it.
                        drop(arrived.try_send(stream));
                        progress = true;
                    }
                    Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(()),
                    Poll::Pending => {}
                }
                if !progress {
                    return Poll::Pending;
                }
            }
        })
        .await;
    });
    (Opener(open), Streams(streams))
}
