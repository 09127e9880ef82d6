use serde_json::json;

use crate::run::on;
use crate::server::Server;

#[test]
fn the_list_says_what_is_done() {
    let actions = json!([{"action": "ScaleApplication", "app": "/a"}]);
    let one = json!({"id": "d1", "version": "v", "affectedApps": ["/a"], "currentStep": 1, "totalSteps": 2, "currentActions": actions});
    let server = Server::new([("GET /v2/deployments", 200, json!([one]))]);
    let expected = "ID  APPS  STEP   ACTIONS              VERSION\nd1  /a    1 / 2  ScaleApplication /a  v\n";
    assert_eq!(on(&server, "deployment list").ok(), expected);
}

#[test]
fn nothing_to_watch_is_fine() {
    let server = Server::new([("GET /v2/deployments", 200, json!([]))]);
    assert_eq!(on(&server, "deployment watch").ok(), "no deployment is under way\n");
    let said = on(&server, "deployment watch d9").fails(5);
    assert!(said.contains("\"d9\""), "{said}");
}

#[test]
fn watching_ends_with_the_deployment() {
    let under_way = json!([{"id": "d1", "affectedApps": ["/a"]}]);
    let gone = json!([]);
    let app = json!({"app": {"id": "/a", "instances": 1, "tasksRunning": 1}});
    let server = Server::new([
        ("GET /v2/deployments", 200, under_way.clone()),
        ("GET /v2/deployments", 200, under_way),
        ("GET /v2/deployments", 200, gone),
        ("GET /v2/apps/a", 200, app),
    ]);
    assert_eq!(on(&server, "deployment watch").ok(), "done: deployment d1\n");
}

#[test]
fn undoing_is_a_deployment_of_its_own() {
    let server = Server::new([(
        "DELETE /v2/deployments/d1",
        200,
        json!({"deploymentId": "d2", "version": "v"}),
    )]);
    assert_eq!(
        on(&server, "deployment rollback d1 --no-wait").ok(),
        "deployment d1 is being undone by d2\n"
    );
}
