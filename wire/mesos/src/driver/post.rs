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
