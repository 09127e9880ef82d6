use std::path::Path;

use wire_mesos::driver::Pid;

/// A recorded post, taken apart.
pub struct Post {
    pub path: String,
    pub from: Pid,
    pub body: Vec<u8>,
}

pub fn recorded(client: &str, name: &str) -> Post {
    let file = Path::new("tests/drivers").join(client).join(format!("{name}.http"));
    let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    take_apart(&bytes)
}

pub fn take_apart(bytes: &[u8]) -> Post {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = std::str::from_utf8(&bytes[..end]).expect("a head of text");
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a path");
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Post {
        path: path.to_owned(),
        from: header("Libprocess-From:").expect("a sender").parse().expect("a pid"),
        body: match header("Transfer-Encoding:") {
            Some(_) => unchunk(&bytes[end..]),
            None => bytes[end..].to_vec(),
        },
    }
}

/// The body of one chunk.
fn unchunk(bytes: &[u8]) -> Vec<u8> {
    let line = bytes.iter().position(|byte| *byte == b'\r').expect("a length");
    let text = std::str::from_utf8(&bytes[..line]).expect("a length of text");
    let length = usize::from_str_radix(text, 16).expect("a length");
    let (body, rest) = bytes[line + 2..].split_at(length);
    assert_eq!(rest, b"\r\n0\r\n\r\n");
    body.to_vec()
}
