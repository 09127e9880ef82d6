//! A health command, run beside a task: in its cgroup and its namespaces, as its user, with its environment. So it has
//! no more than the task may have, and whatever it leaves ends with the container.

use std::ffi::CString;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::super::cgroup::Cgroup;
use super::super::record::{Order, State};
use super::super::sys::{self, Place};
use super::container::Container;
use crate::{Error, Result};

/// `Ok(Err(why))` is a command that says the task is not healthy.
pub async fn check(container: &Container, shell: &str, patience: Duration) -> Result<std::result::Result<(), String>> {
    let gone = || Error::Unknown {
        id: container.id.clone(),
        root: container.dir.clone(),
    };
    let order = container.order()?.ok_or_else(gone)?;
    let state = container.state()?.ok_or_else(gone)?;
    let place = place(&order, &state)?;
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", shell])
        .env_clear()
        .envs(order.launch.env.iter().map(|(name, value)| (name, value)));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true);
    sys::enter_before_exec(&mut command, place);
    let mut child = command
        .spawn()
        .map_err(Error::io("start a health command in", &order.launch.sandbox))?;
    Ok(match timeout(patience, child.wait()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("the command ended with {status}")),
        Ok(Err(error)) => Err(format!("the command can't be waited for: {error}")),
        Err(_) => {
            if let Some(group) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
                drop(sys::kill(-group, libc::SIGKILL));
            }
            drop(child.wait().await);
            Err(format!("the command did not end within {} ms", patience.as_millis()))
        }
    })
}

fn place(order: &Order, state: &State) -> Result<Place> {
    let open = |name: &str| {
        let path = format!("/proc/{}/ns/{name}", state.init.pid);
        File::open(&path).map_err(Error::io("open the namespace", path.as_ref()))
    };
    let sandbox = &order.launch.sandbox;
    let directory = CString::new(sandbox.as_os_str().as_bytes());
    let names: &[&str] = if order.namespaces { &["ipc", "uts", "mnt"] } else { &[] };
    Ok(Place {
        doors: order.home().map_or(Ok(Vec::new()), Cgroup::doors)?,
        namespaces: names.iter().map(|name| open(name)).collect::<Result<_>>()?,
        pids: order.namespaces.then(|| open("pid")).transpose()?,
        directory: directory.map_err(|error| Error::io("enter", sandbox)(error.into()))?,
        ids: order.ids.clone(),
    })
}
