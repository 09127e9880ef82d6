use std::sync::{Arc, LazyLock};

use io_httpd::{Bytes, pour};
use tokio::sync::{Semaphore, mpsc};
use tracing::debug;
use wire_mesos::{
    WireMessage,
    driver::{Route, error_post, post},
};

/// How many replies to drivers without a link may be under way; further ones are lost, as any of libprocess' may be.
static REPLIES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(256)));

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
    let Ok(turn) = REPLIES.clone().try_acquire_owned() else {
        return;
    };
    let to = route.to.clone();
    tokio::spawn(async move {
        let (outbox, mut posts) = mpsc::channel(1);
        drop(outbox.send(Bytes::from(post)).await);
        drop(outbox);
        if let Err(error) = pour(to.address, &mut posts).await {
            debug!(driver = %to, %error, "a driver was not reached");
        }
        drop(turn);
    });
}
