use serde_json::{Value, json};

use crate::run::{on, with_input};
use crate::server::Server;

const SUCCESS: &str = "event: deployment_success\ndata: {\"id\": \"d1\", \"eventType\": \"deployment_success\"}\n\n";
const FAILURE: &str = "event: deployment_failed\ndata: {\"id\": \"d1\", \"reason\": \"no progress within 600 s\"}\n\n";

fn app() -> Value {
    json!({
        "id": "/web/a", "cmd": "sleep 100", "cpus": 0.1, "mem": 32, "disk": 0, "instances": 2, "env": {"A": "1"},
        "tasksRunning": 1, "tasksHealthy": 1, "healthChecks": [{}], "deployments": [],
        "version": "2026-01-02T00:00:00.000Z",
        "tasks": [{"id": "web_a.1", "state": "TASK_RUNNING", "host": "127.0.0.1", "ports": [31000], "startedAt": "t",
                   "version": "2026-01-02T00:00:00.000Z", "healthCheckResults": [{"alive": true}]}],
    })
}

#[test]
fn a_list_is_a_table_or_json() {
    let server = Server::new([("GET /v2/apps", 200, json!({"apps": [app()]}))]);
    let expected = "ID      INSTANCES  HEALTHY  CPUS  MEMORY  STATE    VERSION\n\
                    /web/a  1 / 2      1        0.1   32 MiB  waiting  2026-01-02T00:00:00.000Z\n";
    assert_eq!(on(&server, "app list").ok(), expected);
    let json: Value = serde_json::from_str(&on(&server, "app list --output json").ok()).unwrap();
    assert_eq!(json, json!([app()]));
    on(&server, "app list --label tier==web").ok();
    assert!(
        server.asked().last().unwrap().contains("label=tier%3D%3Dweb"),
        "{:?}",
        server.asked()
    );
}

#[test]
fn one_is_shown_with_its_tasks() {
    let server = Server::new([("GET /v2/apps/web/a", 200, json!({"app": app()}))]);
    let out = on(&server, "app show /web/a").ok();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines[..3],
        ["id         /web/a", "state      waiting", "instances  1 of 2 running"]
    );
    assert_eq!(
        lines[lines.len() - 1],
        "web_a.1  TASK_RUNNING  yes      127.0.0.1  31000  t"
    );
    let json: Value = serde_json::from_str(&on(&server, "app show web/a -o json").ok()).unwrap();
    assert_eq!(json, app());
}

#[test]
fn an_unknown_app_is_not_found() {
    let server = Server::new([("GET /v2/apps/b", 404, json!({"message": "App '/b' does not exist"}))]);
    assert_eq!(on(&server, "app show /b").fails(5), "error: App '/b' does not exist\n");
}

#[test]
fn adding_waits_for_the_deployment() {
    let added = json!({"id": "/a", "deployments": [{"id": "d1"}]});
    let under_way = json!([{"id": "d1", "affectedApps": ["/web/a"], "currentActions": [{"action": "ScaleApplication", "app": "/web/a"}]}]);
    let server = Server::new([
        ("POST /v2/apps", 201, added),
        ("GET /v2/deployments", 200, under_way),
        ("GET /v2/deployments", 200, json!([])),
        ("GET /v2/apps/web/a", 200, json!({"app": app()})),
        ("GET /v2/events", 200, json!(SUCCESS)),
    ]);
    let ran = with_input(
        &server,
        &["app", "add", "-"],
        r#"{"id": "/a", "cmd": "x", "tasksRunning": 1}"#,
    );
    assert!(
        ran.err.contains("ScaleApplication /web/a (1 of 2 instances ready)"),
        "{ran:?}"
    );
    assert_eq!(ran.ok(), "/a is added\n");
    assert_eq!(server.body("POST /v2/apps"), json!({"id": "/a", "cmd": "x"}));
}

#[test]
fn a_failed_deployment_is_a_failure_with_its_reason() {
    let server = Server::new([
        ("POST /v2/apps", 201, json!({"id": "/a", "deployments": [{"id": "d1"}]})),
        ("GET /v2/deployments", 200, json!([])),
        ("GET /v2/events", 200, json!(FAILURE)),
    ]);
    let said = with_input(&server, &["app", "add", "-"], r#"{"id": "/a"}"#).fails(1);
    assert!(
        said.contains("deployment d1 failed: no progress within 600 s"),
        "{said}"
    );
}

#[test]
fn without_events_the_app_tells() {
    let deployments = json!([{"id": "d1", "affectedApps": ["/web/a"]}]);
    let server = Server::new([
        (
            "PATCH /v2/apps/web/a",
            200,
            json!({"deploymentId": "d1", "version": "v"}),
        ),
        ("GET /v2/deployments", 200, deployments),
        ("GET /v2/deployments", 200, json!([])),
        ("GET /v2/apps/web/a", 200, json!({"app": app()})),
    ]);
    let said = on(&server, "app scale /web/a 2").fails(1);
    assert!(
        said.contains("/web/a has 1 of 2 instances ready") && said.contains("harmony explain /web/a"),
        "{said}"
    );
    assert_eq!(server.body("PATCH /v2/apps/web/a"), json!({"instances": 2}));
}

#[test]
fn a_broken_rule_is_told_by_its_path() {
    let details = json!([{"path": "/cpus", "errors": ["must be greater than or equal to 0"]}]);
    let server = Server::new([(
        "POST /v2/apps",
        422,
        json!({"message": "Object is not valid", "details": details}),
    )]);
    let ran = with_input(
        &server,
        &["app", "add", "-", "--no-wait"],
        r#"[{"id": "/a", "cpus": -1}]"#,
    );
    assert_eq!(
        ran.fails(2),
        "error: Object is not valid\n  /cpus: must be greater than or equal to 0\n"
    );
}

#[test]
fn a_lock_is_a_conflict_and_force_goes_through() {
    let locked = json!({"message": "App is locked by one or more deployments.", "deployments": [{"id": "d7"}]});
    let server = Server::new([
        ("PATCH /v2/apps/a", 409, locked),
        (
            "PATCH /v2/apps/a?force=true",
            200,
            json!({"deploymentId": "d8", "version": "v"}),
        ),
    ]);
    let said = on(&server, "app scale /a 3 --no-wait").fails(7);
    assert!(
        said.contains("in the way: deployment d7") && said.contains("harmony deployment watch d7"),
        "{said}"
    );
    let out = on(&server, "app scale /a 3 --no-wait --force").ok();
    assert_eq!(
        out,
        "accepted: /a is scaled to 3\ndeployment d8: harmony deployment watch d8\n"
    );
}

#[test]
fn pairs_change_only_what_they_name() {
    let server = Server::new([
        ("GET /v2/apps/web/a", 200, json!({"app": app()})),
        (
            "PATCH /v2/apps/web/a",
            200,
            json!({"deploymentId": "d1", "version": "v"}),
        ),
    ]);
    let args = [
        "app",
        "update",
        "/web/a",
        "--no-wait",
        "cpus=0.5",
        "env.B=2",
        "cmd=echo a=b",
    ];
    with_input(&server, &args, "").ok();
    let expected = json!({"cpus": 0.5, "env": {"A": "1", "B": "2"}, "cmd": "echo a=b"});
    assert_eq!(server.body("PATCH /v2/apps/web/a"), expected);
    let said = on(&server, "app update /web/a cpus").fails(2);
    assert!(said.contains("expected KEY=VALUE"), "{said}");
}

#[test]
fn a_shown_app_is_taken_back() {
    let server = Server::new([(
        "PATCH /v2/apps/web/a",
        200,
        json!({"deploymentId": "d1", "version": "v"}),
    )]);
    with_input(
        &server,
        &["app", "update", "/web/a", "-", "--no-wait"],
        &app().to_string(),
    )
    .ok();
    let body = server.body("PATCH /v2/apps/web/a");
    assert_eq!(body["cmd"], "sleep 100");
    assert!(body.get("tasks").is_none() && body.get("version").is_none(), "{body}");
    let said = with_input(&server, &["app", "update", "/b", "-"], &app().to_string()).fails(2);
    assert!(said.contains("defines /web/a, not /b"), "{said}");
}

#[test]
fn a_rollback_goes_to_the_version_before() {
    let versions =
        json!({"versions": ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "2025-01-01T00:00:00.000Z"]});
    let server = Server::new([
        ("GET /v2/apps/web/a", 200, json!({"app": app()})),
        ("GET /v2/apps/web/a/versions", 200, versions),
        (
            "PATCH /v2/apps/web/a",
            200,
            json!({"deploymentId": "d1", "version": "v"}),
        ),
    ]);
    on(&server, "app rollback /web/a --no-wait").ok();
    assert_eq!(
        server.body("PATCH /v2/apps/web/a"),
        json!({"version": "2026-01-01T00:00:00.000Z"})
    );
    let out = on(&server, "app versions /web/a").ok();
    assert_eq!(out.lines().nth(1), Some("2026-01-02T00:00:00.000Z  current"), "{out}");
    assert_eq!(out.lines().nth(3), Some("2025-01-01T00:00:00.000Z"), "{out}");
}

#[test]
fn stop_restart_and_remove() {
    let done = json!({"deploymentId": "d1", "version": "v"});
    let server = Server::new([
        ("PATCH /v2/apps/a", 200, done.clone()),
        ("POST /v2/apps/a/restart", 200, done.clone()),
        ("DELETE /v2/apps/a", 200, done),
    ]);
    on(&server, "app stop /a --no-wait").ok();
    assert_eq!(server.body("PATCH /v2/apps/a"), json!({"instances": 0}));
    on(&server, "app restart /a --no-wait").ok();
    let out = on(&server, "app remove /a --no-wait --output json").ok();
    assert_eq!(
        serde_json::from_str::<Value>(&out).unwrap(),
        json!({"deployments": ["d1"], "waited": false})
    );
    assert!(server.asked().contains(&"DELETE /v2/apps/a".to_owned()));
}

#[test]
fn explain_tells_what_would_help() {
    let refused = json!([{"filter": "mem", "agents": 3, "help": "ask for at most 900 MiB"}]);
    let answer =
        json!({"app": "/web/a", "pending": 1, "why": "no agent fits", "agents_considered": 3, "refused": refused});
    let server = Server::new([("GET /harmony/v1/explain/web/a", 200, answer)]);
    let out = on(&server, "explain /web/a").ok();
    assert!(
        out.contains("/web/a waits for 1 instance\n") && out.contains("3 refused by mem: ask for at most 900 MiB"),
        "{out}"
    );
}
