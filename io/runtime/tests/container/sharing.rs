//! Containers in the cgroup of another.

use io_runtime::{Ending, ExitStatus, Limits};

use crate::stage::{Stage, Test};

pub const TESTS: &[Test] = &[
    ("who shares a cgroup ends with its owner", end_with_owner),
    ("who shares a cgroup has its limits", limits_of_owner),
    ("a cgroup to share must be there", no_owner),
];

fn end_with_owner(stage: &Stage) {
    let owner = stage.shell("owner", "echo ready; exec sleep 1000");
    stage.run(stage.runtime.launch(&owner)).unwrap();
    let mut guest = stage.shell("guest", "echo ready; (setsid sleep 1000 &); exec sleep 1000");
    guest.within = Some("owner".to_owned());
    let mut second = stage.shell("second", "echo ready; exec sleep 1000");
    second.within = Some("guest".to_owned());
    for launch in [&guest, &second] {
        stage.run(stage.runtime.launch(launch)).unwrap();
        stage.wait_for_line(launch, "ready");
    }
    assert!(stage.runtime.stats("guest").unwrap().memory_rss_bytes > 0);
    stage.kill("owner", 0);
    for id in ["owner", "guest", "second"] {
        match stage.run(stage.runtime.wait(id)).unwrap() {
            Ending::Exited(exit) => assert_eq!((exit.status, exit.oom), (ExitStatus::Signal(9), false), "{id}"),
            Ending::Lost => panic!("{id} was lost"),
        }
        stage.run(stage.runtime.destroy(id)).unwrap();
    }
}

fn limits_of_owner(stage: &Stage) {
    let mut owner = stage.shell("owner", "exec sleep 1000");
    owner.limits = Limits {
        memory_bytes: Some(32 << 20),
        ..Limits::default()
    };
    stage.run(stage.runtime.launch(&owner)).unwrap();
    let mut guest = stage.shell("guest", "exec tail /dev/zero");
    guest.within = Some("owner".to_owned());
    stage.run(stage.runtime.launch(&guest)).unwrap();
    assert_eq!(stage.end_of("guest").status, ExitStatus::Signal(9));
    let owner = stage.end_of("owner");
    assert_eq!((owner.status, owner.oom), (ExitStatus::Signal(9), true));
}

fn no_owner(stage: &Stage) {
    let mut guest = stage.shell("guest", "exec sleep 1000");
    guest.within = Some("nobody".to_owned());
    let refused = stage.run(stage.runtime.launch(&guest)).unwrap_err();
    assert!(refused.to_string().contains("nobody is not known"), "{refused}");
}
