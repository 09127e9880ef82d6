//! The options of `harmony up` that are the master's, and how they are shown.

use std::process::Command;

use cluster::{Cluster, eventually, kill_nine};
use serde_json::{Value, json};

#[test]
fn the_masters_options_reach_it_and_are_shown_under_mesos_names() {
    let domain = r#"{"fault_domain":{"region":{"name":"r"},"zone":{"name":"z"}}}"#;
    let limits = r#"{"limits":[{"principal":"p","qps":1.5}],"aggregate_default_qps":100.0}"#;
    let (domain_option, limits_option) = (format!("--domain={domain}"), format!("--rate-limits={limits}"));
    let cluster = Cluster::start_with(
        1,
        &[
            "--agent-ping-timeout=20secs",
            "--max-agent-ping-timeouts=3",
            "--agent-removal-rate-limit=1/10mins",
            "--recovery-agent-removal-limit=12.5%",
            "--offer-timeout=90",
            "--filter-gpu-resources=false",
            "--min-allocatable-resources=cpus:0.1|mem:64",
            "--fair-sharing-excluded-resource-names=gpus,x",
            &domain_option,
            &limits_option,
        ],
        None,
    );
    let expected = [
        ("agent_ping_timeout", "20secs"),
        ("max_agent_ping_timeouts", "3"),
        ("agent_reregister_timeout", "1mins"),
        ("agent_removal_rate_limit", "1/10mins"),
        ("recovery_agent_removal_limit", "12.5%"),
        ("offer_timeout", "90secs"),
        ("filter_gpu_resources", "false"),
        ("min_allocatable_resources", "cpus:0.1|mem:64"),
        ("fair_sharing_excluded_resource_names", "gpus,x"),
        ("domain", domain),
        ("rate_limits", limits),
    ];
    let older = cluster.mesos("GET", "/flags", None).json();
    let call = json!({ "type": "GET_FLAGS" }).to_string();
    let v1 = cluster.mesos("POST", "/api/v1", Some(&call)).json();
    let flags = v1["get_flags"]["flags"].as_array().expect("flags");
    for (name, value) in expected {
        assert_eq!(older["flags"][name], value, "{name}");
        let flag = json!({ "name": name, "value": value });
        assert!(flags.contains(&flag), "{flag} in {flags:?}");
    }
}

#[test]
fn agents_that_too_many_miss_after_a_failover_are_not_given_up() {
    let cluster = Cluster::start_with(
        2,
        &[
            "--agent-ping-timeout=500ms",
            "--max-agent-ping-timeouts=2",
            "--recovery-agent-removal-limit=0%",
        ],
        None,
    );
    let stopped = cluster.agent_pids()[0];
    signal("-STOP", stopped);
    kill_nine(cluster.master_pid());
    let held = || {
        let status = cluster.mesos_if_there("/harmony/v1/status");
        (
            status["held_removals"]["missing"].clone(),
            status["agents"]["unreachable"].clone(),
        )
    };
    eventually("the removal is held back", (json!(1), json!(0)), held);
    signal("-CONT", stopped);
    eventually("nothing is held back any more", (Value::Null, json!(0)), held);
    cluster.ready();
}

fn signal(signal: &str, pid: u32) {
    let sent = Command::new("kill").args([signal, &pid.to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal} to {pid}");
}
