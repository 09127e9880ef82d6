//! A health command, run beside a task: in its namespaces but that of its processes, as its user, with its environment.

use std::ffi::CString;
use std::fs::File;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::super::sys;
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
    let namespaces = if order.namespaces {
        open_namespaces(state.init.pid)?
    } else {
        Vec::new()
    };
    let sandbox = order.launch.sandbox.to_string_lossy().into_owned();
    let sandbox = CString::new(sandbox).map_err(|_| gone())?;
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
    sys::enter_before_exec(&mut command, namespaces, sandbox, order.ids);
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

fn open_namespaces(pid: i32) -> Result<Vec<File>> {
    let open = |name: &str| {
        let path = format!("/proc/{pid}/ns/{name}");
        File::open(&path).map_err(Error::io("open the namespace", path.as_ref()))
    };
    ["ipc", "uts", "mnt"].into_iter().map(open).collect()
}
