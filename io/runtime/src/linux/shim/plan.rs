//! Everything the init needs, made ready before it is born.

use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::Volume;
use crate::identity::Ids;
use crate::linux::cgroup::Cgroup;
use crate::linux::record::Order;
use crate::linux::sys::ExecList;

/// Where programs are searched when the task's environment has no `PATH`.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

pub struct Plan {
    /// The files that may be the program, to be tried in this order.
    pub programs: Vec<CString>,
    pub argv: ExecList,
    pub env: ExecList,
    pub ids: Option<Ids>,
    pub sandbox: PathBuf,
    /// What is mounted, where, and whether only to be read.
    pub volumes: Vec<(CString, CString, bool)>,
    pub cgroup: Option<Cgroup>,
    /// Whether the init is PID 1 of its own namespaces.
    pub namespaces: bool,
}

impl Plan {
    pub fn new(order: &Order) -> io::Result<Self> {
        let launch = &order.launch;
        let argv = launch.command.argv();
        let program = argv.first().copied().unwrap_or_default();
        let path = launch
            .env
            .iter()
            .rfind(|(name, _)| name == "PATH")
            .map_or(DEFAULT_PATH, |(_, value)| value);
        Ok(Self {
            programs: candidates(program, path)?,
            argv: ExecList::new(argv.iter().copied())?,
            env: ExecList::new(launch.env.iter().map(|(name, value)| format!("{name}={value}")))?,
            ids: order.ids.clone(),
            sandbox: launch.sandbox.clone(),
            volumes: launch
                .volumes
                .iter()
                .map(|volume| mount_of(volume, &launch.sandbox))
                .collect::<io::Result<_>>()?,
            cgroup: order.home().cloned(),
            namespaces: order.namespaces,
        })
    }
}

fn mount_of(volume: &Volume, sandbox: &Path) -> io::Result<(CString, CString, bool)> {
    let text = |path: &Path| CString::new(path.as_os_str().as_bytes());
    Ok((text(&volume.source)?, text(&volume.place(sandbox))?, volume.read_only))
}

fn candidates(program: &str, path: &str) -> io::Result<Vec<CString>> {
    if program.contains('/') {
        return Ok(vec![CString::new(program)?]);
    }
    let file = |dir: &str| CString::new(Path::new(dir).join(program).as_os_str().as_bytes());
    Ok(path.split(':').map(file).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_searched_only_without_a_slash() {
        let names = |program, path| -> Vec<String> {
            candidates(program, path)
                .unwrap()
                .into_iter()
                .map(|name| name.into_string().unwrap())
                .collect()
        };
        assert_eq!(
            names("sleep", "/opt/bin::/bin"),
            ["/opt/bin/sleep", "sleep", "/bin/sleep"]
        );
        assert_eq!(names("./run", "/bin"), ["./run"]);
    }
}
