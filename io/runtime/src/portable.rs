//! Systems other than Linux: a container is a plain child of the agent and ends with it. Nothing is isolated, limited,
//! rotated or adopted; [`Runtime::probe`] says so.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::process::{Child, Command};
use tokio::sync::{Notify, watch};

use crate::{
    Ending, Error, Exit, ExitStatus, Found, Handle, Launch, Options, Probe, ProcessId, Recovery, Result, Stats,
};

/// Runs containers as children of this process. Clones share it.
#[derive(Debug, Clone)]
pub struct Runtime {
    options: Arc<Options>,
    probe: Arc<Probe>,
    running: Arc<Mutex<BTreeMap<String, Running>>>,
}

#[derive(Debug)]
struct Running {
    handle: Handle,
    kill: Arc<Notify>,
    exit: watch::Receiver<Option<Exit>>,
}

impl Runtime {
    /// Never fails here.
    pub fn new(options: Options) -> Result<Self> {
        let notice = "on this system containers are plain processes that end with the agent: \
                      no limits, no namespaces, no other users, no log rotation";
        let probe = Probe {
            notices: vec![notice.to_owned()],
            ..Probe::default()
        };
        Ok(Self {
            options: Arc::new(options),
            probe: Arc::new(probe),
            running: Arc::default(),
        })
    }

    /// Runs a health command with a container's environment in its sandbox.
    ///
    /// # Errors
    /// Always: there are no shell commands on this system.
    pub async fn check(&self, _id: &str, _shell: &str, _patience: Duration) -> std::result::Result<(), String> {
        Err("health commands are not supported on this system".to_owned())
    }

    /// Nothing to remove here.
    ///
    /// # Errors
    /// Never.
    pub fn retire(&self) -> Result<()> {
        Ok(())
    }

    /// What this machine offers to containers.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Starts a container.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Exists`], [`Error::Io`] for the sandbox, [`Error::Start`] for the program, and
    /// [`Error::Unsupported`] for a user.
    pub async fn launch(&self, launch: &Launch) -> Result<Handle> {
        launch.validate()?;
        if launch.user.is_some() {
            return Err(Error::Unsupported {
                what: "running as another user",
            });
        }
        let mut running = self.running();
        if running.contains_key(&launch.id) {
            return Err(Error::Exists {
                id: launch.id.clone(),
                dir: self.options.root.clone(),
            });
        }
        crate::volume::make_places(launch, false)?;
        let child = spawn(launch)?;
        let process = ProcessId {
            pid: child.id().map_or(0, |pid| pid as i32),
            start_ticks: 0,
        };
        let (kill, started_ms, (sender, exit)) = (Arc::new(Notify::new()), now_ms(), watch::channel(None));
        tokio::spawn(watch_over(child, Arc::clone(&kill), started_ms, sender));
        let handle = Handle {
            id: launch.id.clone(),
            shim: process,
            init: process,
            started_ms,
        };
        running.insert(
            launch.id.clone(),
            Running {
                handle: handle.clone(),
                kill,
                exit,
            },
        );
        Ok(handle)
    }

    /// Nothing outlives an agent here.
    pub async fn recover(&self) -> Result<Recovery> {
        Ok(Recovery::default())
    }

    /// Ends the main process at once: there is no portable polite signal.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn kill(&self, id: &str, _grace: Duration) -> Result<()> {
        self.running()
            .get(id)
            .map(|running| running.kill.notify_one())
            .ok_or_else(|| self.unknown(id))
    }

    /// Only SIGKILL, 9, can be sent here.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Unsupported`].
    pub async fn signal(&self, id: &str, signal: i32) -> Result<()> {
        if signal == 9 {
            return self.kill(id, Duration::ZERO).await;
        }
        Err(Error::Unsupported { what: "this signal" })
    }

    /// What a container is doing now.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn status(&self, id: &str) -> Result<Found> {
        let running = self.running();
        let running = running.get(id).ok_or_else(|| self.unknown(id))?;
        let exit = running.exit.borrow().clone();
        Ok(exit.map_or_else(|| Found::Running(running.handle.clone()), Found::Exited))
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn wait(&self, id: &str) -> Result<Ending> {
        let exit = self.running().get(id).map(|running| running.exit.clone());
        let mut exit = exit.ok_or_else(|| self.unknown(id))?;
        let ended = exit.wait_for(Option::is_some).await;
        Ok(ended
            .ok()
            .and_then(|exit| exit.clone())
            .map_or(Ending::Lost, Ending::Exited))
    }

    /// Forgets a container that has ended.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Busy`].
    pub async fn destroy(&self, id: &str) -> Result<()> {
        let mut running = self.running();
        let ended = running.get(id).map(|running| running.exit.borrow().is_some());
        if !ended.ok_or_else(|| self.unknown(id))? {
            return Err(Error::Busy { id: id.to_owned() });
        }
        running.remove(id);
        Ok(())
    }

    /// Nothing: there are no limits here.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn resize(&self, id: &str, _limits: &crate::Limits) -> Result<()> {
        self.running().get(id).map(|_| ()).ok_or_else(|| self.unknown(id))
    }

    /// All zero: there is no portable way to ask.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn stats(&self, id: &str) -> Result<Stats> {
        self.running()
            .get(id)
            .map(|_| Stats::default())
            .ok_or_else(|| self.unknown(id))
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unknown(&self, id: &str) -> Error {
        Error::Unknown {
            id: id.to_owned(),
            root: self.options.root.clone(),
        }
    }
}

/// There are no shims here; says so and ends.
pub fn shim_main(_args: impl IntoIterator<Item = OsString>) -> ! {
    eprintln!("harmony shim: not available on this system");
    std::process::exit(1)
}

fn spawn(launch: &Launch) -> Result<Child> {
    let output = |name: &str| {
        let path = launch.sandbox.join(name);
        File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(Error::io("open", &path))
    };
    let argv = match &launch.command {
        crate::Command::Shell(text) if cfg!(windows) => vec!["cmd.exe", "/C", text],
        command => command.argv(),
    };
    let mut command = Command::new(argv[0]);
    command
        .args(&argv[1..])
        .env_clear()
        .envs(launch.env.iter().map(|(name, value)| (name, value)));
    command.current_dir(&launch.sandbox).stdin(std::process::Stdio::null());
    command
        .stdout(output("stdout")?)
        .stderr(output("stderr")?)
        .kill_on_drop(true);
    let failed = |error: std::io::Error| Error::Start {
        id: launch.id.clone(),
        stage: "execute the command".to_owned(),
        reason: error.to_string(),
    };
    command.spawn().map_err(failed)
}

async fn watch_over(mut child: Child, kill: Arc<Notify>, started_ms: u64, exit: watch::Sender<Option<Exit>>) {
    let mut kill_requested = false;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            () = kill.notified() => {
                kill_requested = true;
                // It may have ended by itself; then the wait above says how.
                drop(child.start_kill());
            }
        }
    };
    let code = status.ok().and_then(|status| status.code());
    exit.send_replace(Some(Exit {
        status: code.map_or(ExitStatus::Signal(9), ExitStatus::Code),
        oom: false,
        memory_limit_bytes: None,
        memory_peak_bytes: None,
        started_ms,
        ended_ms: now_ms(),
        kill_requested,
        forced: kill_requested,
        output_lost_bytes: 0,
    }));
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
