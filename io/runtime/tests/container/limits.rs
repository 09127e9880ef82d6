//! What a task may use, and what it has used.

use std::fs;

use io_runtime::{CgroupVersion, ExitStatus, Limits};

use crate::stage::{Stage, Test, until};

pub const TESTS: &[Test] = &[
    ("the probe finds the controllers", probe),
    ("a memory hog is killed and its figures are told", memory_hog),
    ("one hog ends the whole container", hog_in_company),
    ("CPU limits are written and throttle", cpu),
    ("a fork bomb hits its limit", pids),
    ("limits grow and shrink while it runs", resize),
    ("usage is counted", usage),
];

fn resize(stage: &Stage) {
    let mut launch = stage.shell("c", "exec sleep 1000");
    let limit = |mib: u64| Limits {
        memory_bytes: Some(mib << 20),
        ..Limits::default()
    };
    launch.limits = limit(32);
    stage.run(stage.runtime.launch(&launch)).unwrap();
    for mib in [64, 16, 48] {
        stage.runtime.resize("c", &limit(mib)).unwrap();
        let stats = stage.runtime.stats("c").unwrap();
        assert_eq!(stats.memory_limit_bytes, Some(mib << 20));
    }
    let refused = stage.runtime.resize(
        "c",
        &Limits {
            pids_max: Some(0),
            ..limit(48)
        },
    );
    assert!(refused.unwrap_err().to_string().contains("pids_max"));
    stage.runtime.resize("other", &limit(48)).unwrap_err();
    stage.kill("c", 0);
    stage.end_of("c");
}

fn probe(stage: &Stage) {
    let probe = stage.runtime.probe();
    assert!(probe.privileged && probe.namespaces);
    let found = [probe.cpu, probe.cpuacct, probe.memory, probe.pids];
    assert!(
        found.iter().all(Option::is_some) && probe.notices.is_empty(),
        "{probe:?}"
    );
}

fn memory_hog(stage: &Stage) {
    let mut launch = stage.shell("c", "exec tail /dev/zero");
    launch.limits.memory_bytes = Some(32 << 20);
    let exit = stage.outcome(&launch);
    assert_eq!((exit.status, exit.oom), (ExitStatus::Signal(9), true));
    assert_eq!(exit.memory_limit_bytes, Some(32 << 20));
    let peak = exit.memory_peak_bytes.unwrap();
    assert!((30 << 20..=32 << 20).contains(&peak), "{peak}");
}

fn hog_in_company(stage: &Stage) {
    let mut launch = stage.shell("c", "sleep 1000 & tail /dev/zero & wait; sleep 1000");
    launch.limits.memory_bytes = Some(16 << 20);
    let exit = stage.outcome(&launch);
    assert_eq!(
        (exit.status, exit.oom, exit.kill_requested),
        (ExitStatus::Signal(9), true, false)
    );
}

fn cpu(stage: &Stage) {
    let mut launch = stage.shell("c", "while :; do :; done");
    launch.limits = Limits {
        cpus: Some(0.5),
        cpus_max: Some(0.05),
        ..Limits::default()
    };
    stage.run(stage.runtime.launch(&launch)).unwrap();
    let (file, share) = match stage.runtime.probe().cpu.unwrap() {
        CgroupVersion::V1 => ("c/cpu.shares", "512\n"),
        CgroupVersion::V2 => ("c/cpu.weight", "20\n"),
    };
    let written: Vec<_> = stage
        .cgroup_dirs()
        .iter()
        .filter_map(|dir| fs::read_to_string(dir.join(file)).ok())
        .collect();
    assert_eq!(written, [share]);
    let stats = || stage.runtime.stats("c").unwrap();
    assert_eq!(stats().cpus_limit, Some(0.05));
    until(
        || stats().cpu_throttled_periods >= Some(2),
        || format!("throttling: {:?}", stats()),
    );
    assert!(stats().cpu_throttled_secs.unwrap() > 0.0);
    stage.kill("c", 0);
    stage.end_of("c");
}

fn pids(stage: &Stage) {
    let mut launch = stage.shell(
        "c",
        "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1000 & done; echo not reached",
    );
    launch.limits.pids_max = Some(8);
    let exit = stage.outcome(&launch);
    assert_ne!(exit.status, ExitStatus::Code(0));
    assert_eq!(stage.text(&launch, "stdout"), "");
    assert!(
        stage.text(&launch, "stderr").to_lowercase().contains("fork"),
        "{}",
        stage.text(&launch, "stderr")
    );
    // The limit is the task's; the init is not counted.
    let mut launch = stage.shell("d", "for i in 1 2 3 4 5 6 7; do sleep 1000 & done; echo reached");
    launch.limits.pids_max = Some(8);
    assert_eq!(stage.outcome(&launch).status, ExitStatus::Code(0));
}

fn usage(stage: &Stage) {
    let mut launch = stage.shell(
        "c",
        "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo ready; exec sleep 1000",
    );
    launch.limits = Limits {
        memory_bytes: Some(64 << 20),
        pids_max: Some(20),
        ..Limits::default()
    };
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    let stats = stage.runtime.stats("c").unwrap();
    assert!(stats.cpu_user_secs + stats.cpu_system_secs > 0.005, "{stats:?}");
    assert!((1..64 << 20).contains(&stats.memory_total_bytes.unwrap()), "{stats:?}");
    assert_eq!(
        (stats.memory_limit_bytes, stats.pids_limit, stats.pids),
        (Some(64 << 20), Some(20), Some(2))
    );
    assert_eq!(stats.cpus_limit, None);
    stage.kill("c", 0);
    let exit = stage.end_of("c");
    assert!(!exit.oom && exit.memory_peak_bytes > Some(0), "{exit:?}");
}
