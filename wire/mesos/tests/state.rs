//! The old endpoints: every name a script may look for, in the shape it expects.

use std::collections::BTreeSet;

use model_cluster::Label;
use model_resources::{Attributes, Resources};
use serde_json::{Value, json};
use wire_mesos::json::Json;
use wire_mesos::metrics;
use wire_mesos::state::{
    Agent, AgentIdentity, AgentInFull, AgentWithCounts, Command, Executor, Framework, FrameworkHead, FrameworkSummary,
    LeaderInfo, Master, MasterHead, Offer, ResourceSummary, Slaves, StateSummary, Task, TaskCounts, TaskLabels,
    TaskStatus, Version,
};
use wire_mesos::v1;

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

fn summary(text: &str) -> ResourceSummary<'static> {
    ResourceSummary::from(Resources::parse(text).expect(text))
}

fn agent() -> Agent<'static> {
    Agent {
        identity: AgentIdentity {
            id: "c-S0".into(),
            hostname: "h1".into(),
            port: 5051,
            attributes: (&Attributes::parse("rack:r1;n:3").expect("attributes")).into(),
            domain: None,
        },
        pid: "slave(1)@10.0.0.1:5051".into(),
        registered_time: 1.5,
        reregistered_time: None,
        resources: summary("cpus:2;mem:1024;ports:[31000-32000]"),
        used_resources: summary("cpus:0.5"),
        offered_resources: ResourceSummary::default(),
        reserved_resources: [("web".into(), summary("cpus:1"))].into(),
        unreserved_resources: summary("cpus:1;mem:1024"),
        active: true,
        deactivated: false,
        version: Version::MESOS.into(),
        capabilities: vec!["MULTI_ROLE".into()],
        drain_info: None,
        estimated_drain_start_time_seconds: None,
    }
}

fn task() -> Task<'static> {
    let status = v1::TaskStatus {
        state: v1::TaskState::TaskRunning.into(),
        timestamp: Some(2.0),
        healthy: Some(true),
        labels: Some(v1::Labels {
            labels: vec![v1::Label {
                key: "k".into(),
                value: None,
            }],
        }),
        ..v1::TaskStatus::default()
    };
    let label = Label {
        key: "k".into(),
        value: Some("v".into()),
    };
    Task {
        id: "t1",
        name: "task",
        framework_id: "c-0000",
        executor_id: "",
        slave_id: "c-S0",
        state: "TASK_RUNNING",
        resources: summary("cpus:0.5"),
        limits: [("cpus".into(), 1.0)].into(),
        role: "*",
        statuses: vec![TaskStatus::from(&status)],
        user: Some("root"),
        labels: Some(TaskLabels(vec![label].into())),
        discovery: None,
        container: Some(Json(v1::ContainerInfo {
            r#type: v1::container_info::Type::Mesos.into(),
            ..v1::ContainerInfo::default()
        })),
        health_check: None,
    }
}

fn framework() -> Framework<'static> {
    let head = FrameworkHead {
        summary: FrameworkSummary {
            id: "c-0000".into(),
            name: "f".into(),
            active: true,
            ..Default::default()
        },
        user: "root".into(),
        role: Some("*".into()),
        offers: vec![Offer {
            id: "c-O1".into(),
            framework_id: "c-0000".into(),
            allocation_info: Json(v1::resource::AllocationInfo { role: Some("*".into()) }),
            slave_id: "c-S0".into(),
            resources: summary("cpus:1"),
        }],
        executors: vec![Executor {
            executor_id: "e".into(),
            command: Command::from(&v1::CommandInfo {
                value: Some("run".into()),
                uris: vec![v1::command_info::Uri {
                    value: "http://x".into(),
                    ..Default::default()
                }],
                ..Default::default()
            }),
            ..Default::default()
        }],
        ..FrameworkHead::default()
    };
    Framework {
        head,
        tasks: vec![task()],
        ..Framework::default()
    }
}

#[test]
fn the_state_of_a_master() {
    let head = MasterHead {
        leader: Some("master@10.0.0.1:5050".into()),
        leader_info: Some(LeaderInfo {
            id: "m".into(),
            port: 5050,
            ..LeaderInfo::default()
        }),
        cluster: Some("c".into()),
        flags: Some([("quiet".into(), "false".into())].into()),
        elected_time: Some(1.0),
        activated_slaves: 1.0,
        ..MasterHead::default()
    };
    let master = Master {
        head,
        slaves: vec![agent()],
        frameworks: vec![framework()],
        ..Master::default()
    };
    let state = serde_json::to_value(&master).expect("JSON");
    let names = "version build_date build_time build_user start_time elected_time id pid hostname capabilities \
        activated_slaves deactivated_slaves unreachable_slaves leader leader_info cluster flags slaves recovered_slaves \
        frameworks completed_frameworks orphan_tasks unregistered_frameworks";
    assert_eq!(keys(&state), names.split_whitespace().collect());
    assert_eq!(state["version"], "1.11.0");
    assert_eq!(state["activated_slaves"], 1.0);
    assert_eq!(
        (&state["orphan_tasks"], &state["unregistered_frameworks"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(keys(&state["leader_info"]), ["id", "pid", "port", "hostname"].into());
}

#[test]
fn agents() {
    let slaves = serde_json::to_value(Slaves {
        slaves: vec![AgentInFull {
            agent: agent(),
            reserved_resources_full: Default::default(),
            unreserved_resources_full: vec![Json(v1::Resource {
                name: "cpus".into(),
                scalar: Some(v1::value::Scalar { value: 1.0 }),
                role: Some("*".into()),
                ..Default::default()
            })],
            used_resources_full: vec![],
            offered_resources_full: vec![],
        }],
        recovered_slaves: vec![agent().identity],
    })
    .expect("JSON");
    let agent = &slaves["slaves"][0];
    let names = "id hostname port attributes pid registered_time resources used_resources offered_resources \
        reserved_resources unreserved_resources active deactivated version capabilities reserved_resources_full \
        unreserved_resources_full used_resources_full offered_resources_full";
    assert_eq!(keys(agent), names.split_whitespace().collect());
    assert_eq!(agent["attributes"], json!({"rack": "r1", "n": 3.0}));
    assert_eq!(
        agent["resources"],
        json!({"cpus": 2.0, "gpus": 0.0, "mem": 1024.0, "disk": 0.0, "ports": "[31000-32000]"})
    );
    assert_eq!(
        agent["unreserved_resources_full"],
        json!([{"name": "cpus", "type": "SCALAR", "scalar": {"value": 1.0}, "role": "*"}])
    );
    assert_eq!(
        keys(&slaves["recovered_slaves"][0]),
        ["id", "hostname", "port", "attributes"].into()
    );
}

#[test]
fn frameworks_and_tasks() {
    let framework = serde_json::to_value(framework()).expect("JSON");
    let names = "id name used_resources offered_resources capabilities hostname webui_url active connected recovered \
        user failover_timeout checkpoint registered_time unregistered_time resources role tasks unreachable_tasks \
        completed_tasks offers executors offer_constraints";
    assert_eq!(keys(&framework), names.split_whitespace().collect());
    let task = &framework["tasks"][0];
    let names = "id name framework_id executor_id slave_id state resources limits role statuses user labels container";
    assert_eq!(keys(task), names.split_whitespace().collect());
    assert_eq!(task["labels"], json!([{"key": "k", "value": "v"}]));
    assert_eq!(
        task["statuses"],
        json!([{"state": "TASK_RUNNING", "timestamp": 2.0, "labels": [{"key": "k"}], "healthy": true}])
    );
    let offer = &framework["offers"][0];
    assert_eq!(
        keys(offer),
        ["id", "framework_id", "allocation_info", "slave_id", "resources"].into()
    );
    assert_eq!(offer["allocation_info"], json!({"role": "*"}));
    let command = &framework["executors"][0]["command"];
    assert_eq!(
        command,
        &json!({"value": "run", "argv": [], "uris": [{"value": "http://x", "executable": false}]})
    );
}

#[test]
fn the_summary_counts_tasks() {
    let mut tasks = TaskCounts::default();
    for state in [
        v1::TaskState::TaskRunning,
        v1::TaskState::TaskRunning,
        v1::TaskState::TaskGone,
    ] {
        tasks.count(state);
    }
    let slaves = vec![AgentWithCounts {
        agent: agent(),
        tasks,
        framework_ids: vec!["c-0000".into()],
    }];
    let summary = serde_json::to_value(StateSummary {
        slaves,
        ..StateSummary::default()
    })
    .expect("JSON");
    let agent = &summary["slaves"][0];
    assert_eq!(
        (&agent["TASK_RUNNING"], &agent["TASK_UNREACHABLE"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        (&agent["id"], &agent["framework_ids"]),
        (&json!("c-S0"), &json!(["c-0000"]))
    );
}

#[test]
fn revocable_resources_have_names_of_their_own() {
    let mut resources = Resources::parse("cpus:2").expect("resources");
    resources += Resources::parse("cpus:1")
        .expect("resources")
        .map(|cpus| cpus.with_revocable(true));
    let summary = serde_json::to_value(ResourceSummary::from(&resources)).expect("JSON");
    assert_eq!(
        (&summary["cpus"], &summary["cpus_revocable"]),
        (&json!(2.0), &json!(1.0))
    );
}

#[test]
fn metric_names() {
    assert!(metrics::ALL.is_sorted());
    for name in [
        "master/uptime_secs",
        "master/elected",
        "master/slaves_active",
        "master/tasks_running",
    ] {
        assert!(metrics::ALL.contains(&name), "{name}");
    }
    assert_eq!(metrics::CPUS_TOTAL, "master/cpus_total");
    let framework = v1::FrameworkInfo {
        name: "a b/c".into(),
        id: Some(v1::FrameworkId { value: "c-0000".into() }),
        ..Default::default()
    };
    assert_eq!(
        metrics::framework_prefix(&framework),
        "master/frameworks/a%20b%2Fc/c-0000/"
    );
    let name = metrics::task_state(
        v1::TaskState::TaskFailed,
        v1::task_status::Source::Agent,
        v1::task_status::Reason::ContainerLimitationMemory,
    );
    assert_eq!(
        name,
        "master/task_failed/source_agent/reason_container_limitation_memory"
    );
}
