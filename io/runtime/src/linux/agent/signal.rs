//! A signal to the main process of a container.

use std::path::PathBuf;

use super::super::process;
use super::super::sys;
use super::container::Container;
use crate::{Error, Result};

pub fn signal(container: &Container, root: PathBuf, signal: i32) -> Result<()> {
    let Some(main) = main_process(container)? else {
        return Err(Error::Unknown {
            id: container.id.clone(),
            root,
        });
    };
    let path = PathBuf::from(format!("/proc/{main}"));
    sys::kill(main, signal).map_err(Error::io("send a signal to", &path))
}

/// The init starts one process itself, before it can adopt any: its oldest child.
fn main_process(container: &Container) -> Result<Option<i32>> {
    let Some(state) = container.state()?.filter(|state| process::is_alive(state.init)) else {
        return Ok(None);
    };
    let children = process::descendants(state.init.pid);
    let own = children.iter().filter(|child| child.parent == state.init.pid);
    Ok(own
        .min_by_key(|child| (child.start_ticks, child.pid))
        .map(|child| child.pid))
}
