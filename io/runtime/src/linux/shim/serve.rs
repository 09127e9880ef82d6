//! The shim at work: one loop over everything that can happen to its container.

use std::io::{self, Read};
use std::os::fd::{AsRawFd, RawFd};
use std::path::Path;
use std::time::{Duration, Instant};

use super::client::Client;
use super::init::{self, Message};
use super::reaper;
use super::start::{Output, Started};
use crate::linux::protocol::{Answer, Request};
use crate::linux::{record, sys};
use crate::{Exit, ExitStatus, Stats};

/// Connections served at once; more are closed.
const MAX_CLIENTS: usize = 16;
/// How soon a kill is repeated until all is gone; each time it takes as much longer.
const KILL_INTERVAL: Duration = Duration::from_millis(5);
/// The longest time between two kills, for what not even SIGKILL ends at once (stuck in the kernel).
const LONGEST_INTERVAL: Duration = Duration::from_secs(1);
/// After so many kills of its children, an init outside a pid namespace is killed itself: it must have been stopped.
const PATIENCE: u32 = 10;
/// Bytes read from the task at once.
const CHUNK: usize = 16 * 1024;

pub struct Shim {
    started: Started,
    clients: Vec<Client>,
    kill: Kill,
    /// The main process' wait status and when it was known.
    ended: Option<(i32, u64)>,
    init_gone: bool,
    oom: bool,
}

/// How far the killing has come.
#[derive(Default)]
struct Kill {
    requested: bool,
    /// When SIGKILL is (again) due.
    deadline: Option<Instant>,
    /// How often SIGKILL was sent.
    sent: u32,
    /// Whether the grace period ran out.
    forced: bool,
}

/// What a polled descriptor stands for.
#[derive(Clone, Copy)]
enum Source {
    Signals,
    Status,
    Output(usize),
    Oom,
    Listener,
    Client(RawFd),
}

impl Shim {
    pub fn new(started: Started) -> Self {
        Self {
            started,
            clients: Vec::new(),
            kill: Kill::default(),
            ended: None,
            init_gone: false,
            oom: false,
        }
    }

    /// Serves until the container has ended; the shim's exit code.
    pub fn serve(mut self) -> i32 {
        while !self.init_gone {
            if let Err(error) = self.turn() {
                eprintln!("cannot wait for events: {error}");
                return 1;
            }
        }
        self.finish()
    }

    fn turn(&mut self) -> io::Result<()> {
        let sources = self.sources();
        let entry = |(_, fd): &(Source, RawFd)| libc::pollfd {
            fd: *fd,
            events: libc::POLLIN,
            revents: 0,
        };
        let mut fds: Vec<libc::pollfd> = sources.iter().map(entry).collect();
        sys::poll(&mut fds, self.timeout_ms())?;
        for ((source, _), fd) in sources.iter().zip(&fds) {
            if fd.revents != 0 {
                self.handle(*source);
            }
        }
        if self.kill.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            self.send_kill();
        }
        Ok(())
    }

    fn sources(&self) -> Vec<(Source, RawFd)> {
        let mut sources = vec![
            (Source::Signals, self.started.signals.as_raw_fd()),
            (Source::Listener, self.started.listener.as_raw_fd()),
        ];
        if self.ended.is_none() {
            sources.push((Source::Status, self.started.status.as_raw_fd()));
        }
        for (index, output) in self.started.outputs.iter().enumerate() {
            sources.extend(
                output
                    .pipe
                    .as_ref()
                    .map(|pipe| (Source::Output(index), pipe.as_raw_fd())),
            );
        }
        sources.extend(self.started.oom.as_ref().map(|oom| (Source::Oom, oom.as_raw_fd())));
        sources.extend(
            self.clients
                .iter()
                .map(|client| (Source::Client(client.fd()), client.fd())),
        );
        sources
    }

    fn timeout_ms(&self) -> i32 {
        let Some(deadline) = self.kill.deadline else { return -1 };
        let left = deadline.saturating_duration_since(Instant::now());
        // Rounded up, so as not to wake before it.
        i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
    }

    fn handle(&mut self, source: Source) {
        match source {
            Source::Signals => self.take_signals(),
            Source::Status => self.take_status(),
            Source::Output(index) => drop(copy(&mut self.started.outputs[index])),
            Source::Oom => self.take_oom(),
            Source::Listener => self.accept(),
            Source::Client(fd) => self.serve_client(fd),
        }
    }

    fn take_signals(&mut self) {
        let mut info = [0; size_of::<libc::signalfd_siginfo>()];
        while let Ok(length) = self.started.signals.read(&mut info) {
            if length < info.len() {
                break;
            }
            // The signal's number is the first field.
            if u32::from_ne_bytes([info[0], info[1], info[2], info[3]]) == libc::SIGTERM as u32 {
                self.request_kill(self.started.order.launch.grace_ms);
            }
        }
        while let Ok(Some((pid, _))) = sys::reap() {
            self.init_gone |= pid == self.started.state.init.pid;
        }
    }

    fn take_status(&mut self) {
        match Message::receive(&self.started.status) {
            Some(message) if message.tag == init::ENDED => self.ended = Some((message.value, record::now_ms())),
            Some(_) => {}
            // The init is gone without a word: it was killed, and its task with it.
            None => self.ended = Some((libc::SIGKILL, record::now_ms())),
        }
    }

    /// The kernel kills one process; a container that has lost one is ended whole.
    fn take_oom(&mut self) {
        self.started.oom = None;
        self.oom = true;
        self.kill.deadline = Some(Instant::now());
    }

    fn accept(&mut self) {
        while let Ok((stream, _)) = self.started.listener.accept() {
            if self.clients.len() < MAX_CLIENTS {
                self.clients.extend(Client::new(stream));
            }
        }
    }

    fn serve_client(&mut self, fd: RawFd) {
        let Some(index) = self.clients.iter().position(|client| client.fd() == fd) else {
            return;
        };
        let mut client = self.clients.swap_remove(index);
        if client.serve(|request| self.answer(request)).is_ok() {
            self.clients.push(client);
        }
    }

    fn answer(&mut self, request: Request) -> Option<Answer> {
        match request {
            Request::Hello(_) => Some(Answer::Hello(crate::linux::protocol::VERSION)),
            Request::Status => {
                let state = self.started.state.clone();
                Some(Answer::Status {
                    state,
                    kill_requested: self.kill.requested,
                })
            }
            Request::Kill(grace_ms) => {
                self.request_kill(grace_ms);
                Some(Answer::Accepted)
            }
            Request::Wait => None,
        }
    }

    /// SIGTERM, the first time; the shortest grace of all requests counts.
    fn request_kill(&mut self, grace_ms: u64) {
        let first = !std::mem::replace(&mut self.kill.requested, true);
        if first && grace_ms > 0 {
            // If the init is gone, its end is about to be read.
            drop(sys::kill(self.started.state.init.pid, libc::SIGTERM));
        }
        let Some(deadline) = Instant::now().checked_add(Duration::from_millis(grace_ms)) else {
            return;
        };
        self.kill.deadline = Some(self.kill.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
    }

    fn send_kill(&mut self) {
        self.kill.sent += 1;
        self.kill.forced |= self.kill.requested;
        let init = self.started.state.init.pid;
        if self.started.order.namespaces || self.kill.sent > PATIENCE {
            drop(sys::kill(init, libc::SIGKILL));
        } else {
            if let Some(cgroup) = &self.started.order.cgroup {
                cgroup.kill(Some(init));
            }
            reaper::signal_descendants(self.started.state.shim.pid, Some(init), libc::SIGKILL);
        }
        self.kill.deadline = Some(Instant::now() + (KILL_INTERVAL * self.kill.sent).min(LONGEST_INTERVAL));
    }

    /// Makes sure that nothing is left, keeps the last output, records the end and tells those who wait.
    fn finish(mut self) -> i32 {
        if self.ended.is_none() {
            self.take_status();
        }
        if !self.started.order.namespaces {
            reaper::end_descendants(self.started.state.shim.pid);
        }
        // Containers that share the cgroup end with this one.
        self.started.order.cgroup.iter().for_each(reaper::end_cgroup);
        for output in &mut self.started.outputs {
            while copy(output).is_ok_and(|more| more) {}
        }
        let exit = self.exit();
        let written = record::write(Path::new("."), record::EXIT, &exit, true);
        if let Err(error) = &written {
            eprintln!("cannot record the end ({exit:?}): {error}");
        }
        for client in self.clients.iter_mut().filter(|client| client.waits) {
            // A client that has left asks again.
            drop(client.send(&Answer::Exited(exit.clone())));
        }
        i32::from(written.is_err())
    }

    fn exit(&self) -> Exit {
        let (status, ended_ms) = self.ended.unwrap_or((libc::SIGKILL, record::now_ms()));
        let mut stats = Stats::default();
        let cgroup = self.started.order.cgroup.as_ref();
        cgroup.inspect(|cgroup| cgroup.read_stats(&mut stats));
        let status = match libc::WIFSIGNALED(status) {
            true => ExitStatus::Signal(libc::WTERMSIG(status)),
            false => ExitStatus::Code(libc::WEXITSTATUS(status)),
        };
        Exit {
            status,
            oom: self.oom || cgroup.is_some_and(|cgroup| cgroup.oom_kills() > 0),
            memory_limit_bytes: stats.memory_limit_bytes,
            memory_peak_bytes: stats.memory_peak_bytes,
            started_ms: self.started.state.started_ms,
            ended_ms,
            kill_requested: self.kill.requested,
            forced: self.kill.forced,
            output_lost_bytes: self.started.outputs.iter().map(|output| output.log.lost_bytes()).sum(),
        }
    }
}

/// Copies a chunk of output to its log; whether there may be more now.
fn copy(output: &mut Output) -> io::Result<bool> {
    let mut chunk = [0; CHUNK];
    let Some(pipe) = &mut output.pipe else { return Ok(false) };
    match pipe.read(&mut chunk) {
        Ok(0) => output.pipe = None,
        Ok(length) => {
            output.log.write(&chunk[..length]);
            return Ok(true);
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(error) => {
            output.pipe = None;
            return Err(error);
        }
    }
    Ok(false)
}
