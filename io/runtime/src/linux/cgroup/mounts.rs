//! Where this machine's cgroup hierarchies are.

use std::path::{Path, PathBuf};

use super::{Cgroup, Controller, Dir};
use crate::CgroupVersion;

/// The root directory of each hierarchy that holds a controller of use, from the text of `/proc/self/mountinfo`
/// (proc_pid_mountinfo(5)). `v2_controllers` reads a v2 mount's list of controllers.
pub fn roots(mountinfo: &str, v2_controllers: impl Fn(&Path) -> String) -> Cgroup {
    let mut roots = Cgroup::default();
    for (path, version, options) in mountinfo.lines().filter_map(parse_line) {
        let names = match version {
            CgroupVersion::V1 => options.replace(',', " "),
            CgroupVersion::V2 => v2_controllers(&path),
        };
        let mut controllers = named(&names);
        if version == CgroupVersion::V2 && controllers.contains(&Controller::Cpu) {
            controllers.push(Controller::Cpuacct);
        }
        // The same hierarchy may be mounted more than once.
        controllers.retain(|controller| roots.version_of(*controller).is_none());
        controllers.sort_unstable();
        if !controllers.is_empty() {
            roots.dirs.push(Dir {
                path,
                version,
                controllers,
            });
        }
    }
    roots.dirs.sort_by_key(|dir| dir.controllers.last().copied());
    roots
}

fn named(names: &str) -> Vec<Controller> {
    let of_name = |name: &str| Controller::ALL.into_iter().find(|controller| controller.name() == name);
    names.split_ascii_whitespace().filter_map(of_name).collect()
}

/// Mount point, generation and super options of a cgroup mount that can be written.
fn parse_line(line: &str) -> Option<(PathBuf, CgroupVersion, String)> {
    let (mount, super_block) = line.split_once(" - ")?;
    let mut fields = mount.split(' ').skip(4);
    let (path, flags) = (fields.next()?, fields.next()?);
    let mut fields = super_block.split(' ');
    let version = match fields.next()? {
        "cgroup" => CgroupVersion::V1,
        "cgroup2" => CgroupVersion::V2,
        _ => return None,
    };
    let writable = flags.split(',').all(|flag| flag != "ro");
    writable.then(|| {
        (
            PathBuf::from(unescape(path)),
            version,
            fields.nth(1).unwrap_or_default().to_owned(),
        )
    })
}

/// Undoes the kernel's octal escapes of blanks and backslashes.
fn unescape(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/my\\040memory rw,relatime - cgroup cgroup rw,memory
36 31 0:32 / /mnt/again rw,relatime - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids ro,relatime - cgroup cgroup rw,pids
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate";

    fn summary(roots: &Cgroup) -> Vec<(&str, CgroupVersion, &[Controller])> {
        roots
            .dirs
            .iter()
            .map(|dir| (dir.path.to_str().unwrap(), dir.version, &dir.controllers[..]))
            .collect()
    }

    #[test]
    fn a_hybrid_machine_has_each_controller_once_and_cpu_last() {
        use Controller::{Cpu, Cpuacct, Memory};
        let roots = roots(HYBRID, |_| "hugetlb\n".to_owned());
        let expected: Vec<(&str, CgroupVersion, &[Controller])> = vec![
            ("/sys/fs/cgroup/my memory", CgroupVersion::V1, &[Memory]),
            ("/sys/fs/cgroup/cpu,cpuacct", CgroupVersion::V1, &[Cpuacct, Cpu]),
        ];
        assert_eq!(summary(&roots), expected);
    }

    #[test]
    fn a_unified_machine_has_one_directory() {
        let table = "30 23 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";
        let roots = roots(table, |mount| {
            assert_eq!(mount, Path::new("/sys/fs/cgroup"));
            "cpuset cpu io memory hugetlb pids rdma misc\n".to_owned()
        });
        let expected: Vec<(&str, CgroupVersion, &[Controller])> =
            vec![("/sys/fs/cgroup", CgroupVersion::V2, &Controller::ALL)];
        assert_eq!(summary(&roots), expected);
    }

    #[test]
    fn a_controller_on_v2_of_a_hybrid_machine_is_used_there() {
        let roots = roots(HYBRID, |_| "pids\n".to_owned());
        assert_eq!(roots.version_of(Controller::Pids), Some(CgroupVersion::V2));
        assert_eq!(roots.version_of(Controller::Memory), Some(CgroupVersion::V1));
    }

    proptest::proptest! {
        #[test]
        fn no_table_is_too_strange(table in "([a-z0-9/, \\\\-]| - cgroup | - cgroup2 |\n){0,60}", names in ".{0,20}") {
            let roots = roots(&table, |_| names.clone());
            proptest::prop_assert!(roots.dirs.iter().all(|dir| !dir.controllers.is_empty()));
        }
    }
}
