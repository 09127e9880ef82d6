//! What the options of a master make of its agents: regions, minimums, constraints, GPUs, shares, pings.

use cluster::{Pool, Scheduler, eventually, until};
use serde_json::{Value, json};

/// A scheduler that holds whatever it is offered.
fn holds(pool: &Pool, name: &str, capability: &str, more: &Value) -> Scheduler {
    let mut info = json!({
        "user": "root", "name": name, "roles": [name],
        "capabilities": [{ "type": "MULTI_ROLE" }, { "type": capability }],
    });
    let mut subscribe = json!({});
    for (key, value) in more.as_object().into_iter().flatten() {
        let place = if key == "offer_filters" {
            &mut info
        } else {
            &mut subscribe
        };
        place[key] = value.clone();
    }
    subscribe["framework_info"] = info;
    Scheduler::start(pool.address(), &subscribe, |_, _| ())
}

fn plain(pool: &Pool, name: &str) -> Scheduler {
    holds(pool, name, "PARTITION_AWARE", &json!({}))
}

/// The hostnames of the agents on offer, each once.
fn offered(scheduler: &Scheduler) -> Vec<String> {
    let mut names: Vec<String> = scheduler
        .events("OFFERS")
        .iter()
        .flat_map(|event| event["offers"]["offers"].as_array().cloned().unwrap_or_default())
        .filter_map(|offer| offer["hostname"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Two agents of the master's region or of none, and one of another.
fn regions(pool: &mut Pool) {
    pool.agent("cpus:1;mem:256", &[]);
    pool.agent("cpus:1;mem:256", &["--region", "here", "--zone", "z1"]);
    pool.agent("cpus:1;mem:256", &["--region", "there", "--zone", "z2"]);
    pool.ready(3);
}

#[test]
fn only_frameworks_that_are_aware_of_regions_are_offered_agents_of_another() {
    let domain = json!({ "fault_domain": { "region": { "name": "here" }, "zone": { "name": "z9" } } }).to_string();
    for option in [["--region", "here"], ["--domain", &domain]] {
        let mut pool = Pool::start(&option);
        regions(&mut pool);
        let unaware = plain(&pool, "unaware");
        eventually("its own region", vec!["agent0".to_owned(), "agent1".to_owned()], || {
            offered(&unaware)
        });
        let aware = holds(&pool, "aware", "REGION_AWARE", &json!({}));
        eventually("the other region", vec!["agent2".to_owned()], || offered(&aware));
        let offer = aware.events("OFFERS")[0]["offers"]["offers"][0].clone();
        assert_eq!(offer["domain"]["fault_domain"]["region"]["name"], "there", "{offer}");
        drop(unaware);
        eventually("every region", 3, || offered(&aware).len());
        let slaves = pool.mesos("GET", "/slaves", None).json();
        let regions = slaves["slaves"].as_array().into_iter().flatten();
        let named = regions.filter(|agent| agent["domain"]["fault_domain"]["region"]["name"].is_string());
        assert_eq!(named.count(), 2, "{slaves}");
    }
}

#[test]
fn a_master_without_a_region_offers_all_to_everybody() {
    let mut pool = Pool::start(&[]);
    regions(&mut pool);
    let unaware = plain(&pool, "unaware");
    eventually("every region", 3, || offered(&unaware).len());
}

#[test]
fn an_agent_without_a_domain_is_turned_away_if_one_is_required() {
    let mut pool = Pool::start(&["--require-agent-domain"]);
    pool.agent("cpus:1;mem:256", &[]);
    pool.agent("cpus:1;mem:256", &["--region", "here", "--zone", "z1"]);
    pool.ready(1);
    until("it is told why", || pool.agent_log(0).contains("domain").then_some(()));
    let slaves = pool.mesos("GET", "/slaves", None).json();
    assert_eq!(slaves["slaves"].as_array().map(Vec::len), Some(1), "{slaves}");
    assert_eq!(slaves["slaves"][0]["hostname"], "agent1", "{slaves}");
}

#[test]
fn offers_hold_what_the_master_and_the_framework_ask_for_at_least() {
    let mut pool = Pool::start(&["--min-allocatable-resources", "cpus:0.5|mem:4096"]);
    pool.agent("cpus:0.4;mem:1024", &["--attributes", "rack:r0"]);
    pool.agent("cpus:1;mem:256", &["--attributes", "rack:r1"]);
    pool.agent("cpus:2;mem:256", &["--attributes", "rack:r2"]);
    pool.agent("cpus:3;mem:256", &["--attributes", "rack:r3"]);
    pool.agent("cpus:3;mem:256", &["--attributes", "rack:r4"]);
    pool.ready(5);
    let least = |cpus: f64| json!({ "quantities": [{ "quantities": { "cpus": { "value": cpus } } }] });
    let filters = json!({ "big": { "min_allocatable_resources": least(2.5) } });
    let big = holds(&pool, "big", "PARTITION_AWARE", &json!({ "offer_filters": filters }));
    let large = vec!["agent3".to_owned(), "agent4".to_owned()];
    eventually("what is large enough", large, || offered(&big));
    drop(big);
    let constraint = json!({
        "selector": { "attribute_name": "rack" }, "predicate": { "text_matches": { "regex": "r[0124]" } },
    });
    let groups = json!({ "groups": [{ "attribute_constraints": [constraint] }] });
    let constraints = json!({ "offer_constraints": { "role_constraints": { "picky": groups } } });
    let picky = holds(&pool, "picky", "PARTITION_AWARE", &constraints);
    let matching = ["agent1", "agent2", "agent4"].map(str::to_owned).to_vec();
    eventually("the racks that match", matching, || offered(&picky));
    let rest = plain(&pool, "rest");
    eventually(
        "the rest, but the one that is too small",
        vec!["agent3".to_owned()],
        || offered(&rest),
    );
}

#[test]
fn agents_with_gpus_are_for_those_who_know_of_them_unless_told_otherwise() {
    for (options, unaware) in [(&[][..], 1), (&["--filter-gpu-resources", "false"][..], 2)] {
        let mut pool = Pool::start(options);
        pool.agent("cpus:1;mem:256;gpus:1", &[]);
        pool.agent("cpus:1;mem:256", &[]);
        pool.ready(2);
        let first = plain(&pool, "unaware");
        eventually("its agents", unaware, || offered(&first).len());
        let aware = holds(&pool, "aware", "GPU_RESOURCES", &json!({}));
        drop(first);
        eventually("both", 2, || offered(&aware).len());
    }
}

/// Runs one task on the first offer and declines all else for a moment.
fn runs(pool: &Pool, role: &'static str, cpus: f64, mem: f64) -> Scheduler {
    let info = json!({ "user": "root", "name": role, "roles": [role], "capabilities": [{ "type": "MULTI_ROLE" }] });
    let mut launched = false;
    let scheduler = Scheduler::start(
        pool.address(),
        &json!({ "framework_info": info }),
        move |session, event| {
            session.acknowledge(event);
            for offer in event["offers"]["offers"].as_array().into_iter().flatten() {
                if offer["hostname"] != "agent0" {
                    continue;
                }
                if std::mem::replace(&mut launched, true) {
                    session.decline(offer, 1000.0);
                    continue;
                }
                let scalar =
                    |name: &str, value: f64| json!({ "name": name, "type": "SCALAR", "scalar": { "value": value } });
                let task = json!({
                    "name": role, "task_id": { "value": role }, "agent_id": offer["agent_id"],
                    "command": { "value": "exec sleep 1000" }, "resources": [scalar("cpus", cpus), scalar("mem", mem)],
                });
                let launch = json!({ "type": "LAUNCH", "launch": { "task_infos": [task] } });
                session.accept(offer, &[launch], 1000.0);
            }
        },
    );
    scheduler.hears("its task runs", |event| {
        event["update"]["status"]["state"] == "TASK_RUNNING"
    });
    scheduler
}

#[test]
fn a_resource_that_is_excluded_counts_for_nobodys_share() {
    for (options, next) in [
        (&[][..], "b"),
        (&["--fair-sharing-excluded-resource-names", "mem"][..], "a"),
    ] {
        let mut pool = Pool::start(options);
        pool.agent("cpus:2;mem:1024", &[]);
        pool.ready(1);
        // By memory `a` has more, and by processors `b`.
        let (a, b) = (runs(&pool, "a", 0.1, 800.0), runs(&pool, "b", 1.0, 64.0));
        pool.agent("cpus:2;mem:1024", &[]);
        let first = until("the new agent is on offer", || {
            [("a", &a), ("b", &b)]
                .into_iter()
                .find_map(|(name, one)| offered(one).contains(&"agent1".to_owned()).then_some(name))
        });
        assert_eq!(first, next, "{options:?}");
    }
}

#[test]
fn bad_options_are_told_before_anything_starts() {
    let bin = std::env::var_os("HARMONY_BIN").expect("HARMONY_BIN is not set: run `cargo xtask test`");
    for (option, value, text) in [
        (
            "--min-allocatable-resources",
            "cpus",
            "expected amounts such as cpus:0.01|mem:32",
        ),
        ("--offer-timeout", "soon", "--offer-timeout"),
        ("--agent-removal-rate-limit", "1", "write a number, a slash and a time"),
        ("--rate-limits", "{", "--rate-limits"),
        ("--domain", "{}", "--domain"),
        ("--agent-ping-timeout", "0secs", "must be longer than nothing"),
        ("--max-agent-ping-timeouts", "0", "--max-agent-ping-timeouts"),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        let output = std::process::Command::new(&bin)
            .args([
                "master",
                "--mesos-port",
                "0",
                "--marathon-port",
                "0",
                option,
                value,
                "--dir",
            ])
            .arg(dir.path())
            .output()
            .expect("harmony runs");
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && why.contains(text),
            "{option} {value}: {why}"
        );
    }
}
