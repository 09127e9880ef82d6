//! What an agent finds after its restart.

use std::fs;

use io_runtime::{Error, ExitStatus, Found};
use rustix::process::Signal;

use crate::killing::signal;
use crate::stage::{Stage, Test, until};

pub const TESTS: &[Test] = &[
    ("a restarted agent finds all containers", all_found),
    ("a wait survives in the next agent", wait_again),
    ("a directory without a launch is removed", half_made),
    ("a broken launch is shown", broken),
    ("a reused pid is no container", reused_pid),
];

fn all_found(stage: &Stage) {
    let running = stage.shell("c-running", "exec sleep 1000");
    let ended = stage.shell("b-ended", "exit 4");
    let lost = stage.shell("a-lost", "exec sleep 1000");
    let (handle, lost_shim) = {
        // Other runtimes, so that nothing but the directory connects the two lives.
        let first = stage.another_runtime();
        let handle = stage.run(first.launch(&running)).unwrap();
        stage.run(first.launch(&ended)).unwrap();
        (handle, stage.run(first.launch(&lost)).unwrap().shim)
    };
    signal(lost_shim.pid, Signal::KILL);
    until(
        || stage.task_processes().len() == 1,
        || format!("two ends, but there is {:?}", stage.task_processes()),
    );
    let found = |id| {
        let mut recovery = stage.run(stage.runtime.recover()).unwrap();
        assert!(recovery.broken.is_empty(), "{:?}", recovery.broken);
        recovery.containers.retain(|container| container.launch.id == id);
        recovery.containers.pop().unwrap()
    };
    // What a shim does last, its record, may come a moment after its task's end.
    until(
        || matches!(found("b-ended").found, Found::Exited(_)),
        || "the record".to_owned(),
    );
    until(|| found("a-lost").found == Found::Lost, || "the loss".to_owned());
    let recovery = stage.run(stage.runtime.recover()).unwrap();
    let launches: Vec<_> = recovery.containers.iter().map(|container| &container.launch).collect();
    assert_eq!(launches, [&lost, &ended, &running]);
    assert_eq!(found("c-running").found, Found::Running(handle));
    let Found::Exited(exit) = found("b-ended").found else {
        panic!()
    };
    assert_eq!(exit.status, ExitStatus::Code(4));
    assert!(matches!(
        stage.run(stage.runtime.status("c-running")).unwrap(),
        Found::Running(_)
    ));
    stage.kill("c-running", 0);
    assert_eq!(stage.end_of("c-running").status, ExitStatus::Signal(9));
    stage.run(stage.runtime.destroy("a-lost")).unwrap();
    stage.run(stage.runtime.destroy("b-ended")).unwrap();
    assert!(stage.run(stage.runtime.recover()).unwrap().containers.is_empty());
}

fn wait_again(stage: &Stage) {
    let launch = stage.shell("c", "until [ -e go ]; do sleep 0.01; done; exit 8");
    let first = stage.another_runtime();
    stage.run(first.launch(&launch)).unwrap();
    drop(first);
    assert!(stage.runtime.stats("c").is_ok());
    fs::write(launch.sandbox.join("go"), "").unwrap();
    assert_eq!(stage.end_of("c").status, ExitStatus::Code(8));
}

fn half_made(stage: &Stage) {
    fs::create_dir(stage.root().join("0123456789abcdef")).unwrap();
    let cut_short = stage.root().join("fedcba9876543210");
    fs::create_dir(&cut_short).unwrap();
    fs::write(cut_short.join("launch"), [0x84]).unwrap();
    let recovery = stage.run(stage.runtime.recover()).unwrap();
    assert!(
        recovery.containers.is_empty() && recovery.broken.is_empty(),
        "{recovery:?}"
    );
    assert_eq!(fs::read_dir(stage.root()).unwrap().count(), 0);
}

fn broken(stage: &Stage) {
    let dir = stage.root().join("0123456789abcdef");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("launch"), b"nonsense").unwrap();
    fs::write(dir.join("state"), b"nonsense").unwrap();
    let recovery = stage.run(stage.runtime.recover()).unwrap();
    assert!(
        matches!(&recovery.broken[..], [Error::Decode { path, .. }] if path.starts_with(&dir)),
        "{recovery:?}"
    );
    fs::remove_dir_all(dir).unwrap();
}

/// After a restart of the machine the pid of the record is somebody else's.
fn reused_pid(stage: &Stage) {
    let launch = stage.shell("c", "exec sleep 1000");
    let handle = stage.run(stage.runtime.launch(&launch)).unwrap();
    let dir = fs::read_dir(stage.root()).unwrap().next().unwrap().unwrap().path();
    let copies = ["launch", "state"].map(|name| (name, fs::read(dir.join(name)).unwrap()));
    stage.kill("c", 0);
    stage.end_of("c");
    // The same records, about a pid that is alive, but without the lock.
    fs::create_dir(&dir).unwrap();
    for (name, bytes) in copies {
        fs::write(dir.join(name), bytes).unwrap();
    }
    let recovery = stage.run(stage.runtime.recover()).unwrap();
    assert_eq!(recovery.containers[0].found, Found::Lost, "{handle:?}");
    stage.run(stage.runtime.destroy("c")).unwrap();
}
