use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};
use hyper_util::rt::TokioTimer;

/// How long a connection that counts as a link may be silent between two requests.
const LINK: Duration = Duration::from_secs(24 * 60 * 60);

/// How long one connection may wait for its next request: as the server says, but a day once it counts as a link. For
/// libprocess a connection that closes is a peer that is gone, and what is sent meanwhile is lost.
#[derive(Clone, Default)]
pub(crate) struct Patience {
    link: Arc<AtomicBool>,
}

impl Patience {
    /// Notes what kind of peer sends this request.
    pub(crate) fn see<B>(&self, request: &http::Request<B>) {
        if request.headers().contains_key("libprocess-from") {
            self.link.store(true, Ordering::Relaxed);
        }
    }

    fn lengthen(&self, deadline: Instant) -> Instant {
        if self.link.load(Ordering::Relaxed) {
            deadline + LINK
        } else {
            deadline
        }
    }
}

impl Timer for Patience {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        TokioTimer::new().sleep_until(self.lengthen(deadline))
    }

    fn now(&self) -> Instant {
        TokioTimer::new().now()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn Sleep>>, deadline: Instant) {
        TokioTimer::new().reset(sleep, self.lengthen(deadline));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Router, serve_stream};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    /// Whether a connection still answers after a minute of silence.
    async fn outlives_a_minute(header: &str) -> bool {
        let (mut client, server) = duplex(4096);
        tokio::spawn(serve_stream(server, Router::new()));
        let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n");
        let mut answer = [0; 4096];
        client.write_all(request.as_bytes()).await.unwrap();
        assert!(client.read(&mut answer).await.unwrap() > 0);
        tokio::time::sleep(Duration::from_secs(60)).await;
        client.write_all(request.as_bytes()).await.is_ok() && client.read(&mut answer).await.is_ok_and(|n| n > 0)
    }

    #[tokio::test(start_paused = true)]
    async fn only_links_may_be_silent() {
        assert!(!outlives_a_minute("").await);
        assert!(outlives_a_minute("Libprocess-From: scheduler(1)@127.0.0.1:1\r\n").await);
    }
}
