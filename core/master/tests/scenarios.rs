//! Scripts in, facts and effects out. A line that starts with `>` is a command; below it stands what follows: hard facts as
//! they are, soft ones with `~`, effects with `->`, a reject with `!`. `UPDATE=1` rewrites the files.
#![expect(clippy::disallowed_methods, reason = "UPDATE=1 writes the expected files")]

mod executor;
mod limits;
mod operation;
mod script;
mod support;

use std::{fs, path::Path};

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/scenarios")
        .join(format!("{name}.txt"));
    let text = fs::read_to_string(&path).unwrap();
    let ran = script::run(&text);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &ran).unwrap();
    } else {
        assert_eq!(ran, text, "{name} differs; UPDATE=1 rewrites it");
    }
}

macro_rules! scenarios {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            check(stringify!($name));
        }
    )*};
}

scenarios! {
    join rejoin offers filters accept_errors kill acknowledge reconcile failover removal unreachable lost commit
    report gone suppress kill_lost_order offer_timeout respecify stall restart expiry
    executors groups groups_and_operations drain_executor removal_executor
    redelivery returned_health
    drain drain_gone drain_unreachable deactivate maintenance inverse_timeout machine_down removal_limit recovery_limit registry
    reconfigure
    reserve volumes shared_volumes operations operation_errors operator_operations holdings lost_volumes failed_operations overcommitted
    weights quota commit_share demands roles immutable oversubscription oversubscription_mix
}
