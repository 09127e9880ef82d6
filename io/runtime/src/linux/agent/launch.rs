//! Starting a container: an order, a shim, and its report.

use std::fs::{DirBuilder, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};

use super::super::cgroup::Cgroup;
use super::super::record::{self, Order, Report};
use super::super::sys;
use super::container::Container;
use super::{Inner, destroy};
use crate::identity::{Accounts, Ids};
use crate::{Error, Handle, Launch, Result, volume};

impl Inner {
    /// Starts a container and waits for its shim's report.
    pub fn launch(&self, launch: &Launch) -> Result<Handle> {
        launch.validate()?;
        if !launch.sandbox.is_dir() {
            let reason = format!("{} is not a directory", launch.sandbox.display());
            return Err(Error::Invalid {
                id: launch.id.clone(),
                field: "sandbox",
                reason,
            });
        }
        let shared = launch.within.as_deref().map(|other| self.shared(other)).transpose()?;
        let has_own = !self.parent.dirs.is_empty() && shared.is_none();
        let order = Order {
            launch: launch.clone(),
            ids: ids(launch)?,
            namespaces: launch.namespaces && self.probe.namespaces,
            cgroup: has_own.then(|| self.parent.child(&launch.id)),
            shared: shared.flatten(),
        };
        let container = Container::new(&self.options.root, &launch.id);
        make_dir(&container)?;
        volume::make_places(launch, order.namespaces)
            .and_then(|()| self.start(&container, &order))
            .inspect_err(|_| {
                // The launch's own error is the one to report; what stays is found by `recover`.
                drop(destroy::remove(&container, Some(&order)));
            })
    }

    /// The cgroup of another container; none in plain mode.
    fn shared(&self, other: &str) -> Result<Option<Cgroup>> {
        let order = self.container(other)?.order()?;
        Ok(order.and_then(|order| order.home().cloned()))
    }

    fn start(&self, container: &Container, order: &Order) -> Result<Handle> {
        let file = write_order(container, order)?;
        let exe = &self.options.shim_exe;
        let (mut report, report_end) = io::pipe().map_err(Error::io("make a pipe for", exe))?;
        let status = self
            .run_shim(container, file, report_end)
            .map_err(Error::io("run the shim", exe))?;
        let mut bytes = Vec::new();
        report
            .read_to_end(&mut bytes)
            .map_err(Error::io("read the report of", exe))?;
        if bytes.is_empty() {
            return Err(no_report(container, status));
        }
        match record::decode(&container.dir, &bytes)? {
            Report::Running(state) => Ok(container.handle(&state)),
            Report::Failed { stage, reason } => Err(Error::Start {
                id: container.id.clone(),
                stage,
                reason,
            }),
        }
    }

    /// Runs the shim's first process, which ends as soon as the shim itself has left the agent's family. Nothing is
    /// inherited but the order and the pipe; std spawns without copying the agent's memory.
    fn run_shim(&self, container: &Container, order: File, report: io::PipeWriter) -> io::Result<ExitStatus> {
        Command::new(&self.options.shim_exe)
            .arg0(&self.options.shim_arg0)
            .arg(&container.dir)
            .arg(&container.id)
            .env_clear()
            .stdin(order)
            .stdout(report)
            .stderr(Stdio::null())
            .status()
    }
}

/// Makes the runtime directory, which is also how an id is claimed.
fn make_dir(container: &Container) -> Result<()> {
    match DirBuilder::new().mode(0o700).create(&container.dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Error::Exists {
            id: container.id.clone(),
            dir: container.dir.clone(),
        }),
        result => result.map_err(Error::io("make the directory", &container.dir)),
    }
}

/// Writes the order and locks it. The lock belongs to the open file, which the shim inherits, so there is no moment in
/// which a starting container looks abandoned.
fn write_order(container: &Container, order: &Order) -> Result<File> {
    let path = container.dir.join(record::ORDER);
    let write = || {
        let mut file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        file.lock()?;
        file.write_all(&record::encode(order)?)?;
        file.rewind()?;
        Ok(file)
    };
    write().map_err(Error::io("write the launch", &path))
}

fn no_report(container: &Container, status: ExitStatus) -> Error {
    let log = std::fs::read_to_string(container.dir.join(record::LOG)).unwrap_or_default();
    let reason = format!("it ended without a report ({status}) {}", log.trim())
        .trim_end()
        .to_owned();
    Error::Start {
        id: container.id.clone(),
        stage: "run the shim".to_owned(),
        reason,
    }
}

/// The ids to take on, or `None` to stay what the agent is.
fn ids(launch: &Launch) -> Result<Option<Ids>> {
    let Some(user) = &launch.user else { return Ok(None) };
    let refuse = |reason| Error::User {
        id: launch.id.clone(),
        user: user.to_string(),
        reason,
    };
    let ids = Accounts::read()?.resolve(user).map_err(refuse)?;
    if sys::effective_uid() == 0 {
        return Ok(Some(ids));
    }
    if (ids.uid, ids.gid) == (sys::effective_uid(), sys::effective_gid()) {
        return Ok(None);
    }
    Err(refuse(
        "the agent is not root and cannot become another user".to_owned(),
    ))
}
