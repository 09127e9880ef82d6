use io_httpd::drop_off;
use tracing::debug;
use wire_mesos::{
    WireMessage,
    driver::{Route, error_post, post},
};

/// Sends one message to a driver that has no link.
pub(super) fn send<M: WireMessage>(route: &Route, message: &M) {
    send_post(route, post(route, message));
}

/// Tells a driver that it is no framework here. It aborts.
pub(super) fn refuse(route: &Route, why: &str) {
    debug!(driver = %route.to, why, "a driver is refused");
    send_post(route, error_post(route, why));
}

fn send_post(route: &Route, post: Vec<u8>) {
    drop_off(route.to.address, post.into());
}
