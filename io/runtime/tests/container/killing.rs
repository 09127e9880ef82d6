//! How containers are ended.

use std::time::{Duration, Instant};

use io_runtime::{Ending, ExitStatus};
use rustix::process::{Pid, Signal, kill_process};

use crate::stage::{Stage, Test, until};

pub const TESTS: &[Test] = &[
    ("a polite task gets its grace", polite),
    ("a stubborn task and its daemon are gone", stubborn),
    ("the shortest grace counts", shortest),
    ("SIGTERM reaches every process", every_process),
    ("a child keeps its grace when its shell is gone", orphan),
    ("a killed shim takes its container along", killed_shim),
    ("a shim that is told to end ends its container", ended_shim),
    ("a killed init takes its container along", killed_init),
    ("a kill after the end is fine", late_kill),
];

/// Ignores SIGTERM, with a child that has left its session and family.
const STUBBORN: &str = "trap '' TERM; (setsid sleep 1000 &); echo ready; while :; do sleep 1; done";

pub fn signal(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

fn polite(stage: &Stage) {
    let launch = stage.shell(
        "c",
        "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done",
    );
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    stage.kill("c", 60_000);
    let exit = stage.end_of("c");
    assert_eq!(
        (exit.status, exit.kill_requested, exit.forced),
        (ExitStatus::Code(3), true, false)
    );
    assert_eq!(stage.text(&launch, "stdout"), "ready\nbye\n");
}

fn stubborn(stage: &Stage) {
    let launch = stage.shell("c", STUBBORN);
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    let start = Instant::now();
    stage.kill("c", 200);
    let ending = stage.run(stage.runtime.wait("c")).unwrap();
    assert!(
        start.elapsed() >= Duration::from_millis(200),
        "killed before its grace was over"
    );
    assert_eq!(
        stage.task_processes(),
        Vec::<String>::new(),
        "an end is told when all are gone"
    );
    let Ending::Exited(exit) = ending else { panic!("lost") };
    assert_eq!(
        (exit.status, exit.kill_requested, exit.forced),
        (ExitStatus::Signal(9), true, true)
    );
    stage.run(stage.runtime.destroy("c")).unwrap();
}

fn shortest(stage: &Stage) {
    let launch = stage.shell("c", STUBBORN);
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    stage.kill("c", 3_600_000);
    stage.kill("c", 1);
    stage.kill("c", 3_600_000);
    assert!(stage.end_of("c").forced);
}

fn every_process(stage: &Stage) {
    let text =
        "(trap 'echo child; exit' TERM; echo ready; while :; do sleep 0.05; done) & trap 'wait; exit 4' TERM; wait";
    let launch = stage.shell("c", text);
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    stage.kill("c", 60_000);
    assert_eq!(stage.end_of("c").status, ExitStatus::Code(4));
    assert_eq!(stage.text(&launch, "stdout"), "ready\nchild\n");
}

fn orphan(stage: &Stage) {
    let child = "trap 'echo tidying; until [ -e go ]; do sleep 0.01; done; echo tidy; exit' TERM; echo ready";
    let launch = stage.shell("c", &format!("({child}; while :; do sleep 0.05; done) & wait"));
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    stage.kill("c", 60_000);
    stage.wait_for_line(&launch, "tidying");
    until(
        || stage.task_processes().len() <= 2,
        || "the end of the shell".to_owned(),
    );
    std::fs::write(launch.sandbox.join("go"), "").unwrap();
    let exit = stage.end_of("c");
    assert_eq!((exit.status, exit.forced), (ExitStatus::Signal(15), false));
    assert_eq!(stage.text(&launch, "stdout"), "ready\ntidying\ntidy\n");
}

fn killed_shim(stage: &Stage) {
    let launch = stage.shell("c", STUBBORN);
    let handle = stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    assert!(stage.task_processes().len() >= 2);
    signal(handle.shim.pid, Signal::KILL);
    assert_eq!(stage.run(stage.runtime.wait("c")).unwrap(), Ending::Lost);
    until(
        || stage.task_processes().is_empty(),
        || format!("the end of {:?}", stage.task_processes()),
    );
    stage.run(stage.runtime.destroy("c")).unwrap();
}

fn ended_shim(stage: &Stage) {
    let mut launch = stage.shell("c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done");
    launch.grace_ms = 60_000;
    let handle = stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    signal(handle.shim.pid, Signal::TERM);
    let exit = stage.end_of("c");
    assert_eq!((exit.status, exit.kill_requested), (ExitStatus::Code(5), true));
}

fn killed_init(stage: &Stage) {
    let launch = stage.shell("c", STUBBORN);
    let handle = stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    signal(handle.init.pid, Signal::KILL);
    let exit = stage.end_of("c");
    assert_eq!((exit.status, exit.kill_requested), (ExitStatus::Signal(9), false));
    assert_eq!(stage.task_processes(), Vec::<String>::new());
}

fn late_kill(stage: &Stage) {
    stage.run(stage.runtime.launch(&stage.shell("c", "exit 6"))).unwrap();
    stage.run(stage.runtime.wait("c")).unwrap();
    stage.kill("c", 1000);
    let exit = stage.end_of("c");
    assert_eq!((exit.status, exit.kill_requested), (ExitStatus::Code(6), false));
}
