use std::marker::PhantomData;

use minicbor::{Decode, Encode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split},
    sync::mpsc,
};
use wire_link::FrameError;

use crate::Substream;

/// How many messages may wait to be written before the link counts as stuck.
const OUTBOX: usize = 16_384;
/// The most that is written at once, in bytes.
const BURST: usize = 256 * 1024;

/// Why nothing more comes.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// The connection ended or broke.
    #[error("the link is gone: {0}")]
    Io(#[from] std::io::Error),
    /// The other side does not speak this protocol.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

/// Messages to the other side. Never waits: a full outbox means a stuck link, which its owner should close.
pub struct Outbox<Out>(mpsc::Sender<Out>);

impl<Out> Clone for Outbox<Out> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Out> Outbox<Out> {
    /// Queues a message; `false` if the link is gone or stuck.
    pub fn send(&self, message: Out) -> bool {
        self.0.try_send(message).is_ok()
    }
}

/// The receiving side of a control stream.
pub struct Control<In> {
    reader: ReadHalf<Substream>,
    buffer: Vec<u8>,
    start: usize,
    message: PhantomData<fn() -> In>,
}

impl<In: for<'b> Decode<'b, ()>> Control<In> {
    /// Splits a stream into its two sides; a task writes what the outbox gets, many messages at a time.
    pub fn new<Out: Encode<()> + Send + 'static>(stream: Substream) -> (Outbox<Out>, Self) {
        let (reader, writer) = split(stream);
        let (outbox, messages) = mpsc::channel(OUTBOX);
        tokio::spawn(write(writer, messages));
        (
            Outbox(outbox),
            Self {
                reader,
                buffer: Vec::new(),
                start: 0,
                message: PhantomData,
            },
        )
    }

    /// The next message.
    ///
    /// # Errors
    /// [`Lost`]; there will be no further one.
    pub async fn recv(&mut self) -> Result<In, Lost> {
        loop {
            if let Some((message, used)) = wire_link::decode(&self.buffer[self.start..])? {
                self.start += used;
                return Ok(message);
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            if self.reader.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
            }
        }
    }
}

async fn write<Out: Encode<()>>(mut writer: WriteHalf<Substream>, mut messages: mpsc::Receiver<Out>) {
    let mut bytes = Vec::new();
    while let Some(message) = messages.recv().await {
        bytes.clear();
        wire_link::encode(&message, &mut bytes);
        while bytes.len() < BURST
            && let Ok(message) = messages.try_recv()
        {
            wire_link::encode(&message, &mut bytes);
        }
        if writer.write_all(&bytes).await.is_err() || writer.flush().await.is_err() {
            return;
        }
    }
    drop(writer.shutdown().await);
}
