//! A conversation with a shim.

use std::io;
use std::os::fd::AsRawFd;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use super::super::protocol::{self, Answer, Request};
use super::super::record;
use super::container::Container;
use crate::{Error, Result};

/// The longest path that fits into a socket's address (unix(7)), without its final NUL.
const MAX_PATH: usize = 107;

/// Between two tries to reach a shim that lives but does not answer: it is just starting, or just ending, or has too
/// many clients.
const PAUSE: Duration = Duration::from_millis(2);

/// A connection on which the hellos are exchanged.
pub struct Connection {
    stream: UnixStream,
}

impl Connection {
    /// Asks one thing. `None` if the shim is gone or goes before it answers.
    ///
    /// # Errors
    /// [`Error::Protocol`] for an answer that cannot be understood.
    pub async fn ask(container: &Container, request: &Request) -> Result<Option<Answer>> {
        loop {
            match Self::ask_once(container, request).await? {
                None if container.is_held() => tokio::time::sleep(PAUSE).await,
                answer => return Ok(answer),
            }
        }
    }

    async fn ask_once(container: &Container, request: &Request) -> Result<Option<Answer>> {
        match Self::converse(container, request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Error::Protocol {
                id: container.id.clone(),
                reason: error.to_string(),
            }),
            Err(error) => Err(Error::io("talk to the shim in", &container.dir)(error)),
        }
    }

    async fn converse(container: &Container, request: &Request) -> io::Result<Answer> {
        let mut connection = Self {
            stream: connect(container).await?,
        };
        // Both at once: the answers come in order.
        let mut frames = protocol::frame(&Request::Hello(protocol::VERSION))?;
        frames.extend(protocol::frame(request)?);
        connection.stream.write_all(&frames).await?;
        match connection.receive().await? {
            Answer::Hello(_) => connection.receive().await,
            other => Ok(other),
        }
    }

    async fn receive(&mut self) -> io::Result<Answer> {
        let length = self.stream.read_u32().await? as usize;
        let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
        if length > protocol::MAX_FRAME_BYTES {
            return Err(invalid(format!("an answer of {length} bytes")));
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        minicbor::decode(&body).map_err(|error| invalid(error.to_string()))
    }
}

async fn connect(container: &Container) -> io::Result<UnixStream> {
    let path = container.dir.join(record::SOCKET);
    if path.as_os_str().len() <= MAX_PATH {
        return UnixStream::connect(path).await;
    }
    // A short name for a directory with a long one.
    let dir = std::fs::File::open(&container.dir)?;
    UnixStream::connect(format!("/proc/self/fd/{}/{}", dir.as_raw_fd(), record::SOCKET)).await
}

fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionRefused | ConnectionReset | NotFound | UnexpectedEof
    )
}
