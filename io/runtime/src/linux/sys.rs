//! The system calls that std does not offer, each as a safe function. All the `unsafe` of this crate is here.
//!
//! The functions that fork are sound only in a process with one thread; the shim is one.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use libc::{c_int, c_long, pid_t};

use crate::identity::Ids;

/// Which side of a fork this is.
pub enum Fork {
    Child,
    Parent(pid_t),
}

/// The namespaces of a container.
pub const NAMESPACES: c_int = libc::CLONE_NEWPID | libc::CLONE_NEWNS | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS;

/// clone3's flag of this name (clone(2)); it is wider than the type that libc gives it.
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

fn owned(fd: RawFd) -> OwnedFd {
    // SAFETY: the caller has just got this descriptor from the kernel, and nobody else knows it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// fork(2).
pub fn fork() -> io::Result<Fork> {
    // SAFETY: the shim has one thread, so the child's memory is consistent.
    Ok(match check(unsafe { libc::fork() })? {
        0 => Fork::Child,
        pid => Fork::Parent(pid),
    })
}

/// clone3(2) without shared memory: a fork into new namespaces and, if given, straight into a v2 cgroup.
pub fn clone_into(namespaces: c_int, cgroup: Option<BorrowedFd<'_>>) -> io::Result<Fork> {
    // SAFETY: clone_args is plain numbers, for which all zeroes is a value.
    let mut args: libc::clone_args = unsafe { std::mem::zeroed() };
    args.flags = namespaces as u64;
    args.exit_signal = libc::SIGCHLD as u64;
    if let Some(fd) = cgroup {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = fd.as_raw_fd() as u64;
    }
    // SAFETY: as for fork: no memory is shared, no stack is given, and the shim has one thread.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw mut args, size_of::<libc::clone_args>()) };
    Ok(match check(pid as c_int)? {
        0 => Fork::Child,
        pid => Fork::Parent(pid),
    })
}

/// setsid(2).
pub fn set_session() -> io::Result<()> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::setsid() }).map(drop)
}

fn prctl(option: c_int, value: c_long) -> io::Result<()> {
    // SAFETY: the options used here take one number.
    check(unsafe { libc::prctl(option, value, 0, 0, 0) }).map(drop)
}

/// Orphaned descendants become children of this process.
pub fn adopt_orphans() -> io::Result<()> {
    prctl(libc::PR_SET_CHILD_SUBREAPER, 1)
}

/// The signal that this process gets when its parent ends.
pub fn set_death_signal(signal: c_int) -> io::Result<()> {
    prctl(libc::PR_SET_PDEATHSIG, c_long::from(signal))
}

/// Lets this process and those that it becomes or starts have transparent huge pages again: the binary's memory allocator
/// takes them from its own process, which children inherit.
pub fn allow_huge_pages() -> io::Result<()> {
    prctl(libc::PR_SET_THP_DISABLE, 0)
}

/// The process' name as `ps` shows it.
pub fn set_name(name: &'static std::ffi::CStr) {
    // SAFETY: the string ends with NUL and lives for ever.
    unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr(), 0, 0, 0) };
}

/// kill(2).
pub fn kill(pid: pid_t, signal: c_int) -> io::Result<()> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::kill(pid, signal) }).map(drop)
}

/// A child that has ended, with its wait status, or `None` while there are children but none has ended.
pub fn reap() -> io::Result<Option<(pid_t, c_int)>> {
    let mut status = 0;
    // SAFETY: `status` outlives the call.
    match check(unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) })? {
        0 => Ok(None),
        pid => Ok(Some((pid, status))),
    }
}

fn signal_set(signals: &[c_int]) -> libc::sigset_t {
    // SAFETY: sigset_t is plain memory which sigemptyset initialises.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        for signal in signals {
            libc::sigaddset(&raw mut set, *signal);
        }
        set
    }
}

/// Blocks exactly these signals.
pub fn block_signals(signals: &[c_int]) {
    let set = signal_set(signals);
    // SAFETY: `set` outlives the call.
    unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const set, ptr::null_mut()) };
}

/// Waits for one of these signals, which must be blocked.
pub fn wait_signal(signals: &[c_int]) -> io::Result<c_int> {
    let set = signal_set(signals);
    // SAFETY: `set` outlives the call.
    check(unsafe { libc::sigwaitinfo(&raw const set, ptr::null_mut()) })
}

/// A descriptor from which these signals, which must be blocked, are read.
pub fn signal_fd(signals: &[c_int]) -> io::Result<File> {
    let set = signal_set(signals);
    // SAFETY: `set` outlives the call.
    let fd = check(unsafe { libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) })?;
    Ok(owned(fd).into())
}

/// Gives every signal its default action: exec keeps ignored signals ignored, and Rust's runtime ignores SIGPIPE.
pub fn reset_signals() {
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: SIG_DFL is no handler of ours. The kernel refuses SIGKILL and SIGSTOP, which is fine.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// An event counter.
pub fn event_fd() -> io::Result<File> {
    // SAFETY: no memory is involved.
    let fd = check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
    Ok(owned(fd).into())
}

/// A pipe: the end to read and the end to write, both closed on exec.
pub fn pipe() -> io::Result<(File, File)> {
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for two descriptors.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) })?;
    Ok((owned(ends[0]).into(), owned(ends[1]).into()))
}

/// Lets reads and writes return at once.
pub fn set_nonblocking(file: &File) -> io::Result<()> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }).map(drop)
}

/// Takes over a descriptor that this process was started with, as a copy that is closed on exec, numbered 10 or more.
pub fn take_inherited(fd: RawFd) -> io::Result<File> {
    // SAFETY: the copy is ours alone.
    Ok(owned(check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 10) })?).into())
}

/// Makes `target` a copy of `file`.
pub fn place(file: &File, target: RawFd, close_on_exec: bool) -> io::Result<()> {
    let flags = if close_on_exec { libc::O_CLOEXEC } else { 0 };
    // SAFETY: no memory is involved; callers place only onto numbers that no living value owns.
    check(unsafe { libc::dup3(file.as_raw_fd(), target, flags) }).map(drop)
}

/// The descriptor of this number as a value, once it was [`place`]d there.
pub fn placed(fd: RawFd) -> File {
    owned(fd).into()
}

/// Closes every descriptor from `first` on.
pub fn close_from(first: RawFd) {
    // SAFETY: callers own no value of a descriptor in this range that they still use or drop.
    unsafe { libc::syscall(libc::SYS_close_range, first as libc::c_uint, libc::c_uint::MAX, 0) };
}

/// Waits for one of the descriptors; `timeout_ms` below 0 is no timeout.
pub fn poll(fds: &mut [libc::pollfd], timeout_ms: c_int) -> io::Result<()> {
    // SAFETY: the pointer and the length are the slice's.
    match check(unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, timeout_ms) }) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        _ => Ok(()),
    }
}

/// Whether every reader of this pipe is gone.
pub fn readers_gone(write_end: &File) -> bool {
    let mut fds = [libc::pollfd {
        fd: write_end.as_raw_fd(),
        events: 0,
        revents: 0,
    }];
    poll(&mut fds, 0).is_ok() && fds[0].revents & libc::POLLERR != 0
}

fn mount(
    source: Option<&'static std::ffi::CStr>,
    target: &'static std::ffi::CStr,
    flags: libc::c_ulong,
) -> io::Result<()> {
    let source = source.map_or(ptr::null(), std::ffi::CStr::as_ptr);
    // SAFETY: all pointers are NUL-terminated strings that live for ever, or null where mount(2) allows it.
    check(unsafe { libc::mount(source, target.as_ptr(), source, flags, ptr::null()) }).map(drop)
}

/// No mount made in this namespace reaches the host; unmounts of the host still reach this namespace, so that a
/// container never keeps a disk of the host busy.
pub fn keep_mounts_inside() -> io::Result<()> {
    mount(None, c"/", libc::MS_REC | libc::MS_SLAVE)
}

fn mount_at(
    source: &std::ffi::CStr,
    target: &std::ffi::CStr,
    kind: &std::ffi::CStr,
    flags: libc::c_ulong,
    options: &std::ffi::CStr,
) -> io::Result<()> {
    let (source, target, kind) = (source.as_ptr(), target.as_ptr(), kind.as_ptr());
    // SAFETY: all pointers are NUL-terminated strings that outlive the call.
    check(unsafe { libc::mount(source, target, kind, flags, options.as_ptr().cast()) }).map(drop)
}

/// Covers a directory with an empty one in memory.
pub fn cover_with_empty(target: &std::ffi::CStr) -> io::Result<()> {
    let flags = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    mount_at(c"tmpfs", target, c"tmpfs", flags, c"mode=0755,size=64k")
}

/// Shows a directory at a second place.
pub fn bind(source: &std::ffi::CStr, target: &std::ffi::CStr) -> io::Result<()> {
    mount_at(source, target, c"", libc::MS_BIND | libc::MS_REC, c"")
}

/// Lets nobody write to a directory that was bound.
pub fn make_bind_read_only(target: &std::ffi::CStr) -> io::Result<()> {
    mount_at(
        c"",
        target,
        c"",
        libc::MS_REMOUNT | libc::MS_BIND | libc::MS_RDONLY,
        c"",
    )
}

/// Lets nobody write to what covers a directory any more; mounts on it are not concerned.
pub fn make_read_only(target: &std::ffi::CStr) -> io::Result<()> {
    let flags = libc::MS_REMOUNT | libc::MS_RDONLY | libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    mount_at(c"tmpfs", target, c"tmpfs", flags, c"")
}

/// Mounts `/proc` for this pid namespace.
pub fn mount_proc() -> io::Result<()> {
    mount(
        Some(c"proc"),
        c"/proc",
        libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC,
    )
}

/// Becomes the user for good: groups first, because afterwards it may not.
pub fn become_user(ids: &Ids) -> io::Result<()> {
    // SAFETY: the pointer and the length are the vector's.
    check(unsafe { libc::setgroups(ids.groups.len(), ids.groups.as_ptr()) })?;
    // SAFETY: no memory is involved.
    check(unsafe { libc::setresgid(ids.gid, ids.gid, ids.gid) })?;
    // SAFETY: no memory is involved.
    check(unsafe { libc::setresuid(ids.uid, ids.uid, ids.uid) }).map(drop)
}

/// The effective user of this process.
pub fn effective_uid() -> u32 {
    // SAFETY: no memory is involved.
    unsafe { libc::geteuid() }
}

/// The effective group of this process.
pub fn effective_gid() -> u32 {
    // SAFETY: no memory is involved.
    unsafe { libc::getegid() }
}

/// umask(2).
pub fn set_umask(mask: libc::mode_t) {
    // SAFETY: no memory is involved.
    unsafe { libc::umask(mask) };
}

/// Strings as exec wants them.
pub struct ExecList {
    pointers: Vec<*const libc::c_char>,
    _strings: Vec<CString>,
}

impl ExecList {
    /// Copies the strings; one with a NUL byte is an error.
    pub fn new<S: Into<Vec<u8>>>(strings: impl IntoIterator<Item = S>) -> io::Result<Self> {
        let strings = strings.into_iter().map(CString::new).collect::<Result<Vec<_>, _>>()?;
        let pointers = strings.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect();
        Ok(Self {
            pointers,
            _strings: strings,
        })
    }
}

/// execve(2): returns only to say why it failed.
pub fn exec(program: &std::ffi::CStr, argv: &ExecList, env: &ExecList) -> io::Error {
    // SAFETY: both lists end with null and their strings live in `ExecList`.
    unsafe { libc::execve(program.as_ptr(), argv.pointers.as_ptr(), env.pointers.as_ptr()) };
    io::Error::last_os_error()
}

/// Ends this process without running anything of Rust's or C's on the way.
pub fn exit_now(code: c_int) -> ! {
    // SAFETY: nothing returns.
    unsafe { libc::_exit(code) }
}

/// Clock ticks a second, the unit of times in `/proc/PID/stat`.
pub fn ticks_per_second() -> f64 {
    // SAFETY: no memory is involved.
    unsafe { libc::sysconf(libc::_SC_CLK_TCK) as f64 }
}

/// Bytes a page, the unit of sizes in `/proc/PID/stat`.
pub fn page_bytes() -> u64 {
    // SAFETY: no memory is involved.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as u64 }
}

/// Where a command is to run: all of it is opened before the fork, for afterwards nothing may be allocated.
pub struct Place {
    /// Files of cgroups that take in whoever writes `0`.
    pub doors: Vec<File>,
    pub namespaces: Vec<File>,
    /// A pid namespace, which only children enter, so that the command becomes a child of a stand-in.
    pub pids: Option<File>,
    pub directory: CString,
    pub ids: Option<Ids>,
}

impl Place {
    fn enter(&self) -> io::Result<()> {
        allow_huge_pages()?;
        for mut door in &self.doors {
            io::Write::write_all(&mut door, b"0")?;
        }
        for namespace in self.pids.iter().chain(&self.namespaces) {
            // SAFETY: no memory is involved; the descriptor is open.
            check(unsafe { libc::setns(namespace.as_raw_fd(), 0) })?;
        }
        // SAFETY: the string ends with NUL.
        check(unsafe { libc::chdir(self.directory.as_ptr()) })?;
        if self.pids.is_some()
            && let Fork::Parent(pid) = fork()?
        {
            stand_in_for(pid);
        }
        if let Some(ids) = &self.ids {
            become_user(ids)?;
        }
        if self.pids.is_some() {
            set_death_signal(libc::SIGKILL)
        } else {
            Ok(())
        }
    }
}

/// Waits for a child and ends as it has ended.
fn stand_in_for(pid: pid_t) -> ! {
    // Whoever started the command waits until its end of a pipe is closed.
    close_from(0);
    let mut status = 0;
    // SAFETY: `status` outlives the call.
    while unsafe { libc::waitpid(pid, &raw mut status, 0) } < 0
        && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted
    {}
    if !libc::WIFSIGNALED(status) {
        exit_now(libc::WEXITSTATUS(status));
    }
    // The handlers of the process that started the command are still in place here.
    reset_signals();
    // SAFETY: no memory is involved.
    drop(kill(unsafe { libc::getpid() }, libc::WTERMSIG(status)));
    exit_now(128 + libc::WTERMSIG(status))
}

/// Lets a command enter a place before it is executed.
pub fn enter_before_exec(command: &mut tokio::process::Command, place: Place) {
    // SAFETY: between fork and exec `enter` makes system calls only; it takes no lock and no memory.
    unsafe { command.pre_exec(move || place.enter()) };
}
