use std::net::{IpAddr, SocketAddr};

use super::Pid;
use crate::{WireMessage, internal::FrameworkErrorMessage, protobuf::to_protobuf};

/// Who posts to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The sender. A driver listens only to the process that it takes for the leading master.
    pub from: Pid,
    /// The receiver.
    pub to: Pid,
}

impl Route {
    /// The way of a post that was heard, from its headers: the sender names itself as `Libprocess-From`, or as
    /// `User-Agent: libprocess/<pid>`. The receiver is `to` under the address by which the sender knows it: what it names
    /// as the host (libmesos leaves that empty), else where it was heard. `peer` is the other end of the connection, if that
    /// is the sender's. `None` if no process of libprocess asks.
    pub fn heard<'a>(
        to: &str,
        heard_at: SocketAddr,
        peer: Option<IpAddr>,
        header: impl Fn(&str) -> Option<&'a str>,
    ) -> Option<Self> {
        let agent = || header("user-agent")?.strip_prefix("libprocess/");
        let from = header("libprocess-from").or_else(agent)?;
        let from = match peer {
            Some(ip) => Pid::of_peer(from, ip),
            None => from.parse(),
        };
        let from = from.ok()?;
        let host = header("host").and_then(|host| host.parse().ok());
        let heard_at = SocketAddr::new(heard_at.ip().to_canonical(), heard_at.port());
        let to = Pid {
            id: to.to_owned(),
            address: host.unwrap_or(heard_at),
        };
        Some(Self { from, to })
    }

    /// The way back.
    pub fn back(&self) -> Self {
        Self {
            from: self.to.clone(),
            to: self.from.clone(),
        }
    }
}

/// One message as libprocess posts it, head and body. The body is chunked, as libprocess itself sends it: there are
/// drivers whose parser knows no other form.
pub fn post<M: WireMessage>(route: &Route, message: &M) -> Vec<u8> {
    let (from, to) = (&route.from, &route.to);
    let body = to_protobuf(message);
    let mut post = format!(
        "POST /{}/{} HTTP/1.1\r\nUser-Agent: libprocess/{from}\r\nLibprocess-From: {from}\r\nConnection: \
         Keep-Alive\r\nHost: {}\r\n",
        to.id,
        M::full_name(),
        to.address,
    )
    .into_bytes();
    if body.is_empty() {
        post.extend_from_slice(b"\r\n");
        return post;
    }
    post.extend_from_slice(format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len()).as_bytes());
    post.extend_from_slice(&body);
    post.extend_from_slice(b"\r\n0\r\n\r\n");
    post
}

/// What ends a driver: it aborts and tells its scheduler the text.
pub fn error_post(route: &Route, message: &str) -> Vec<u8> {
    let message = message.to_owned();
    post(route, &FrameworkErrorMessage { message })
}

#[cfg(test)]
mod tests {
    use super::Route;

    fn heard(headers: &[(&str, &'static str)]) -> Option<(String, String)> {
        let header = |name: &str| {
            headers
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value)
        };
        let route = Route::heard("slave(1)", "[::ffff:10.0.0.1]:5051".parse().unwrap(), None, header)?;
        Some((route.from.to_string(), route.to.to_string()))
    }

    #[test]
    fn a_post_says_from_whom_and_by_which_address() {
        let (from, to) = ("executor(1)@10.0.0.2:4000", "slave(1)@10.0.0.1:5051");
        let expected = Some((from.to_owned(), to.to_owned()));
        assert_eq!(heard(&[("libprocess-from", from)]), expected);
        assert_eq!(
            heard(&[("user-agent", "libprocess/executor(1)@10.0.0.2:4000"), ("host", "")]),
            expected
        );
        let to = heard(&[("libprocess-from", from), ("host", "127.0.0.1:9")]).unwrap().1;
        assert_eq!(to, "slave(1)@127.0.0.1:9");
        for headers in [&[][..], &[("user-agent", "curl/8")], &[("libprocess-from", "me")]] {
            assert_eq!(heard(headers), None, "{headers:?}");
        }
    }
}
