//! Signals to the main process of a container.

use io_runtime::{Error, ExitStatus};

use crate::stage::{Stage, Test};

pub const TESTS: &[Test] = &[
    ("a signal reaches the main process alone", main_alone),
    ("what is over takes no signal", over),
];

const USR1: i32 = 10;

fn main_alone(stage: &Stage) {
    let child = "sh -c 'trap \"echo child\" USR1; while :; do sleep 0.05; done' & ";
    let text = format!("trap 'echo main; kill $!; exit 5' USR1; {child} echo ready; while :; do sleep 0.05; done");
    let launch = stage.shell("c", &text);
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.wait_for_line(&launch, "ready");
    stage.run(stage.runtime.signal("c", USR1)).unwrap();
    assert_eq!(stage.end_of("c").status, ExitStatus::Code(5));
    assert_eq!(stage.text(&launch, "stdout"), "ready\nmain\n");
}

fn over(stage: &Stage) {
    let launch = stage.shell("c", "exit 0");
    stage.run(stage.runtime.launch(&launch)).unwrap();
    stage.run(stage.runtime.wait("c")).unwrap();
    for id in ["c", "never"] {
        let refused = stage.run(stage.runtime.signal(id, USR1));
        assert!(matches!(refused, Err(Error::Unknown { .. })), "{id}: {refused:?}");
    }
    stage.run(stage.runtime.destroy("c")).unwrap();
}
