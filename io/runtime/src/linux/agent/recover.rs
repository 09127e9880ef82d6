//! Finding the containers of an earlier agent.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::super::process;
use super::super::record::{self, State};
use super::Inner;
use super::container::Container;
use crate::{Error, Found, Launch, Recovered, Recovery, Result};

/// How long a shim whose agent died while starting it may take to say who it is.
const STARTING: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(2);

impl Inner {
    pub fn recover(&self) -> Result<Recovery> {
        let root = &self.options.root;
        let boot_id = process::boot_id()?;
        let mut recovery = Recovery::default();
        for entry in fs::read_dir(root).map_err(Error::io("list", root))? {
            let dir = entry.map_err(Error::io("list", root))?.path();
            match adopt(&dir, &boot_id) {
                Ok(recovered) => recovery.containers.extend(recovered),
                Err(error) => recovery.broken.push(error),
            }
        }
        recovery.containers.sort_by(|a, b| a.launch.id.cmp(&b.launch.id));
        Ok(recovery)
    }
}

fn adopt(dir: &Path, boot_id: &str) -> Result<Option<Recovered>> {
    let Some(launch) = launch(dir)? else {
        // The agent died before it wrote the launch: nothing was started.
        return fs::remove_dir_all(dir).map(|()| None).map_err(Error::io("remove", dir));
    };
    let container = Container {
        id: launch.id.clone(),
        dir: dir.to_owned(),
    };
    let found = find(&container, boot_id)?;
    Ok(Some(Recovered { launch, found }))
}

/// The launch, or `None` if the agent died while writing it.
fn launch(dir: &Path) -> Result<Option<Launch>> {
    let container = Container {
        id: String::new(),
        dir: dir.to_owned(),
    };
    match container.order() {
        Ok(order) => Ok(order.map(|order| order.launch)),
        Err(error) => {
            let started = container.is_held() || dir.join(record::STATE).exists() || dir.join(record::LOG).exists();
            if started { Err(error) } else { Ok(None) }
        }
    }
}

/// What became of a container, seen from the boot of this id.
pub fn find(container: &Container, boot_id: &str) -> Result<Found> {
    let deadline = Instant::now() + STARTING;
    loop {
        let held = container.is_held();
        // Read after the lock was looked at: a shim that has let go of it wrote its record before.
        if let Some(exit) = container.exit()? {
            return Ok(Found::Exited(exit));
        }
        if !held {
            return Ok(Found::Lost);
        }
        match container.state()? {
            Some(state) if is_same(&state, boot_id) => return Ok(Found::Running(container.handle(&state))),
            // Ending right now, or not yet started.
            _ if Instant::now() < deadline => thread::sleep(PAUSE),
            _ => {
                return Err(Error::Busy {
                    id: container.id.clone(),
                });
            }
        }
    }
}

fn is_same(state: &State, boot_id: &str) -> bool {
    state.boot_id == boot_id && process::is_alive(state.shim)
}
