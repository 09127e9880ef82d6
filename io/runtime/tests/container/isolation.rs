//! What a task sees and who it is.

use std::fs;
use std::os::unix::fs::MetadataExt;

use io_runtime::{ExitStatus, Sandbox, User};

use crate::stage::{Stage, Test};

pub const TESTS: &[Test] = &[
    ("a task sees only its own processes", own_processes),
    ("namespaces are its own", namespaces),
    ("a hostname does not leak", hostname),
    ("a mount does not leak", mounts),
    ("zombies are reaped", zombies),
    ("a task runs as its user", user),
    ("a task runs as a bare uid", bare_uid),
    ("no descriptor is inherited", descriptors),
];

fn own_processes(stage: &Stage) {
    let launch = stage.shell("c", "cat /proc/1/comm; ls -d /proc/[0-9]*; ps -e -o comm=; echo $PPID");
    assert_eq!(
        stage.outcome(&launch).status,
        ExitStatus::Code(0),
        "{}",
        stage.text(&launch, "stderr")
    );
    let text = stage.text(&launch, "stdout");
    let lines: Vec<&str> = text.lines().collect();
    // The shell looks for the names before it forks `ls`.
    assert_eq!(
        lines,
        ["harmony-init", "/proc/1", "/proc/2", "harmony-init", "sh", "ps", "1"]
    );
}

fn namespaces(stage: &Stage) {
    let launch = stage.shell(
        "c",
        "readlink /proc/self/ns/mnt /proc/self/ns/pid /proc/self/ns/ipc /proc/self/ns/uts",
    );
    stage.outcome(&launch);
    let text = stage.text(&launch, "stdout");
    assert_eq!(text.lines().count(), 4);
    for (name, inside) in ["mnt", "pid", "ipc", "uts"].iter().zip(text.lines()) {
        let outside = fs::read_link(format!("/proc/self/ns/{name}")).unwrap();
        assert_ne!(outside.to_str().unwrap(), inside);
    }
}

fn hostname(stage: &Stage) {
    let before = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let launch = stage.shell("c", "hostname inside && hostname");
    stage.outcome(&launch);
    assert_eq!(stage.text(&launch, "stdout"), "inside\n");
    assert_eq!(fs::read_to_string("/proc/sys/kernel/hostname").unwrap(), before);
}

fn mounts(stage: &Stage) {
    let text = "mkdir m && mount -t tmpfs none m && touch m/secret && echo ready && until [ -e go ]; do sleep 0.01; done; ls m";
    let launch = stage.shell("c", text);
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    assert_eq!(fs::read_dir(launch.sandbox.join("m")).unwrap().count(), 0);
    fs::write(launch.sandbox.join("go"), "").unwrap();
    stage.end_of("c");
    assert_eq!(stage.text(&launch, "stdout"), "ready\nsecret\n");
}

fn zombies(stage: &Stage) {
    // Orphans that end: PID 1 must take them in and reap them.
    let text = "for i in 1 2 3 4 5; do (sh -c true & exec sleep 0.01) & done; wait; \
                while grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null; do sleep 0.01; done; echo none";
    let launch = stage.shell("c", text);
    stage.outcome(&launch);
    assert!(stage.text(&launch, "stdout").ends_with("none\n"));
}

fn user(stage: &Stage) {
    let user: User = "nobody".parse().unwrap();
    let sandbox = Sandbox::create(stage.dir.path().join("sandboxes/mine"), Some(&user)).unwrap();
    let mut launch = stage.shell(
        "c",
        "id -u; id -g; id -G; umask; touch made; pwd; grep CapEff /proc/self/status",
    );
    launch.sandbox = sandbox.path().to_owned();
    launch.user = Some(user);
    assert_eq!(
        stage.outcome(&launch).status,
        ExitStatus::Code(0),
        "{}",
        stage.text(&launch, "stderr")
    );
    let text = stage.text(&launch, "stdout");
    let lines: Vec<&str> = text.lines().collect();
    let path = sandbox.path().to_str().unwrap();
    assert_eq!(
        lines,
        ["65534", "65534", "65534", "0022", path, "CapEff:\t0000000000000000"]
    );
    for file in ["made", "stdout", "stderr", "."] {
        let meta = fs::metadata(sandbox.path().join(file)).unwrap();
        assert_eq!((meta.uid(), meta.gid()), (65534, 65534), "{file}");
    }
}

fn bare_uid(stage: &Stage) {
    let mut launch = stage.shell("c", "id -u; id -g; id -G");
    launch.user = Some("4242:17".parse().unwrap());
    Sandbox::create(&launch.sandbox, launch.user.as_ref()).unwrap();
    stage.outcome(&launch);
    assert_eq!(stage.text(&launch, "stdout"), "4242\n17\n17\n");
}

fn descriptors(stage: &Stage) {
    let launch = stage.shell("c", "ls /proc/$$/fd; readlink /proc/$$/fd/0");
    stage.outcome(&launch);
    let text = stage.text(&launch, "stdout");
    // Some shells keep a descriptor of their own above 9.
    let numbers: Vec<&str> = text.lines().filter(|line| line.len() == 1).collect();
    assert_eq!(numbers, ["0", "1", "2"], "{text}");
    assert!(text.ends_with("/dev/null\n"), "{text}");
}
