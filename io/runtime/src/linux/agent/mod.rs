//! The agent's side: it starts shims, finds them again, and talks to them. It keeps nothing in memory that the runtime
//! directories do not say, so an agent's restart loses nothing.

mod check;
mod connection;
mod container;
mod destroy;
mod launch;
mod recover;
mod resize;
mod setup;
mod signal;
mod stats;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use super::cgroup::Cgroup;
use super::process;
use super::protocol::{Answer, Request};
use crate::{Ending, Error, Found, Handle, Launch, Limits, Options, Probe, Recovery, Result, Stats};
use connection::Connection;
use container::Container;

/// Runs containers, each under a shim of its own that outlives this value and this process. Clones share it. All its
/// futures need a tokio runtime with I/O and time enabled.
#[derive(Debug, Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: Options,
    probe: Probe,
    /// The cgroup that holds those of the containers; no directories in plain mode.
    parent: Cgroup,
}

impl Runtime {
    /// Makes `options.root` (mode 0700) and the parent cgroup, and finds out what this machine offers. Blocks for a few
    /// milliseconds. A controller that cannot be used is no error but a notice of [`Runtime::probe`].
    ///
    /// # Errors
    /// [`Error::Io`] if the root cannot be made or `/proc` cannot be read.
    pub fn new(options: Options) -> Result<Self> {
        let (options, parent, probe) = setup::setup(options)?;
        Ok(Self {
            inner: Arc::new(Inner { options, probe, parent }),
        })
    }

    /// What this machine offers to containers.
    pub fn probe(&self) -> &Probe {
        &self.inner.probe
    }

    /// Starts a container. When this returns, its program executes. Dropping the future does not stop the launch.
    ///
    /// # Errors
    /// [`Error::Invalid`] and [`Error::User`] for a launch that can never work, [`Error::Exists`] for an id that is in
    /// use, [`Error::Start`] if the task's program cannot be executed or the machine refuses, [`Error::Io`] if the
    /// runtime directory or the shim cannot be made. After an error nothing of the container is left.
    pub async fn launch(&self, launch: &Launch) -> Result<Handle> {
        let (inner, launch) = (Arc::clone(&self.inner), launch.clone());
        blocking(move || inner.launch(&launch)).await
    }

    /// Everything that the runtime directory knows: what runs, what has ended and how, what is lost. Meant to be called
    /// once, before the first launch. What has ended or is lost stays until it is destroyed.
    ///
    /// # Errors
    /// [`Error::Io`] if the runtime directory cannot be read.
    pub async fn recover(&self) -> Result<Recovery> {
        let inner = Arc::clone(&self.inner);
        blocking(move || inner.recover()).await
    }

    /// Sends SIGTERM to all of the container's processes and, after `grace`, SIGKILL to what is left; a grace of zero
    /// is SIGKILL at once. Returns when the shim has taken the order, not when the container has ended: see
    /// [`Runtime::wait`]. Of several kills the one that is due first counts. Fine for a container that has ended.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an id that was never launched or is destroyed, [`Error::Protocol`] if the shim refuses.
    pub async fn kill(&self, id: &str, grace: Duration) -> Result<()> {
        let container = self.inner.container(id)?;
        let grace_ms = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX);
        match Connection::ask(&container, &Request::Kill(grace_ms)).await? {
            None | Some(Answer::Accepted) => Ok(()),
            Some(other) => Err(container.unexpected(&other)),
        }
    }

    /// Sends a signal, by its number, to the main process of a container, as its own children are not.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an id that was never launched or is destroyed, or that has ended; [`Error::Io`] if the kernel
    /// refuses, as for a number that is no signal.
    pub async fn signal(&self, id: &str, signal: i32) -> Result<()> {
        let container = self.inner.container(id)?;
        let root = self.inner.options.root.clone();
        blocking(move || signal::signal(&container, root, signal)).await
    }

    /// What a container is doing now.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an id that was never launched or is destroyed, [`Error::Decode`] for a broken record.
    pub async fn status(&self, id: &str) -> Result<Found> {
        let container = self.inner.container(id)?;
        blocking(move || recover::find(&container, &process::boot_id()?)).await
    }

    /// Waits for the container's end. It holds one socket meanwhile. A shim serves 16 clients at once, waits and kills
    /// together; more of them take their turns.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an id that was never launched or is destroyed, [`Error::Decode`] for a broken record.
    pub async fn wait(&self, id: &str) -> Result<Ending> {
        wait::wait(&self.inner.container(id)?).await
    }

    /// Removes the cgroup and the runtime directory of a container that has ended or is lost, after its end was taken.
    /// The sandbox stays.
    ///
    /// # Errors
    /// [`Error::Busy`] if it still runs, [`Error::Unknown`] for an id that was never launched or is destroyed,
    /// [`Error::Io`] if something cannot be removed.
    pub async fn destroy(&self, id: &str) -> Result<()> {
        let container = self.inner.container(id)?;
        blocking(move || destroy::destroy(&container)).await
    }

    /// Changes what a running container may use, where the runtime has cgroups. Blocks for a few small writes.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an id that was never launched or is destroyed, [`Error::Io`] if the kernel refuses, as it
    /// does for less memory than is in use.
    pub fn resize(&self, id: &str, limits: &Limits) -> Result<()> {
        resize::resize(&self.inner.container(id)?, limits)
    }

    /// Runs a health command beside a container: in its cgroup and namespaces, as its user, with its environment, in its
    /// sandbox. What it leaves running ends with the container. `Err` says for a person why the task is not healthy.
    ///
    /// # Errors
    /// The text of the failure: an exit code other than 0, or no end within `patience`.
    pub async fn check(&self, id: &str, shell: &str, patience: Duration) -> std::result::Result<(), String> {
        let container = self.inner.container(id).map_err(|error| error.to_string())?;
        check::check(&container, shell, patience)
            .await
            .map_err(|error| error.to_string())?
    }

    /// Removes the cgroup that held those of the containers, once none is left. A later [`Runtime::new`] makes it again.
    ///
    /// # Errors
    /// [`Error::Io`] if a container is still in it.
    pub fn retire(&self) -> Result<()> {
        self.inner.parent.remove()
    }

    /// What a container uses: a dozen small reads from the kernel, which do not wait. All zero once it has ended in plain
    /// mode; with cgroups the last figures, until it is destroyed.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an id that was never launched or is destroyed, [`Error::Decode`] for a broken record.
    pub fn stats(&self, id: &str) -> Result<Stats> {
        stats::stats(&self.inner.container(id)?)
    }
}

impl Inner {
    fn container(&self, id: &str) -> Result<Container> {
        let container = Container::new(&self.options.root, id);
        if container.dir.is_dir() {
            Ok(container)
        } else {
            Err(Error::Unknown {
                id: id.to_owned(),
                root: self.options.root.clone(),
            })
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Error::Unsupported {
            what: "the runtime during shutdown",
        }),
    }
}
