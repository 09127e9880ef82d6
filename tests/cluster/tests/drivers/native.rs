//! A driver in a few lines, for what a well-behaved one does not do.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use cluster::Cluster;
use wire_mesos::{
    WireMessage,
    driver::{Pid, Route, post},
    internal::{FrameworkErrorMessage, FrameworkRegisteredMessage, RegisterFrameworkMessage},
    protobuf::from_protobuf,
    v1::FrameworkInfo,
};

/// How long the master may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who posted, the message's name, and its body.
type Posted = (Pid, String, Vec<u8>);

/// A process of libprocess that posts to the master and takes what is posted back.
pub struct Driver {
    pub route: Route,
    inbox: mpsc::Receiver<Posted>,
    links: Arc<Mutex<Vec<TcpStream>>>,
}

impl Driver {
    /// A scheduler's process.
    pub fn new(cluster: &Cluster) -> Self {
        let mut driver = Self::process("scheduler(1)");
        driver.route.to.address = cluster.mesos_address();
        driver
    }

    /// A process of this name that posts to nobody yet.
    pub fn process(id: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (outbox, inbox) = mpsc::channel();
        let links = Arc::new(Mutex::new(Vec::new()));
        let accepted = links.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                accepted
                    .lock()
                    .expect("links")
                    .push(stream.try_clone().expect("a stream"));
                let outbox = outbox.clone();
                thread::spawn(move || take(stream, &outbox));
            }
        });
        let from = Pid {
            id: id.to_owned(),
            address,
        };
        let to = Pid {
            id: "master".into(),
            address,
        };
        Self {
            route: Route { from, to },
            inbox,
            links,
        }
    }

    /// An executor's process, for an agent.
    pub fn executor(agent: SocketAddr) -> Self {
        let mut driver = Self::process("executor(1)");
        driver.route.to = Pid {
            id: "slave(1)".into(),
            address: agent,
        };
        driver
    }

    /// Posts on a connection of its own; the status of the answer.
    pub fn post<M: WireMessage>(&self, message: &M) -> u16 {
        self.send(&post(&self.route, message))
    }

    pub fn send(&self, post: &[u8]) -> u16 {
        let mut stream = TcpStream::connect(self.route.to.address).expect("the master listens");
        stream.write_all(post).expect("the master reads");
        let mut line = String::new();
        BufReader::new(&mut stream)
            .read_line(&mut line)
            .expect("the master answers");
        line.split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status")
    }

    /// The next message.
    pub fn receive(&self) -> Posted {
        self.inbox.recv_timeout(PATIENCE).expect("a message")
    }

    /// The next message of this kind from the master; others are passed over.
    pub fn expect<M: WireMessage>(&self) -> M {
        loop {
            let (from, name, body) = self
                .inbox
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("no {}", M::full_name()));
            assert_eq!(from, self.route.to);
            if name == M::full_name() {
                return from_protobuf(&body).expect("a message");
            }
        }
    }

    pub fn expect_error(&self) -> String {
        self.expect::<FrameworkErrorMessage>().message
    }

    /// Registers as a new framework and gives its id.
    pub fn register(&self, framework: &FrameworkInfo) -> String {
        let framework = framework.clone();
        assert_eq!(self.post(&RegisterFrameworkMessage { framework }), 202);
        self.expect::<FrameworkRegisteredMessage>().framework_id.value
    }

    /// Closes what the master opened.
    pub fn cut(&self) {
        for link in self.links.lock().expect("links").drain(..) {
            drop(link.shutdown(Shutdown::Both));
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.route.from.address
    }
}

/// Takes the posts of one connection: bodies come in one chunk or with their length, and each post is accepted.
fn take(stream: TcpStream, outbox: &mpsc::Sender<Posted>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let request = line(&mut reader)?;
        let name = request.split(['/', ' ']).nth(3)?.to_owned();
        let (mut from, mut length) = (None, None);
        loop {
            let header = line(&mut reader)?;
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(": ")?;
            match name {
                "Libprocess-From" => from = value.parse().ok(),
                "Content-Length" => length = value.parse().ok(),
                _ => {}
            }
        }
        let body = match length {
            Some(length) => bytes(&mut reader, length)?,
            None => chunk(&mut reader)?,
        };
        outbox.send((from?, name, body)).ok()?;
        let accepted = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
        reader.get_mut().write_all(accepted).ok()?;
    }
}

fn chunk(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let length = usize::from_str_radix(&line(reader)?, 16).ok()?;
    let body = bytes(reader, length)?;
    for expected in ["", "0", ""] {
        assert_eq!(line(reader)?, expected);
    }
    Some(body)
}

fn bytes(reader: &mut impl BufRead, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
}
