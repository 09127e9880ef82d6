//! A driver in a few lines, for what a well-behaved one does not do.

use std::{
    io::{BufRead, BufReader, Read, Write},
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

/// A process of libprocess that posts to the master and takes what is posted back.
pub struct Driver {
    pub route: Route,
    inbox: mpsc::Receiver<(String, Vec<u8>)>,
    links: Arc<Mutex<Vec<TcpStream>>>,
}

impl Driver {
    pub fn new(cluster: &Cluster) -> Self {
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
            id: "scheduler(1)".into(),
            address,
        };
        let to = Pid {
            id: "master".into(),
            address: cluster.mesos_address(),
        };
        Self {
            route: Route { from, to },
            inbox,
            links,
        }
    }

    /// Posts on a connection of its own; the status of the answer.
    pub fn post<M: WireMessage>(&self, message: &M) -> u16 {
        self.send(&post(&self.route, message))
    }

    pub fn send(&self, post: &[u8]) -> u16 {
        let mut stream = TcpStream::connect(self.route.to.address).expect("the master listens");
        stream.write_all(post).expect("the master reads");
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).expect("the master answers");
        line.split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status")
    }

    /// The next message of this kind; others are passed over.
    pub fn expect<M: WireMessage>(&self) -> M {
        loop {
            let (name, body) = self
                .inbox
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("no {}", M::full_name()));
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

/// Takes the posts of one connection, as libmesos frames them.
fn take(stream: TcpStream, outbox: &mpsc::Sender<(String, Vec<u8>)>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let request = line(&mut reader)?;
        let name = request.split(['/', ' ']).nth(3)?.to_owned();
        let mut from = String::new();
        loop {
            let header = line(&mut reader)?;
            if header.is_empty() {
                break;
            }
            if let Some(pid) = header.strip_prefix("Libprocess-From: ") {
                pid.clone_into(&mut from);
            }
        }
        assert!(from.starts_with("master@"), "{from}");
        let length = usize::from_str_radix(&line(&mut reader)?, 16).ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        for expected in ["", "0", ""] {
            assert_eq!(line(&mut reader)?, expected);
        }
        outbox.send((name, body)).ok()?;
    }
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
}
