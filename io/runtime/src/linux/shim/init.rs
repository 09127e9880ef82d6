//! The container's init, PID 1 where there is a pid namespace: it starts the task, reaps, forwards SIGTERM, tells the
//! shim how the main process ended, and ends.

use std::fs::File;
use std::io::{self, Read, Write};
use std::mem::ManuallyDrop;

use super::plan::Plan;
use super::reaper;
use crate::linux::sys::{self, Fork};

/// What the init was doing when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Descriptors,
    Parent,
    Cgroup,
    Mounts,
    Volumes,
    Way,
    Proc,
    Fork,
    Session,
    User,
    Sandbox,
    Exec,
}

impl Stage {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Descriptors, "arrange the init's descriptors"),
        (Self::Parent, "tie the init to the shim"),
        (Self::Cgroup, "enter the cgroup"),
        (Self::Mounts, "keep mounts inside"),
        (Self::Volumes, "mount the volumes"),
        (Self::Way, "open a way to the sandbox"),
        (Self::Proc, "mount /proc"),
        (Self::Fork, "fork the task"),
        (Self::Session, "make a session"),
        (Self::User, "take on the user"),
        (Self::Sandbox, "enter the sandbox"),
        (Self::Exec, "execute the command"),
    ];

    /// What a message with this tag says.
    pub fn text(tag: u32) -> &'static str {
        Self::ALL.get(tag as usize).map_or("start the init", |(_, text)| text)
    }
}

/// A message of the init or the task to the shim, small enough that a pipe keeps it whole.
pub struct Message {
    pub tag: u32,
    pub value: i32,
}

/// Tag on the status pipe: the task's process exists.
pub const FORKED: u32 = 1;
/// Tag on the status pipe: the main process has ended with this wait status.
pub const ENDED: u32 = 2;

impl Message {
    fn send(&self, mut pipe: &File) -> io::Result<()> {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&self.tag.to_ne_bytes());
        bytes[4..].copy_from_slice(&self.value.to_ne_bytes());
        pipe.write_all(&bytes)
    }

    /// The next message, or `None` when there is none (any more).
    pub fn receive(mut pipe: &File) -> Option<Self> {
        let mut bytes = [0; 8];
        pipe.read_exact(&mut bytes).ok()?;
        let [a, b, c, d, e, f, g, h] = bytes;
        Some(Self {
            tag: u32::from_ne_bytes([a, b, c, d]),
            value: i32::from_ne_bytes([e, f, g, h]),
        })
    }
}

/// The ends of the pipes that the init writes to.
pub struct Ends {
    pub stdout: File,
    pub stderr: File,
    /// [`FORKED`] and [`ENDED`].
    pub status: File,
    /// A [`Stage`] with an error number; closed without a message once the task's program executes.
    pub exec: File,
}

const STATUS_FD: i32 = 3;
const EXEC_FD: i32 = 4;

/// The init's whole life.
pub fn run(plan: &Plan, ends: Ends, born_in_cgroup: bool) -> ! {
    let ends = ManuallyDrop::new(ends);
    if let Err(error) = arrange_descriptors(&ends) {
        fail(&ends.exec, Stage::Descriptors, &error);
    }
    let (status, exec) = (sys::placed(STATUS_FD), sys::placed(EXEC_FD));
    match prepare(plan, &status, born_in_cgroup).and_then(|()| sys::fork().map_err(|error| (Stage::Fork, error))) {
        Err((stage, error)) => fail(&exec, stage, &error),
        Ok(Fork::Child) => task(plan, &exec),
        Ok(Fork::Parent(main)) => {
            drop(exec);
            watch(plan, main, &status)
        }
    }
}

/// Keeps standard input (nothing), output, error and the two pipes; closes all else that is the shim's.
fn arrange_descriptors(ends: &Ends) -> io::Result<()> {
    let [stdout, stderr, status, exec] = [&ends.stdout, &ends.stderr, &ends.status, &ends.exec].map(|file| {
        use std::os::fd::AsRawFd;
        // Copies above the targets, for the originals may sit on them.
        sys::take_inherited(file.as_raw_fd()).map(ManuallyDrop::new)
    });
    sys::place(&*stdout?, 1, false)?;
    sys::place(&*stderr?, 2, false)?;
    let (status, exec) = (status?, exec?);
    sys::place(&status, STATUS_FD, true)?;
    sys::place(&exec, EXEC_FD, true)?;
    sys::close_from(EXEC_FD + 1);
    Ok(())
}

fn prepare(plan: &Plan, status: &File, born_in_cgroup: bool) -> Result<(), (Stage, io::Error)> {
    let at = |stage| move |error| (stage, error);
    sys::set_name(c"harmony-init");
    sys::reset_signals();
    sys::block_signals(signals(plan));
    if plan.namespaces {
        // PID 1 takes all of its namespace with it.
        sys::set_death_signal(libc::SIGKILL).map_err(at(Stage::Parent))?;
    } else {
        sys::set_death_signal(SHIM_GONE).map_err(at(Stage::Parent))?;
        sys::adopt_orphans().map_err(at(Stage::Parent))?;
    }
    if sys::readers_gone(status) {
        // The shim died before the death signal was set.
        sys::exit_now(1);
    }
    if let Some(cgroup) = &plan.cgroup {
        cgroup
            .enter(born_in_cgroup)
            .map_err(|error| (Stage::Cgroup, os_error(error)))?;
    }
    if plan.namespaces {
        sys::keep_mounts_inside().map_err(at(Stage::Mounts))?;
        // Before the way is opened: it takes the sandbox along with what is mounted in it.
        mount_volumes(plan).map_err(at(Stage::Volumes))?;
        if let Some(ids) = &plan.ids {
            super::way::open(&plan.sandbox, ids).map_err(at(Stage::Way))?;
        }
        sys::mount_proc().map_err(at(Stage::Proc))?;
    }
    Ok(())
}

fn mount_volumes(plan: &Plan) -> io::Result<()> {
    for (source, place, read_only) in &plan.volumes {
        sys::bind(source, place)?;
        if *read_only {
            sys::make_bind_read_only(place)?;
        }
    }
    Ok(())
}

fn os_error(error: crate::Error) -> io::Error {
    match error {
        crate::Error::Io { source, .. } => source,
        other => io::Error::other(other),
    }
}

fn fail(exec: &File, stage: Stage, error: &io::Error) -> ! {
    let tag = Stage::ALL
        .iter()
        .position(|(known, _)| *known == stage)
        .unwrap_or(Stage::ALL.len());
    // If nobody reads it, the shim is gone and all ends anyway.
    drop(
        Message {
            tag: tag as u32,
            value: error.raw_os_error().unwrap_or(libc::EIO),
        }
        .send(exec),
    );
    sys::exit_now(127)
}

fn task(plan: &Plan, exec: &File) -> ! {
    let (stage, error) = match become_task(plan) {
        Err(failure) => failure,
        Ok(()) => (Stage::Exec, execute(plan)),
    };
    fail(exec, stage, &error)
}

fn become_task(plan: &Plan) -> Result<(), (Stage, io::Error)> {
    let at = |stage| move |error| (stage, error);
    sys::set_session().map_err(at(Stage::Session))?;
    if let Some(ids) = &plan.ids {
        sys::become_user(ids).map_err(at(Stage::User))?;
    }
    if !plan.namespaces {
        // A change of user clears it, hence after that.
        sys::set_death_signal(libc::SIGKILL).map_err(at(Stage::Parent))?;
    }
    sys::allow_huge_pages().map_err(at(Stage::Session))?;
    sys::set_umask(0o022);
    std::env::set_current_dir(&plan.sandbox).map_err(at(Stage::Sandbox))?;
    sys::block_signals(&[]);
    Ok(())
}

/// As a shell searches: the first that can be executed; a file that may not be is reported only if none can.
fn execute(plan: &Plan) -> io::Error {
    let mut last = io::Error::from_raw_os_error(libc::ENOENT);
    for program in &plan.programs {
        let error = sys::exec(program, &plan.argv, &plan.env);
        match error.raw_os_error() {
            Some(libc::ENOENT | libc::ENOTDIR) => {}
            Some(libc::EACCES) => last = error,
            _ => return error,
        }
    }
    last
}

/// What an init without a pid namespace gets when its shim has died.
const SHIM_GONE: i32 = libc::SIGUSR1;

/// What the init waits for.
fn signals(plan: &Plan) -> &'static [i32] {
    if plan.namespaces {
        &[libc::SIGCHLD, libc::SIGTERM]
    } else {
        &[libc::SIGCHLD, libc::SIGTERM, SHIM_GONE]
    }
}

fn watch(plan: &Plan, main: i32, status: &File) -> ! {
    drop(
        Message {
            tag: FORKED,
            value: main,
        }
        .send(status),
    );
    // The output pipes must end with the task.
    let null = ManuallyDrop::new(sys::placed(0));
    drop(sys::place(&null, 1, false).and_then(|()| sys::place(&null, 2, false)));
    // Whether the task was told to end, and whether its main process has.
    let (mut terminating, mut ended) = (false, false);
    loop {
        match sys::wait_signal(signals(plan)) {
            Ok(libc::SIGCHLD) => {
                let reaped = reap_all(main);
                if let Some(value) = reaped.main {
                    drop(Message { tag: ENDED, value }.send(status));
                    ended = true;
                }
                // A shell dies of SIGTERM at once, while what it runs is still tidying up: that keeps its grace.
                if ended && (reaped.none_left || !terminating) {
                    end(plan);
                }
            }
            Ok(SHIM_GONE) => end(plan),
            Ok(signal) => {
                terminating = true;
                forward(plan, signal);
            }
            Err(_) => {}
        }
    }
}

struct Reaped {
    /// The main process' wait status, if it was among those that have ended.
    main: Option<i32>,
    /// Whether there is no child, and so no descendant, any more.
    none_left: bool,
}

fn reap_all(main: i32) -> Reaped {
    let mut reaped = Reaped {
        main: None,
        none_left: false,
    };
    loop {
        match sys::reap() {
            Ok(Some((pid, status))) if pid == main => reaped.main = Some(status),
            Ok(Some(_)) => {}
            Ok(None) => return reaped,
            Err(_) => {
                return Reaped {
                    none_left: true,
                    ..reaped
                };
            }
        }
    }
}

fn forward(plan: &Plan, signal: i32) {
    if plan.namespaces {
        // To all processes of the namespace but this one. There may be none left, which is no failure.
        drop(sys::kill(-1, signal));
    } else {
        reaper::signal_descendants(std::process::id() as i32, None, signal);
    }
}

/// Ends with everything below: the kernel does that for a PID 1, and waits until all is gone.
fn end(plan: &Plan) -> ! {
    if !plan.namespaces {
        reaper::end_descendants(std::process::id() as i32);
    }
    sys::exit_now(0)
}
