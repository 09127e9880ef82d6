//! Whatever is posted, reading it gives a message or an error.

use proptest::prelude::*;
use wire_mesos::driver::{Pid, executor, read};
use wire_mesos::v1::ExecutorId;

use super::recorded::recorded;

const NAMES: [&str; 16] = [
    "mesos.scheduler.Call",
    "mesos.internal.RegisterFrameworkMessage",
    "mesos.internal.ReregisterFrameworkMessage",
    "mesos.internal.UnregisterFrameworkMessage",
    "mesos.internal.DeactivateFrameworkMessage",
    "mesos.internal.ResourceRequestMessage",
    "mesos.internal.LaunchTasksMessage",
    "mesos.internal.ReviveOffersMessage",
    "mesos.internal.KillTaskMessage",
    "mesos.internal.StatusUpdateAcknowledgementMessage",
    "mesos.internal.ReconcileTasksMessage",
    "mesos.internal.FrameworkToExecutorMessage",
    "mesos.internal.AuthenticateMessage",
    "mesos.internal.RegisterExecutorMessage",
    "mesos.internal.ReregisterExecutorMessage",
    "mesos.internal.StatusUpdateMessage",
];

fn read_all(body: &[u8]) {
    for name in NAMES {
        drop(read(name, body));
        drop(executor::read(name, body, &ExecutorId::default()));
    }
}

proptest! {
    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..64)) {
        read_all(&body);
    }

    #[test]
    fn damaged_messages(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        for (client, name) in [("libmesos", "accept"), ("mesos_go", "LaunchTasksMessage"), ("libmesos", "subscribe_again")] {
            let mut body = recorded(client, name).body;
            let place = at.index(body.len());
            body[place] = byte;
            read_all(&body);
            body.truncate(cut.index(body.len()));
            read_all(&body);
        }
    }

    #[test]
    fn any_pid(text in "\\PC{0,24}") {
        if let Ok(pid) = text.parse::<Pid>() {
            prop_assert_eq!(pid.to_string().parse::<Pid>().unwrap(), pid);
        }
    }
}
