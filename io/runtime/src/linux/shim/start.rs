//! From an order to a running task.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::net::UnixListener;

use super::init::{self, Ends, Message, Stage};
use super::logs::Log;
use super::plan::Plan;
use super::{Failure, at};
use crate::linux::process;
use crate::linux::record::{self, Order, State};
use crate::linux::sys::{self, Fork};

/// A container whose task executes.
pub struct Started {
    pub order: Order,
    pub state: State,
    pub outputs: [Output; 2],
    /// The init's messages.
    pub status: File,
    /// SIGCHLD and SIGTERM.
    pub signals: File,
    /// Counts when the cgroup runs out of memory.
    pub oom: Option<File>,
    pub listener: UnixListener,
    /// Held for as long as the shim lives.
    pub _lock: File,
}

/// One output stream of the task.
pub struct Output {
    /// The end to read, until the last writer is gone.
    pub pipe: Option<File>,
    pub log: Log,
}

/// The signals that the shim reads instead of being interrupted; it has no use for those of a terminal.
const SIGNALS: [i32; 4] = [libc::SIGCHLD, libc::SIGTERM, libc::SIGINT, libc::SIGHUP];

/// Starts the container. On failure nothing of it is left running, but its cgroup may be there.
pub fn start(order: Order, lock: File) -> Result<Started, Failure> {
    let listener = UnixListener::bind(record::SOCKET).map_err(at("bind the shim's socket"))?;
    listener.set_nonblocking(true).map_err(at("bind the shim's socket"))?;
    if let Some(cgroup) = &order.cgroup {
        cgroup.create(&order.launch.limits)?;
    }
    let plan = Plan::new(&order).map_err(at("read the command"))?;
    let (stdout, stdout_end) = output(&order, "stdout")?;
    let (stderr, stderr_end) = output(&order, "stderr")?;
    let (status, status_end) = sys::pipe().map_err(at("make a pipe"))?;
    let (exec, exec_end) = sys::pipe().map_err(at("make a pipe"))?;
    let ends = Ends {
        stdout: stdout_end,
        stderr: stderr_end,
        status: status_end,
        exec: exec_end,
    };
    sys::block_signals(&SIGNALS);
    sys::adopt_orphans().map_err(at("adopt orphans"))?;
    let init = give_birth(&plan, ends)?;
    let state = record_state(init)?;
    let signals = sys::signal_fd(&SIGNALS).map_err(at("watch for signals"))?;
    let oom = order.cgroup.as_ref().and_then(|cgroup| cgroup.oom_event());
    confirm(&exec, &status)?;
    sys::set_nonblocking(&status).map_err(at("make a pipe"))?;
    Ok(Started {
        order,
        state,
        outputs: [stdout, stderr],
        status,
        signals,
        oom,
        listener,
        _lock: lock,
    })
}

fn output(order: &Order, name: &'static str) -> Result<(Output, File), Failure> {
    let (pipe, end) = sys::pipe().map_err(at("make a pipe"))?;
    sys::set_nonblocking(&pipe).map_err(at("make a pipe"))?;
    let launch = &order.launch;
    let log = Log::open(&launch.sandbox, name, launch.logs, order.ids.as_ref())
        .map_err(at(format!("open {}", launch.sandbox.join(name).display())))?;
    Ok((Output { pipe: Some(pipe), log }, end))
}

/// Clones the init; the pipe ends that are the init's are closed here when this returns.
fn give_birth(plan: &Plan, ends: Ends) -> Result<i32, Failure> {
    let namespaces = if plan.namespaces { sys::NAMESPACES } else { 0 };
    let birthplace = plan
        .cgroup
        .as_ref()
        .and_then(|cgroup| cgroup.birthplace())
        .transpose()?;
    let (fork, born) = match &birthplace {
        // An older kernel cannot, and the init then enters the cgroup by itself.
        Some(dir) => match sys::clone_into(namespaces, Some(dir.as_fd())) {
            Ok(fork) => (Ok(fork), true),
            Err(_) => (sys::clone_into(namespaces, None), false),
        },
        None => (sys::clone_into(namespaces, None), false),
    };
    match fork.map_err(at("clone the init"))? {
        Fork::Child => init::run(plan, ends, born),
        Fork::Parent(pid) => Ok(pid),
    }
}

fn record_state(init: i32) -> Result<State, Failure> {
    let gone = || Failure {
        stage: "start the init".to_owned(),
        reason: "it ended at once".to_owned(),
    };
    let state = State {
        shim: process::identify(std::process::id() as i32).ok_or_else(gone)?,
        init: process::identify(init).ok_or_else(gone)?,
        boot_id: process::boot_id()?,
        started_ms: record::now_ms(),
    };
    record::write(std::path::Path::new("."), record::STATE, &state, false).map_err(at("write the state"))?;
    Ok(state)
}

/// Waits until the task's program executes, or says why it does not.
fn confirm(exec: &File, status: &File) -> Result<(), Failure> {
    if let Some(message) = Message::receive(exec) {
        let reason = std::io::Error::from_raw_os_error(message.value).to_string();
        return Err(Failure {
            stage: Stage::text(message.tag).to_owned(),
            reason,
        });
    }
    // The pipe has ended; if the init had died on the way, it would have ended too.
    match Message::receive(status) {
        Some(message) if message.tag == init::FORKED => Ok(()),
        _ => Err(Failure {
            stage: "start the init".to_owned(),
            reason: "it was killed".to_owned(),
        }),
    }
}
