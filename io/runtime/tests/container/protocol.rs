//! The shim's socket, spoken to byte by byte.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use io_runtime::{ExitStatus, Runtime};

use crate::stage::{Stage, Test, options};

pub const TESTS: &[Test] = &[
    ("unknown requests are refused", unknown_requests),
    ("a client that talks nonsense is dropped", nonsense),
    ("a client that never reads stops nobody", crowd),
    ("a long path is no obstacle", long_path),
];

const HELLO: &[u8] = &[0, 0, 0, 4, 0x82, 0x00, 0x81, 0x01];
const STATUS: &[u8] = &[0, 0, 0, 3, 0x82, 0x01, 0x80];
/// A request of a future version.
const FUTURE: &[u8] = &[0, 0, 0, 4, 0x82, 0x18, 0x63, 0x80];

fn connect(stage: &Stage) -> UnixStream {
    let dir = fs::read_dir(stage.root()).unwrap().next().unwrap().unwrap().path();
    UnixStream::connect(dir.join("sock")).unwrap()
}

/// The variant of the next answer.
fn answer(stream: &mut UnixStream) -> u8 {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut body = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut body).unwrap();
    assert_eq!(body[0], 0x82);
    body[1]
}

fn with_sleeper(stage: &Stage, test: impl FnOnce()) {
    stage
        .run(stage.runtime.launch(&stage.shell("c", "exec sleep 1000")))
        .unwrap();
    test();
    stage.kill("c", 0);
    assert_eq!(stage.end_of("c").status, ExitStatus::Signal(9));
}

fn unknown_requests(stage: &Stage) {
    with_sleeper(stage, || {
        let mut stream = connect(stage);
        stream.write_all(&[STATUS, HELLO, FUTURE, STATUS].concat()).unwrap();
        let answers: Vec<u8> = (0..4).map(|_| answer(&mut stream)).collect();
        assert_eq!(answers, [4, 0, 4, 1], "refused before hello, hello, refused, status");
        for byte in STATUS {
            stream.write_all(&[*byte]).unwrap();
        }
        assert_eq!(answer(&mut stream), 1, "a request in pieces");
    });
}

fn nonsense(stage: &Stage) {
    with_sleeper(stage, || {
        let mut stream = connect(stage);
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        // The rest may be refused by a reset.
        assert!(matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)));
    });
}

fn crowd(stage: &Stage) {
    with_sleeper(stage, || {
        let crowd: Vec<UnixStream> = (0..15).map(|_| connect(stage)).collect();
        for mut stream in &crowd {
            stream.write_all(&HELLO.repeat(100)).unwrap();
        }
        stage.kill("c", 0);
    });
}

fn long_path(stage: &Stage) {
    let root = stage.dir.path().join("long".repeat(40)).join("run");
    let runtime = Runtime::new(options(&root, &stage.cgroup_parent, stage.kind)).unwrap();
    stage.run(async {
        runtime.launch(&stage.shell("c", "exec sleep 1000")).await.unwrap();
        runtime.kill("c", std::time::Duration::ZERO).await.unwrap();
        runtime.wait("c").await.unwrap();
        runtime.destroy("c").await.unwrap();
    });
}
