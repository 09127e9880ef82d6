use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
};

/// A request whose answer may be a stream of records (RecordIO), read from a socket as it comes.
pub struct Stream {
    socket: TcpStream,
    reader: BufReader<TcpStream>,
    head: Vec<String>,
}

impl Stream {
    /// Posts and reads the head of the answer. It claims to speak HTTP/1.0, for then nothing comes in chunks.
    ///
    /// # Errors
    /// What broke.
    pub fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Self> {
        let mut socket = TcpStream::connect(address)?;
        let mut text = format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        socket.write_all((text + "\r\n").as_bytes())?;
        socket.write_all(body)?;
        let mut reader = BufReader::new(socket.try_clone()?);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        Ok(Self { socket, reader, head })
    }

    /// The status; 0 if there was none.
    pub fn status(&self) -> u16 {
        let word = self.head.first().and_then(|line| line.split(' ').nth(1));
        word.and_then(|word| word.parse().ok()).unwrap_or(0)
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<String> {
        let named = |line: &String| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        self.head.iter().find_map(named)
    }

    /// The next record; `None` at the end.
    pub fn record(&mut self) -> Option<Vec<u8>> {
        let mut length = String::new();
        self.reader.read_line(&mut length).ok()?;
        let mut bytes = vec![0; length.trim_end().parse().ok()?];
        self.reader.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// All that is left, as text.
    pub fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        drop(self.reader.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A second hold on the connection, by which it can be closed from another thread.
    ///
    /// # Errors
    /// There are no file descriptors left.
    pub fn handle(&self) -> std::io::Result<Handle> {
        Ok(Handle(self.socket.try_clone()?))
    }
}

/// Closes its stream when it is dropped.
pub struct Handle(TcpStream);

impl Drop for Handle {
    fn drop(&mut self) {
        drop(self.0.shutdown(Shutdown::Both));
    }
}
