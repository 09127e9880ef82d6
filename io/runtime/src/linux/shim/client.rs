//! One connection to the shim's socket.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;

use crate::linux::protocol::{self, Answer, Request};

/// A client, as far as it has spoken.
pub struct Client {
    stream: UnixStream,
    buffer: Vec<u8>,
    greeted: bool,
    /// Whether it waits for the container's end.
    pub waits: bool,
}

impl Client {
    pub fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
            greeted: false,
            waits: false,
        })
    }

    pub fn fd(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    /// Reads what has come and answers each whole request by `answer`; `None` there is an answer that comes later.
    ///
    /// # Errors
    /// When the connection is to be closed.
    pub fn serve(&mut self, mut answer: impl FnMut(Request) -> Option<Answer>) -> io::Result<()> {
        let mut chunk = [0; 1024];
        match self.stream.read(&mut chunk) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => self.buffer.extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
        loop {
            let Some((body, taken)) = protocol::first_frame(&self.buffer).map_err(too_long)? else {
                return Ok(());
            };
            let request = minicbor::decode::<Request>(body);
            self.buffer.drain(..taken);
            let reply = match request {
                Ok(Request::Hello(_)) => {
                    self.greeted = true;
                    Some(Answer::Hello(protocol::VERSION))
                }
                _ if !self.greeted => Some(Answer::Refused("a client begins with hello".to_owned())),
                Ok(request) => {
                    self.waits |= request == Request::Wait;
                    answer(request)
                }
                Err(error) => Some(Answer::Refused(format!("not understood: {error}"))),
            };
            if let Some(reply) = reply {
                self.send(&reply)?;
            }
        }
    }

    /// Sends an answer. A client that does not read its answers is closed: the shim never waits for one.
    pub fn send(&mut self, answer: &Answer) -> io::Result<()> {
        self.stream.write_all(&protocol::frame(answer)?)
    }
}

fn too_long(length: usize) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes"))
}
