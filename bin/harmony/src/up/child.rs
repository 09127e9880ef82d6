//! One daemon under the supervisor: started, restarted with back-off, stopped.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::logs;
use crate::platform;

/// The first pause before a restart; it doubles with each death.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Whoever lives this long begins anew with the first pause.
const STEADY: Duration = Duration::from_secs(60);
/// How long a daemon may take to stop.
const STOP_WITHIN: Duration = Duration::from_secs(15);

/// How to start one.
#[derive(Clone, Debug)]
pub struct Spec {
    /// As it is called in messages, for example `agent 1`.
    pub name: String,
    pub exe: PathBuf,
    pub args: Vec<OsString>,
    pub log: PathBuf,
}

/// What the supervisor wants of all children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub enum Order {
    Run,
    Stop,
    Kill,
}

/// One has died unasked.
#[derive(Debug)]
pub struct Death {
    pub spec: Spec,
    pub why: Why,
    /// When it is started again.
    pub pause: Duration,
}

#[derive(Debug)]
pub enum Why {
    Ended(ExitStatus),
    NotStarted(io::Error),
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ended(status) => write!(f, "ended with {status}"),
            Self::NotStarted(error) => write!(f, "cannot be started: {error}"),
        }
    }
}

/// Keeps one daemon running until the order is to stop. It ends when the daemon has.
pub async fn keep(spec: Spec, mut order: watch::Receiver<Order>, deaths: mpsc::UnboundedSender<Death>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let started = Instant::now();
        let why = match start(&spec) {
            Err(error) => Why::NotStarted(error),
            Ok(mut child) => {
                // Taken out of the child, for its `wait` would close it.
                let pipe = child.stdin.take();
                let ended = tokio::select! {
                    ended = child.wait() => Some(ended),
                    () = ordered(&mut order, Order::Stop) => None,
                };
                let Some(ended) = ended else {
                    return stop(child, pipe, &mut order).await;
                };
                ended.map_or_else(Why::NotStarted, Why::Ended)
            }
        };
        if started.elapsed() > STEADY {
            pause = FIRST_PAUSE;
        }
        drop(deaths.send(Death {
            spec: spec.clone(),
            why,
            pause,
        }));
        tokio::select! {
            () = sleep(pause) => {}
            () = ordered(&mut order, Order::Stop) => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Resolves when the order is at least this; a supervisor that is gone orders to stop.
async fn ordered(order: &mut watch::Receiver<Order>, least: Order) {
    drop(order.wait_for(|order| *order >= least).await);
}

/// Its standard input is a pipe that ends when this process does, however that happens: so it never outlives us.
fn start(spec: &Spec) -> io::Result<Child> {
    let log = logs::open(&spec.log)?;
    let mut command = std::process::Command::new(&spec.exe);
    command.args(&spec.args).arg("--die-with-parent");
    command.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
    platform::own_group(&mut command);
    Command::from(command).spawn()
}

/// Closes its standard input, which it takes as the order to stop.
async fn stop(mut child: Child, pipe: Option<ChildStdin>, order: &mut watch::Receiver<Order>) {
    drop(pipe);
    let stopped = tokio::select! {
        stopped = timeout(STOP_WITHIN, child.wait()) => stopped.is_ok(),
        () = ordered(order, Order::Kill) => false,
    };
    if !stopped {
        drop(child.kill().await);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(dir: &std::path::Path, script: &str) -> Spec {
        let args = ["-c", script].map(OsString::from).to_vec();
        Spec {
            name: "a".into(),
            exe: "/bin/sh".into(),
            args,
            log: dir.join("a.log"),
        }
    }

    #[tokio::test]
    async fn what_dies_is_started_again() {
        let dir = tempfile::tempdir().unwrap();
        let (orders, order) = watch::channel(Order::Run);
        let (deaths, mut died) = mpsc::unbounded_channel();
        let kept = tokio::spawn(keep(shell(dir.path(), "echo here; exit 7"), order, deaths));
        let (first, second) = (died.recv().await.unwrap(), died.recv().await.unwrap());
        assert!(
            matches!(first.why, Why::Ended(status) if status.code() == Some(7)),
            "{}",
            first.why
        );
        assert_eq!(second.pause, first.pause * 2);
        orders.send(Order::Stop).unwrap();
        kept.await.unwrap();
        assert!(logs::tail(&dir.path().join("a.log"), 9).starts_with("here\nhere"));
    }

    #[tokio::test]
    async fn the_order_to_stop_is_the_end_of_standard_input() {
        let dir = tempfile::tempdir().unwrap();
        let (orders, order) = watch::channel(Order::Run);
        let (deaths, mut died) = mpsc::unbounded_channel();
        let kept = tokio::spawn(keep(shell(dir.path(), "cat; echo over > over"), order, deaths));
        orders.send(Order::Stop).unwrap();
        kept.await.unwrap();
        assert!(died.recv().await.is_none(), "nobody died unasked");
    }

    #[tokio::test]
    async fn who_does_not_stop_is_killed_by_the_second_order() {
        let dir = tempfile::tempdir().unwrap();
        let (orders, order) = watch::channel(Order::Run);
        let (deaths, _died) = mpsc::unbounded_channel();
        let kept = tokio::spawn(keep(shell(dir.path(), "exec sleep 1000"), order, deaths));
        orders.send(Order::Stop).unwrap();
        orders.send(Order::Kill).unwrap();
        kept.await.unwrap();
    }
}
