//! Posts of older libprocess, which frames bodies in chunks and calls that HTTP/1.0. HTTP libraries refuse that, rightly: the
//! request would be another one for a proxy that knows no chunks. So it is called by its name before they see it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest head that is looked at.
const HEAD: usize = 64 * 1024;

/// A server's side of a connection, on which posts of older libprocess read as HTTP/1.1. All else is passed on as it is.
pub(crate) struct OldPosts<S> {
    stream: S,
    at: At,
    /// Received and not yet understood.
    held: BytesMut,
    /// Understood and not yet read.
    ready: BytesMut,
}

/// What comes next on the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Head,
    /// The line with a chunk's length.
    Length,
    /// So many bytes of a chunk and of the end of its line.
    Chunk(usize),
    /// Nothing that concerns us, for good.
    Else,
}

impl<S> OldPosts<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            at: At::Head,
            held: BytesMut::new(),
            ready: BytesMut::new(),
        }
    }

    /// Moves what is understood from `held` to `ready`.
    fn digest(&mut self) {
        while let Some((length, next)) = self.step() {
            let mut part = self.held.split_to(length);
            if self.at == At::Head
                && next == At::Length
                && let Some(end) = line_end(&part)
            {
                part[end - 1] = b'1';
            }
            self.ready.unsplit(part);
            self.at = next;
            if self.held.is_empty() {
                return;
            }
        }
    }

    /// How many bytes of `held` are understood, and what comes after them; `None` if more must be seen.
    fn step(&self) -> Option<(usize, At)> {
        let all = (self.held.len(), At::Else);
        match self.at {
            At::Else => Some(all),
            At::Chunk(rest) => {
                let here = rest.min(self.held.len());
                let next = if here == rest {
                    At::Length
                } else {
                    At::Chunk(rest - here)
                };
                Some((here, next))
            }
            At::Length => {
                let Some(end) = line_end(&self.held) else {
                    return (self.held.len() > HEAD).then_some(all);
                };
                let digits = std::str::from_utf8(&self.held[..end]).unwrap_or_default();
                Some(match usize::from_str_radix(digits, 16) {
                    // An empty line follows the last chunk; libprocess sends no trailers.
                    Ok(0) if self.held.len() < end + 4 => return None,
                    Ok(0) => (end + 4, At::Head),
                    Ok(length) => (end + 2, length.checked_add(2).map_or(At::Else, At::Chunk)),
                    Err(_) => all,
                })
            }
            At::Head => self.head().or_else(|| (self.held.len() > HEAD).then_some(all)),
        }
    }

    fn head(&self) -> Option<(usize, At)> {
        let all = (self.held.len(), At::Else);
        let first = &self.held[..line_end(&self.held)?];
        if !(first.starts_with(b"POST /") && first.ends_with(b" HTTP/1.0")) {
            return Some(all);
        }
        let length = self.held.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
        let head = self.held[..length].to_ascii_lowercase();
        let has = |text: &[u8]| head.windows(text.len()).any(|bytes| bytes == text);
        if !has(b"\r\nuser-agent: libprocess/") {
            return Some(all);
        }
        let chunked = has(b"\r\ntransfer-encoding: chunked\r\n");
        Some(if chunked {
            (length, At::Length)
        } else {
            (length, At::Head)
        })
    }
}

/// Where the first line ends.
fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\r\n")
}

impl<S: AsyncRead + Unpin> AsyncRead for OldPosts<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if !this.ready.is_empty() {
                let length = this.ready.len().min(buf.remaining());
                buf.put_slice(&this.ready[..length]);
                this.ready.advance(length);
                return Poll::Ready(Ok(()));
            }
            if this.at == At::Else && this.held.is_empty() {
                return Pin::new(&mut this.stream).poll_read(cx, buf);
            }
            let mut bytes = [0; 4096];
            let mut more = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut more))?;
            if more.filled().is_empty() {
                // What is not whole is for the library to complain about.
                this.at = At::Else;
                if this.held.is_empty() {
                    return Poll::Ready(Ok(()));
                }
            }
            this.held.extend_from_slice(more.filled());
            this.digest();
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for OldPosts<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    /// What is read of what was sent, whatever the pieces in which it comes.
    async fn read(sent: &str) -> String {
        let mut seen = Vec::new();
        for piece in [1, 7, 10_000] {
            let (mut client, server) = duplex(64);
            let mut posts = OldPosts::new(server);
            let send = async {
                for bytes in sent.as_bytes().chunks(piece) {
                    client.write_all(bytes).await.unwrap();
                }
                drop(client);
            };
            let mut text = String::new();
            let (_, read) = tokio::join!(send, posts.read_to_string(&mut text));
            read.unwrap();
            seen.push(text);
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
        seen.remove(0)
    }

    const OLD: &str =
        "POST /master/mesos.internal.X HTTP/1.0\r\nUser-Agent: libprocess/a@h:1\r\nConnection: Keep-Alive\r\n";

    #[tokio::test]
    async fn each_old_post_is_called_by_its_name_and_its_body_stays() {
        // The body looks like another post.
        let post = format!(
            "{OLD}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{OLD}\r\n0\r\n\r\n",
            OLD.len()
        );
        let new = post.replacen("HTTP/1.0", "HTTP/1.1", 1);
        assert_eq!(read(&format!("{post}{post}")).await, format!("{new}{new}"));
        // One without a body needs no other name.
        let empty = format!("{OLD}\r\n");
        assert_eq!(read(&format!("{empty}{post}")).await, format!("{empty}{new}"));
    }

    #[tokio::test]
    async fn all_else_is_passed_on() {
        let chunked = "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        for sent in [
            "",
            "GET / HTTP/1.0\r\n\r\n",
            "POST / HTTP/1.1\r\nUser-Agent: libprocess/a@h:1\r\n\r\n",
            &format!("POST / HTTP/1.0\r\nUser-Agent: curl\r\n{chunked}"),
            &format!("{OLD}Transfer-Encoding: chu"),
            &"x".repeat(HEAD + 9),
        ] {
            assert_eq!(read(sent).await, *sent);
        }
        let broken = format!("{OLD}Transfer-Encoding: chunked\r\n\r\nno length\r\n{OLD}");
        let passed = broken.replacen("HTTP/1.0", "HTTP/1.1", 1);
        assert_eq!(read(&broken).await, passed);
    }
}
