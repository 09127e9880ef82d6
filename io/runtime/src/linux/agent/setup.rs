//! What this machine offers, and the places that containers will need.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use super::super::cgroup::{Cgroup, Controller};
use super::super::sys;
use crate::{Error, Mode, Options, Probe, Result};

/// Makes the root and the parent cgroup. The root becomes absolute, for shims run elsewhere.
pub fn setup(mut options: Options) -> Result<(Options, Cgroup, Probe)> {
    let root = &options.root;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(root)
        .map_err(Error::io("make the directory", root))?;
    options.root = root.canonicalize().map_err(Error::io("find", root))?;
    check_parent(&options)?;
    let privileged = sys::effective_uid() == 0 && options.mode != Mode::Plain;
    if !privileged {
        return Ok((options, Cgroup::default(), plain()));
    }
    let (parent, mut notices) = Cgroup::roots()?.make_parent(&options.cgroup_parent);
    notices.extend(missing(&parent));
    let probe = Probe {
        privileged,
        namespaces: PathBuf::from("/proc/self/ns/pid").exists(),
        cpu: parent.version_of(Controller::Cpu),
        cpuacct: parent.version_of(Controller::Cpuacct),
        memory: parent.version_of(Controller::Memory),
        pids: parent.version_of(Controller::Pids),
        notices,
    };
    Ok((options, parent, probe))
}

fn check_parent(options: &Options) -> Result<()> {
    let plain = |level: &str| !level.is_empty() && !level.starts_with('.') && !level.contains('\0');
    if options.cgroup_parent.split('/').all(plain) {
        return Ok(());
    }
    let reason = format!("{:?}: expected names separated by '/'", options.cgroup_parent);
    Err(Error::Invalid {
        id: "(all)".to_owned(),
        field: "cgroup_parent",
        reason,
    })
}

fn plain() -> Probe {
    let notice = "without root, containers are plain processes: limits are not enforced, users cannot be changed, \
                  and tasks see each other";
    Probe {
        notices: vec![notice.to_owned()],
        ..Probe::default()
    }
}

fn missing(parent: &Cgroup) -> Vec<String> {
    let consequence = |controller| match controller {
        Controller::Memory => "memory limits are not enforced",
        Controller::Pids => "the number of processes is not limited",
        Controller::Cpuacct => "CPU time is not counted",
        Controller::Cpu => "CPU shares and limits are not enforced",
    };
    let lacking = Controller::ALL
        .into_iter()
        .filter(|controller| parent.version_of(*controller).is_none());
    lacking
        .map(|it| format!("no cgroup controller {}: {}", it.name(), consequence(it)))
        .collect()
}
