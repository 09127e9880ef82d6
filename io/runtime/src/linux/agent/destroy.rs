//! Removing what a container leaves.

use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use super::super::cgroup::Cgroup;
use super::super::record::Order;
use super::container::Container;
use crate::{Error, Result};

/// How long the last steps of a shim, or of processes that were killed, may take.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_micros(500);

pub fn destroy(container: &Container) -> Result<()> {
    let order = container.order().or_else(|error| match error {
        // Broken or not, what the human wants removed is removed.
        Error::Decode { .. } => Ok(None),
        other => Err(other),
    })?;
    if container.is_held() && container.exit()?.is_none() {
        return Err(Error::Busy {
            id: container.id.clone(),
        });
    }
    remove(container, order.as_ref())
}

/// Removes everything, once the shim has let go.
pub fn remove(container: &Container, order: Option<&Order>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while container.is_held() {
        if Instant::now() > deadline {
            return Err(Error::Busy {
                id: container.id.clone(),
            });
        }
        thread::sleep(PAUSE);
    }
    if let Some(cgroup) = order.and_then(|order| order.cgroup.as_ref()) {
        remove_cgroup(cgroup, deadline)?;
    }
    fs::remove_dir_all(&container.dir).map_err(Error::io("remove", &container.dir))
}

fn remove_cgroup(cgroup: &Cgroup, deadline: Instant) -> Result<()> {
    loop {
        match cgroup.remove() {
            // Something of a lost container is still dying.
            Err(Error::Io { source, .. }) if is_busy(&source) && Instant::now() < deadline => {
                cgroup.kill(None);
                thread::sleep(PAUSE);
            }
            result => return result,
        }
    }
}

fn is_busy(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EBUSY)
}
