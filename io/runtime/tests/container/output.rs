//! What becomes of a task's output.

use std::fs;

use io_runtime::{ExitStatus, LogRotation};

use crate::stage::{Stage, Test};

pub const TESTS: &[Test] = &[
    ("output is kept and rotated", rotation),
    ("both streams are kept apart", streams),
    ("the last output before a kill is kept", last_words),
    ("a reader that leaves ends a writer", broken_pipe),
];

fn rotation(stage: &Stage) {
    let mut launch = stage.shell("c", "i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done");
    launch.logs = LogRotation {
        max_bytes: 16_384,
        keep: 2,
    };
    assert_eq!(stage.outcome(&launch).status, ExitStatus::Code(0));
    let mut names: Vec<_> = fs::read_dir(&launch.sandbox)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["stderr", "stdout", "stdout.1", "stdout.2"]);
    let texts = ["stdout.2", "stdout.1", "stdout"].map(|name| stage.text(&launch, name));
    assert!(
        texts.iter().all(|text| text.len() <= 16_384),
        "{:?}",
        texts.each_ref().map(String::len)
    );
    assert!(texts[0].len() > 12_000 && texts[1].len() > 12_000, "rotated too early");
    let all = texts.concat();
    let first: u32 = all
        .lines()
        .find_map(|line| line.strip_prefix("line ")?.parse().ok())
        .unwrap();
    let expected: String = (first..5000).map(|number| format!("line {number}\n")).collect();
    assert!(all.ends_with(&expected), "lines are missing");
}

fn streams(stage: &Stage) {
    let launch = stage.shell("c", "echo out; echo err >&2");
    let exit = stage.outcome(&launch);
    assert_eq!(
        (stage.text(&launch, "stdout"), stage.text(&launch, "stderr")),
        ("out\n".into(), "err\n".into())
    );
    assert_eq!(exit.output_lost_bytes, 0);
    stage.outcome(&stage.shell("c", "echo more"));
    assert_eq!(
        stage.text(&launch, "stdout"),
        "out\nmore\n",
        "a sandbox that is used again is continued"
    );
}

fn last_words(stage: &Stage) {
    let launch = stage.shell("c", "head -c 300000 /dev/zero; echo; echo last; kill -KILL $$");
    stage.outcome(&launch);
    let text = stage.text(&launch, "stdout");
    assert_eq!(text.len(), 300_006);
    assert!(text.ends_with("\nlast\n"));
}

/// Rust ignores SIGPIPE, and what is ignored stays so over exec: the task must not inherit that.
fn broken_pipe(stage: &Stage) {
    let launch = stage.shell("c", "(yes; echo status $? >&2) | head -n 1");
    stage.outcome(&launch);
    assert_eq!(stage.text(&launch, "stderr"), "status 141\n");
}
