//! A runtime of its own for each test, and the proof that a test leaves nothing behind.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use io_runtime::{Command, Ending, Exit, Launch, Mode, Options, Runtime, Sandbox};
use libtest_mimic::Trial;

/// How much isolation a test runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No root needed.
    Plain,
    /// Cgroups but no namespaces.
    CgroupsOnly,
    Isolated,
}

pub type Test = (&'static str, fn(&Stage));

pub struct Stage {
    pub runtime: Runtime,
    pub kind: Kind,
    pub dir: tempfile::TempDir,
    pub cgroup_parent: String,
    tokio: tokio::runtime::Runtime,
    /// In the environment of every task of this test, so that its processes are found wherever they are.
    mark: String,
}

/// How long a condition may take to come true on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub fn trial(name: &str, kind: Kind, test: fn(&Stage)) -> Trial {
    let body = move || {
        let stage = Stage::new(kind);
        test(&stage);
        stage.finish();
        Ok(())
    };
    Trial::test(format!("{name} ({kind:?})"), body)
}

impl Stage {
    fn new(kind: Kind) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
        let cgroup_parent = format!("{}/{mark}", cgroup_top());
        let runtime = Runtime::new(options(&dir.path().join("run"), &cgroup_parent, kind)).unwrap();
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        Self {
            runtime,
            kind,
            dir,
            cgroup_parent,
            tokio,
            mark,
        }
    }

    /// A second runtime on the same directory: the agent after a restart.
    pub fn another_runtime(&self) -> Runtime {
        Runtime::new(options(&self.root(), &self.cgroup_parent, self.kind)).unwrap()
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("run")
    }

    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.tokio.block_on(future)
    }

    /// A launch of a shell command in a sandbox of its own.
    pub fn shell(&self, id: &str, text: &str) -> Launch {
        let sandbox = Sandbox::create(self.dir.path().join("sandboxes").join(id), None).unwrap();
        let mut launch = Launch::new(id, Command::Shell(text.to_owned()), sandbox.path());
        launch.namespaces = self.kind == Kind::Isolated;
        launch.env = vec![("HARMONY_MARK".to_owned(), self.mark.clone())];
        launch
    }

    /// Launches and waits for the end, then destroys.
    pub fn outcome(&self, launch: &Launch) -> Exit {
        self.run(self.runtime.launch(launch)).unwrap();
        self.end_of(&launch.id)
    }

    /// Waits for the end, then destroys.
    pub fn end_of(&self, id: &str) -> Exit {
        let ending = self.run(self.runtime.wait(id)).unwrap();
        self.run(self.runtime.destroy(id)).unwrap();
        match ending {
            Ending::Exited(exit) => exit,
            Ending::Lost => panic!("{id} was lost"),
        }
    }

    pub fn kill(&self, id: &str, grace_ms: u64) {
        self.run(self.runtime.kill(id, Duration::from_millis(grace_ms)))
            .unwrap();
    }

    /// The text of a file in a container's sandbox; empty if there is none.
    pub fn text(&self, launch: &Launch, file: &str) -> String {
        fs::read_to_string(launch.sandbox.join(file)).unwrap_or_default()
    }

    /// Waits until the task has written this line to its standard output.
    pub fn wait_for_line(&self, launch: &Launch, line: &str) {
        until(
            || self.text(launch, "stdout").lines().any(|written| written == line),
            || {
                format!(
                    "the line {line:?} in {:?} (stderr {:?})",
                    self.text(launch, "stdout"),
                    self.text(launch, "stderr")
                )
            },
        );
    }

    /// The living processes of this test's tasks, as `PID COMMAND`.
    pub fn task_processes(&self) -> Vec<String> {
        let mark = format!("HARMONY_MARK={}", self.mark);
        let marked = |dir: &Path| fs::read(dir.join("environ")).is_ok_and(|env| contains(&env, mark.as_bytes()));
        processes(marked)
    }

    fn shims(&self) -> Vec<String> {
        let root = self.root();
        let root = root.to_str().unwrap();
        processes(|dir| fs::read(dir.join("cmdline")).is_ok_and(|line| contains(&line, root.as_bytes())))
    }

    /// The directories of this test's cgroups, one a hierarchy.
    pub fn cgroup_dirs(&self) -> Vec<PathBuf> {
        cgroup_dirs(&self.cgroup_parent)
    }

    /// Nothing may be left: no process, no socket, no cgroup.
    fn finish(&self) {
        until(
            || self.task_processes().is_empty(),
            || format!("the end of {:?}", self.task_processes()),
        );
        until(
            || self.shims().is_empty(),
            || format!("the end of the shims {:?}", self.shims()),
        );
        let left: Vec<_> = fs::read_dir(self.root())
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert!(left.is_empty(), "runtime directories are left: {left:?}");
        if self.kind != Kind::Plain {
            assert!(!self.cgroup_dirs().is_empty(), "there are no cgroups on this machine");
        }
        for dir in self.cgroup_dirs() {
            // Fails if a container's cgroup is left in it.
            fs::remove_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
        }
    }
}

/// After a failed test its containers must go too.
impl Drop for Stage {
    fn drop(&mut self) {
        let Ok(recovery) = self.run(self.runtime.recover()) else {
            return;
        };
        for id in recovery.containers.into_iter().map(|container| container.launch.id) {
            let end = async {
                self.runtime.kill(&id, Duration::ZERO).await?;
                self.runtime.wait(&id).await?;
                self.runtime.destroy(&id).await
            };
            if let Err(error) = self.run(end) {
                eprintln!("cannot clean up {id}: {error}");
            }
        }
        for dir in self.cgroup_dirs() {
            drop(fs::remove_dir(dir));
        }
    }
}

/// The cgroup above those of all tests of this run.
fn cgroup_top() -> String {
    format!("harmony-test-{}", std::process::id())
}

/// Removes it, when the tests are done.
pub fn remove_cgroup_top() {
    for dir in cgroup_dirs(&cgroup_top()) {
        fs::remove_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    }
}

/// The directories of a cgroup, one a hierarchy.
fn cgroup_dirs(name: &str) -> Vec<PathBuf> {
    let hierarchies = fs::read_dir("/sys/fs/cgroup")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let dirs = hierarchies
        .chain([PathBuf::from("/sys/fs/cgroup")])
        .map(|path| path.join(name));
    dirs.filter(|path| path.is_dir()).collect()
}

pub fn options(root: &Path, cgroup_parent: &str, kind: Kind) -> Options {
    let mut options = Options::new(root, cgroup_parent);
    options.mode = if kind == Kind::Plain { Mode::Plain } else { Mode::Auto };
    options
}

/// Waits until a condition is true, looking again and again.
pub fn until(condition: impl Fn() -> bool, what: impl Fn() -> String) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain for {}", what());
        std::thread::yield_now();
    }
}

fn processes(wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let describe = |dir: PathBuf| {
        let stat = fs::read_to_string(dir.join("stat")).ok()?;
        let dead = stat
            .rsplit_once(") ")
            .is_none_or(|(_, rest)| rest.starts_with(['Z', 'X']));
        (!dead && wanted(&dir)).then(|| stat.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
    };
    let is_pid = |dir: &PathBuf| {
        dir.file_name()
            .is_some_and(|name| name.to_string_lossy().parse::<u32>().is_ok())
    };
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(is_pid)
        .filter_map(describe)
        .collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
