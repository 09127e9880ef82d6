//! Answers to the letter.

#[expect(dead_code, reason = "each test binary uses its part")]
mod support;

use base_clock::Timestamp;
use serde_json::{Value, json};
use support::good;
use wire_marathon::{
    Action, ActionName, AgentAttribute, AppInfo, AppList, AppSingle, CheckResult, Config, CurrentAction, Delay,
    Deployment, DeploymentResult, Event, EventBody, HealthResult, HttpConfig, Identifiable, Info, Leader, LifeTime,
    LocalVolume, Metrics, Offer, OfferResource, OffersSummary, Plan, Queue, QueueItem, Rates, ReadinessResponse,
    ReadinessResult, Reason, Stats, Step, StoreConfig, Task, TaskAddress, TaskCounts, TaskFailure, TaskList,
    TaskSingle, TaskStats, TaskStatsByVersion, Timer, UnusedOffer, VersionList, app::App,
};

const AT: Timestamp = Timestamp::from_millis(1_709_164_800_123);
const TEXT: &str = "2024-02-29T00:00:00.123Z";

fn json_of(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn task() -> Task {
    Task {
        app_id: "/web".into(),
        health_check_results: vec![HealthResult {
            alive: false,
            consecutive_failures: 2,
            first_success: Some(AT),
            instance_id: "web.instance-1".into(),
            last_success: None,
            last_failure: Some(AT),
            last_failure_cause: Some("503".into()),
        }],
        check_result: Some(CheckResult::Http { status_code: 200 }),
        host: "a1".into(),
        id: "web.instance-1._app.1".into(),
        ip_addresses: vec![TaskAddress {
            ip_address: "10.0.0.1".into(),
            protocol: "IPv4",
        }],
        ports: vec![31000],
        service_ports: vec![10001],
        slave_id: Some("S0".into()),
        state: "TASK_RUNNING".into(),
        staged_at: Some(AT),
        started_at: Some(AT),
        version: Some(AT),
        local_volumes: vec![LocalVolume {
            run_spec_id: "/web".into(),
            container_path: "data".into(),
            uuid: "u".into(),
            persistence_id: "web#data#u".into(),
        }],
        region: Some("kr".into()),
        zone: Some("kr-1".into()),
        role: "dev".into(),
    }
}

#[test]
fn tasks() {
    let expected = json!({
        "appId": "/web",
        "healthCheckResults": [{"alive": false, "consecutiveFailures": 2, "firstSuccess": TEXT,
            "instanceId": "web.instance-1", "lastFailure": TEXT, "lastFailureCause": "503"}],
        "checkResult": {"http": {"statusCode": 200}},
        "host": "a1",
        "id": "web.instance-1._app.1",
        "ipAddresses": [{"ipAddress": "10.0.0.1", "protocol": "IPv4"}],
        "ports": [31000],
        "servicePorts": [10001],
        "slaveId": "S0",
        "state": "TASK_RUNNING",
        "stagedAt": TEXT,
        "startedAt": TEXT,
        "version": TEXT,
        "localVolumes": [{"runSpecId": "/web", "containerPath": "data", "uuid": "u", "persistenceId": "web#data#u"}],
        "region": "kr",
        "zone": "kr-1",
        "role": "dev",
    });
    assert_eq!(json_of(TaskSingle { task: task() }), json!({"task": expected}));
    let bare = json_of(TaskList {
        tasks: vec![Task::default()],
    });
    assert_eq!(
        bare["tasks"][0],
        json!({"appId": "", "healthCheckResults": [], "host": "", "id": "", "ipAddresses": [], "ports": [],
            "servicePorts": [], "state": "", "localVolumes": [], "role": ""})
    );
    assert_eq!(
        json_of(CheckResult::Command { exit_code: 1 }),
        json!({"command": {"exitCode": 1}})
    );
    assert_eq!(
        json_of(CheckResult::Tcp { succeeded: true }),
        json!({"tcp": {"succeeded": true}})
    );
}

#[test]
fn apps_with_all_that_can_be_embedded() {
    let spec = good(&json!({"id": "/web", "cmd": "serve"}));
    let stats = Stats {
        stats: TaskStats {
            counts: TaskCounts {
                running: 1,
                ..TaskCounts::default()
            },
            life_time: Some(LifeTime {
                average_seconds: 1.5,
                median_seconds: 1.0,
            }),
        },
    };
    let info = AppInfo {
        app: App::from(&spec),
        counts: Some(stats.stats.counts.into()),
        deployments: Some(vec![Identifiable { id: "d1".into() }]),
        readiness_check_results: Some(vec![]),
        tasks: Some(vec![]),
        last_task_failure: Some(TaskFailure {
            app_id: "/web".into(),
            host: "a1".into(),
            message: "out of memory".into(),
            state: "TASK_FAILED".into(),
            task_id: "web.1".into(),
            timestamp: AT,
            version: AT,
            slave_id: None,
        }),
        task_stats: Some(TaskStatsByVersion {
            total_summary: Some(stats),
            ..TaskStatsByVersion::default()
        }),
    };
    let plain = json_of(AppList {
        apps: vec![AppInfo {
            app: App::from(&spec),
            ..AppInfo::default()
        }],
    });
    let mut expected = plain["apps"][0].clone();
    let embedded = json!({
        "tasksStaged": 0, "tasksRunning": 1, "tasksHealthy": 0, "tasksUnhealthy": 0,
        "deployments": [{"id": "d1"}],
        "readinessCheckResults": [],
        "tasks": [],
        "lastTaskFailure": {"appId": "/web", "host": "a1", "message": "out of memory", "state": "TASK_FAILED",
            "taskId": "web.1", "timestamp": TEXT, "version": TEXT},
        "taskStats": {"totalSummary": {"stats": {
            "counts": {"staged": 0, "running": 1, "healthy": 0, "unhealthy": 0},
            "lifeTime": {"averageSeconds": 1.5, "medianSeconds": 1.0}}}},
    });
    expected
        .as_object_mut()
        .unwrap()
        .extend(embedded.as_object().unwrap().clone());
    assert_eq!(json_of(AppSingle { app: info }), json!({"app": expected}));
    assert_eq!(json_of(VersionList { versions: vec![AT] }), json!({"versions": [TEXT]}));
}

#[test]
fn deployments() {
    let action = Action::on_app(ActionName::ScaleApplication, "/web");
    let step = Step {
        actions: vec![action.clone()],
    };
    let deployment = Deployment {
        id: "d1".into(),
        version: AT,
        affected_apps: vec!["/web".into()],
        affected_pods: vec![],
        steps: vec![step.clone()],
        current_actions: vec![CurrentAction {
            action,
            readiness_check_results: vec![ReadinessResult {
                name: "ready".into(),
                task_id: "web.1".into(),
                ready: false,
                last_response: Some(ReadinessResponse {
                    status: 500,
                    content_type: "text/plain".into(),
                    body: "no".into(),
                }),
            }],
        }],
        current_step: 1,
        total_steps: 1,
    };
    let steps = json!([{"actions": [{"action": "ScaleApplication", "app": "/web"}]}]);
    assert_eq!(
        json_of(deployment),
        json!({
            "id": "d1", "version": TEXT, "affectedApps": ["/web"], "affectedPods": [], "steps": steps,
            "currentActions": [{"action": "ScaleApplication", "app": "/web", "readinessCheckResults": [
                {"name": "ready", "taskId": "web.1", "ready": false,
                    "lastResponse": {"status": 500, "contentType": "text/plain", "body": "no"}}]}],
            "currentStep": 1, "totalSteps": 1,
        })
    );
    let result = DeploymentResult {
        version: AT,
        deployment_id: "d1".into(),
    };
    assert_eq!(json_of(result), json!({"version": TEXT, "deploymentId": "d1"}));
    let event = Event {
        timestamp: AT,
        body: EventBody::DeploymentInfo {
            plan: Plan {
                id: "d1".into(),
                steps: vec![step.clone()],
                version: AT,
                original: None,
                target: None,
            },
            current_step: step,
        },
    };
    assert_eq!(
        json_of(event),
        json!({"eventType": "deployment_info", "timestamp": TEXT,
            "plan": {"id": "d1", "steps": steps, "version": TEXT}, "currentStep": steps[0]})
    );
}

#[test]
fn status_updates() {
    let event = Event {
        timestamp: AT,
        body: EventBody::StatusUpdate {
            slave_id: "S0".into(),
            task_id: "web.1".into(),
            task_status: "TASK_RUNNING".into(),
            message: String::new(),
            app_id: "/web".into(),
            host: "a1".into(),
            ip_addresses: vec![],
            ports: vec![31000],
            version: AT,
        },
    };
    assert_eq!(
        json_of(event),
        json!({"eventType": "status_update_event", "timestamp": TEXT, "slaveId": "S0", "taskId": "web.1",
            "taskStatus": "TASK_RUNNING", "message": "", "appId": "/web", "host": "a1", "ipAddresses": [],
            "ports": [31000], "version": TEXT})
    );
}

#[test]
fn the_queue() {
    let item = QueueItem {
        app: App::default(),
        count: 2,
        delay: Delay {
            time_left_seconds: 3,
            overdue: false,
        },
        since: AT,
        processed_offers_summary: OffersSummary {
            processed_offers_count: 1,
            unused_offers_count: 1,
            last_unused_offer_at: Some(AT),
            ..OffersSummary::default()
        },
        last_unused_offers: Some(vec![UnusedOffer {
            offer: Offer {
                id: "o1".into(),
                hostname: "a1".into(),
                agent_id: "S0".into(),
                resources: vec![OfferResource {
                    name: "cpus".into(),
                    role: "*".into(),
                    scalar: Some(0.5),
                    ..OfferResource::default()
                }],
                attributes: vec![AgentAttribute {
                    name: "rack".into(),
                    text: Some("r1".into()),
                    ..AgentAttribute::default()
                }],
            },
            reason: vec![Reason::InsufficientCpus, Reason::UnfulfilledConstraint],
            timestamp: AT,
        }]),
    };
    assert_eq!(
        json_of(Queue { queue: vec![item] }),
        json!({"queue": [{
            "app": {}, "count": 2, "delay": {"timeLeftSeconds": 3, "overdue": false}, "since": TEXT,
            "processedOffersSummary": {"processedOffersCount": 1, "unusedOffersCount": 1, "lastUnusedOfferAt": TEXT,
                "rejectSummaryLastOffers": [], "rejectSummaryLaunchAttempt": []},
            "lastUnusedOffers": [{
                "offer": {"id": "o1", "hostname": "a1", "agentId": "S0",
                    "resources": [{"name": "cpus", "role": "*", "scalar": 0.5}],
                    "attributes": [{"name": "rack", "text": "r1"}]},
                "reason": ["InsufficientCpus", "UnfulfilledConstraint"], "timestamp": TEXT}],
        }]})
    );
}

#[test]
fn info_leader_and_metrics() {
    let info = json_of(Info {
        name: "marathon".into(),
        version: "1.11.24".into(),
        elected: true,
        framework_id: Some("f".into()),
        marathon_config: Config {
            local_port_min: 10_000,
            ..Config::default()
        },
        zookeeper_config: StoreConfig::default(),
        http_config: HttpConfig {
            http_port: 8080,
            https_port: 8443,
        },
        ..Info::default()
    });
    assert_eq!(
        (&info["frameworkId"], &info["marathon_config"]["local_port_min"]),
        (&json!("f"), &json!(10_000))
    );
    assert_eq!(info["http_config"], json!({"http_port": 8080, "https_port": 8443}));
    assert_eq!(
        json_of(Leader {
            leader: "a:8080".into()
        }),
        json!({"leader": "a:8080"})
    );

    let mut metrics = Metrics::default();
    let timer = Timer {
        count: 1,
        spread: wire_marathon::Spread::default(),
        rates: Rates::default(),
        duration_units: "seconds",
        rate_units: "calls/second",
    };
    metrics.timers.insert("t".into(), timer);
    let json = json_of(metrics);
    assert_eq!((&json["version"], &json["gauges"]), (&json!("4.0.0"), &json!({})));
    let timer = json["timers"]["t"].as_object().unwrap();
    assert_eq!(timer.len(), 17, "{timer:?}");
}
