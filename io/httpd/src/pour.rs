//! One-way requests on one connection that stays open, as libprocess posts its messages.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::{Semaphore, mpsc},
    time::timeout,
};
use tracing::debug;

/// How long a peer may take to accept a connection or a request, and to close after the last.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends ready-made requests to a peer, in order, on one connection that it opens at once and keeps. What the peer answers
/// is thrown away. `Ok` after the last: when the queue's senders are gone and it is empty.
///
/// # Errors
/// The peer could not be reached, closed the connection, or takes nothing any more. What is left in the queue is lost.
pub async fn pour(peer: SocketAddr, requests: &mut mpsc::Receiver<Bytes>) -> io::Result<()> {
    let mut stream = patiently(TcpStream::connect(peer)).await?;
    stream.set_nodelay(true)?;
    let (mut answers, mut out) = stream.split();
    tokio::select! {
        closed = drain(&mut answers) => closed.and(Err(io::ErrorKind::ConnectionAborted.into())),
        sent = send_all(&mut out, requests) => sent,
    }?;
    // A connection that is dropped with an answer unread is reset, and the peer might lose the last request.
    drop(patiently(drain(&mut answers)).await);
    Ok(())
}

/// How many requests may be dropped off at a time.
static DROPPED_OFF: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(256)));

/// Sends one ready-made request to a peer on a connection of its own, in the background. It is lost if the peer is not
/// reached or 256 are under way, as any message of libprocess may be.
pub fn drop_off(peer: SocketAddr, request: Bytes) {
    let Ok(turn) = DROPPED_OFF.clone().try_acquire_owned() else {
        return;
    };
    tokio::spawn(async move {
        let (outbox, mut requests) = mpsc::channel(1);
        drop(outbox.send(request).await);
        drop(outbox);
        if let Err(error) = pour(peer, &mut requests).await {
            debug!(%peer, %error, "a peer was not reached");
        }
        drop(turn);
    });
}

async fn send_all(out: &mut (impl AsyncWrite + Unpin), requests: &mut mpsc::Receiver<Bytes>) -> io::Result<()> {
    while let Some(request) = requests.recv().await {
        patiently(out.write_all(&request)).await?;
    }
    out.shutdown().await
}

/// Reads until the peer closes.
async fn drain(answers: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while answers.read(&mut buffer).await? > 0 {}
    Ok(())
}

async fn patiently<T>(what: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, what)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn pair() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[tokio::test]
    async fn requests_come_in_order_on_one_connection() {
        let (listener, address) = pair().await;
        let (outbox, mut requests) = mpsc::channel(8);
        for request in ["one ", "two ", "three"] {
            outbox.try_send(Bytes::from(request)).unwrap();
        }
        drop(outbox);
        let peer = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 202 Accepted\r\n\r\n").await.unwrap();
            let mut text = String::new();
            stream.read_to_string(&mut text).await.unwrap();
            text
        };
        let (text, sent) = tokio::join!(peer, async { pour(address, &mut requests).await });
        sent.unwrap();
        assert_eq!(text, "one two three");
    }

    #[tokio::test]
    async fn a_closed_connection_is_noticed_though_nothing_is_sent() {
        let (listener, address) = pair().await;
        let (_outbox, mut requests) = mpsc::channel(8);
        let peer = async { drop(listener.accept().await.unwrap()) };
        let ((), sent) = tokio::join!(peer, pour(address, &mut requests));
        assert_eq!(sent.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn nobody_listens() {
        let (listener, address) = pair().await;
        drop(listener);
        let (_outbox, mut requests) = mpsc::channel(8);
        assert!(pour(address, &mut requests).await.is_err());
    }
}
