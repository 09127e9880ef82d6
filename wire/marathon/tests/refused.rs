//! What is refused, with the status, path and text that clients know.

#[expect(dead_code, reason = "each test binary uses its part")]
mod support;

use serde_json::{Value, json};
use support::{context, create, good};
use wire_marathon::{Problem, request};

/// The body of the refusal of an app that is fine but for `with`.
fn refusal(with: Value) -> Value {
    let mut body = json!({"id": "/web", "cmd": "sleep 100"});
    for (key, value) in with.as_object().unwrap() {
        body[key] = value.clone();
    }
    let problem = create(&body).expect_err(&body.to_string());
    assert_eq!(problem.status, 422);
    serde_json::to_value(problem).unwrap()
}

fn check(message: &str, cases: Vec<(Value, &str, &str)>) {
    for (with, path, error) in cases {
        let body = refusal(with);
        assert_eq!(body["message"], message, "{body}");
        let details = body["details"].as_array().unwrap();
        let hit = |d: &Value| d["path"] == path && d["errors"].as_array().unwrap().iter().any(|e| e == error);
        assert!(details.iter().any(hit), "{path} {error} is not in {body}");
    }
}

#[test]
fn one_refusal_to_the_letter() {
    assert_eq!(
        refusal(json!({"constraints": [["hostname", "UNIQUE"], ["rack", "NEAR"]], "args": ["x"]})),
        json!({
            "message": "Object is not valid",
            "details": [
                {"path": "/", "errors": [
                    "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."]},
                {"path": "/constraints(1)", "errors": [
                    "operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS"]},
            ],
        })
    );
}

#[test]
fn misshapen_values() {
    check(
        "Invalid JSON",
        vec![
            (json!({"id": 7}), "/id", "error.expected.jsstring"),
            (json!({"id": "/Web"}), "/id", "error.pattern"),
            (json!({"id": ""}), "/id", "error.minLength"),
            (json!({"cmd": ""}), "/cmd", "error.minLength"),
            (json!({"cpus": "1"}), "/cpus", "error.expected.jsnumber"),
            (json!({"cpus": 0}), "/cpus", "error.min"),
            (json!({"mem": -1}), "/mem", "error.min"),
            (json!({"instances": 1.5}), "/instances", "error.expected.int"),
            (json!({"instances": -1}), "/instances", "error.min"),
            (
                json!({"instances": 3_000_000_000_u32}),
                "/instances",
                "error.expected.int",
            ),
            (json!({"backoffFactor": 0.5}), "/backoffFactor", "error.min"),
            (json!({"ports": [70000]}), "/ports(0)", "error.max"),
            (json!({"ports": [-1]}), "/ports(0)", "error.min"),
            (json!({"env": ["A=1"]}), "/env", "error.expected.jsobject"),
            (json!({"env": {"A": 1}}), "/env/A", "error.expected.jsobject"),
            (json!({"labels": {"a": true}}), "/labels/a", "error.expected.jsstring"),
            (json!({"constraints": "x"}), "/constraints", "error.expected.jsarray"),
            (
                json!({"constraints": [["rack", "GROUP_BY", 3]]}),
                "/constraints(0)(2)",
                "error.expected.jsstring",
            ),
            (
                json!({"killSelection": "RANDOM"}),
                "/killSelection",
                "error.unknown.enum.literal",
            ),
            (
                json!({"healthChecks": [{"protocol": "FTP"}]}),
                "/healthChecks(0)/protocol",
                "error.unknown.enum.literal",
            ),
            (
                json!({"requirePorts": "yes"}),
                "/requirePorts",
                "error.expected.jsboolean",
            ),
        ],
    );
}

#[test]
fn misshapen_objects() {
    check(
        "Invalid JSON",
        vec![
            (
                json!({"portDefinitions": [{"name": "Web"}]}),
                "/portDefinitions(0)/name",
                "error.pattern",
            ),
            (
                json!({"networks": [{"name": "a b"}]}),
                "/networks(0)/name",
                "error.pattern",
            ),
            (
                json!({"upgradeStrategy": {"minimumHealthCapacity": 2, "maximumOverCapacity": 0}}),
                "/upgradeStrategy/minimumHealthCapacity",
                "error.max",
            ),
            (
                json!({"upgradeStrategy": {"minimumHealthCapacity": 1}}),
                "/upgradeStrategy/maximumOverCapacity",
                "'maximumOverCapacity' is undefined on object: {\"minimumHealthCapacity\":1}",
            ),
            (
                json!({"fetch": [{}]}),
                "/fetch(0)/uri",
                "'uri' is undefined on object: {}",
            ),
            (
                json!({"container": {"docker": {"image": ""}}}),
                "/container/docker/image",
                "error.minLength",
            ),
            (
                json!({"container": {"type": "MESOS", "volumes": [{"containerPath": "a"}]}}),
                "/container/volumes(0)/hostPath",
                "error.path.missing",
            ),
            (
                json!({"container": {"type": "MESOS", "volumes": [{"containerPath": "a", "hostPath": "/b"}]}}),
                "/container/volumes(0)/mode",
                "error.path.missing",
            ),
            (
                json!({"resourceLimits": {"cpus": "lots"}}),
                "/resourceLimits/cpus",
                "'lots' is an invalid resource limit. It must be 'unlimited' or a number",
            ),
            (
                json!({"unreachableStrategy": {"inactiveAfterSeconds": -1}}),
                "/unreachableStrategy/inactiveAfterSeconds",
                "error.min",
            ),
            (
                json!({"readinessChecks": [{"timeoutSeconds": 0}]}),
                "/readinessChecks(0)/timeoutSeconds",
                "error.min",
            ),
        ],
    );
}

#[test]
fn all_misshapen_fields_are_named_at_once() {
    let body = refusal(json!({"cpus": "1", "mem": "2", "instances": "3"}));
    assert_eq!(body["details"].as_array().unwrap().len(), 3);
}

#[test]
fn older_fields_that_contradict() {
    let docker = json!({"docker": {"image": "x", "network": "BRIDGE"}});
    check(
        "Object is not valid",
        vec![
            (
                json!({"uris": ["http://a"], "fetch": [{"uri": "http://b"}]}),
                "/uris",
                "may not be set in conjunction with fetch",
            ),
            (
                json!({"container": docker, "networks": [{"mode": "host"}]}),
                "/",
                "must not specify both container.docker.network and networks",
            ),
            (
                json!({"ipAddress": {}, "networks": [{"mode": "host"}]}),
                "/",
                "must not specify both networks and ipAddress",
            ),
            (
                json!({"ipAddress": {}, "ports": [1]}),
                "/",
                "cannot specify both an IP address and port",
            ),
            (json!({"ports": [8080, 8080]}), "/", "ports must be unique"),
            (
                json!({"ports": [1], "portDefinitions": [{"port": 2}]}),
                "/",
                "cannot specify both ports and port definitions",
            ),
            (
                json!({"container": {"docker": {"image": "x", "credential": {"principal": "me"}}}}),
                "/container/docker/credential",
                "must be empty",
            ),
            (
                json!({"container": {"type": "MESOS", "docker": {"image": "x", "network": "HOST"}}}),
                "/container/docker/network",
                "must be empty",
            ),
            (
                json!({"container": {"docker": {"image": "x", "network": "BRIDGE", "portMappings": [{}]},
                "portMappings": [{}]}}),
                "/",
                "cannot specify both portMappings and docker.portMappings",
            ),
            (
                json!({"container": {"docker": {"image": "x", "network": "NONE"}}}),
                "/",
                "unsupported docker network type None",
            ),
        ],
    );
}

#[test]
fn apps_against_the_rules() {
    check(
        "Object is not valid",
        vec![
            (
                json!({"id": "/a/restart"}),
                "/id",
                "must not end with any of the following reserved keywords: restart, tasks, versions, ., ..",
            ),
            (json!({"id": "/"}), "/id", "Path must contain at least one path element"),
            (
                json!({"cmd": null}),
                "/",
                "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
            ),
            (
                json!({"container": {"volumes": []}}),
                "/container/docker",
                "not defined",
            ),
            (
                json!({"healthChecks": [{"portIndex": 1}]}),
                "/healthChecks(0)",
                "Health check port indices must address an element of the ports array or container port mappings.",
            ),
            (
                json!({"healthChecks": [{"protocol": "TCP", "command": {"value": "true"}}]}),
                "/healthChecks(0)",
                "illegal protocol TCP specified with command",
            ),
            (
                json!({"healthChecks": [{"protocol": "COMMAND"}]}),
                "/healthChecks(0)/command",
                "not defined",
            ),
            (
                json!({"acceptedResourceRoles": []}),
                "/acceptedResourceRoles",
                "must not be empty",
            ),
            (
                json!({"acceptedResourceRoles": ["ops"]}),
                "/acceptedResourceRoles",
                "acceptedResourceRoles can only contain * and dev",
            ),
            (json!({"role": "ops"}), "/role", "got ops, expected one of: dev, *"),
            (
                json!({"networks": [{"mode": "container"}]}),
                "/networks",
                "Network name must be specified when container network is selected.",
            ),
            (
                json!({"networks": [{"mode": "host", "name": "x"}]}),
                "/networks",
                "Host networks may not have names or labels",
            ),
            (
                json!({"networks": [{"mode": "container/bridge", "name": "x"}]}),
                "/networks",
                "Bridge networks may not have names",
            ),
            (
                json!({"check": {}}),
                "/check",
                "must specify exactly one of http, tcp and exec",
            ),
            (
                json!({"env": {"PW": {"secret": "pw"}}}),
                "/env/PW/secret",
                "references an undefined secret",
            ),
            (
                json!({"constraints": [["rack", "GROUP_BY", "three"]]}),
                "/constraints(0)",
                "GROUP BY must define an integer value or else no value at all",
            ),
            (
                json!({"constraints": [["rack"]]}),
                "/constraints(0)",
                "Each constraint must have either 2 or 3 fields",
            ),
        ],
    );
}

#[test]
fn bodies_that_are_no_json_or_no_app() {
    let problem = |body: &[u8]| request::create(body, &context()).unwrap_err();
    let broken: Problem = problem(b"{\"id\": ");
    assert_eq!((broken.status, broken.message.as_str()), (400, "Invalid JSON"));
    assert!(
        serde_json::to_value(&broken).unwrap()["details"]
            .as_str()
            .unwrap()
            .contains("EOF")
    );
    let array = problem(b"[]");
    assert_eq!(array.status, 422);
    let nameless = serde_json::to_value(problem(b"{\"cmd\":\"x1\"}")).unwrap();
    assert_eq!(
        nameless["details"],
        json!([{"path": "/id", "errors": ["'id' is undefined on object: {\"cmd\":\"x1\"}"]}])
    );
}

#[test]
fn task_ids_are_a_list_of_texts() {
    assert_eq!(
        request::task_ids(br#"{"ids": ["a.1", "b.2"]}"#).unwrap(),
        ["a.1", "b.2"]
    );
    assert_eq!(request::task_ids(br#"{"ids": [1]}"#).unwrap_err().status, 422);
    assert_eq!(request::task_ids(b"{}").unwrap_err().status, 422);
    assert_eq!(request::task_ids(b"").unwrap_err().status, 400);
}

#[test]
fn a_version_in_an_update_stands_alone() {
    let app = good(&json!({"id": "/web", "cmd": "sleep 100"}));
    let update = |body: Value| request::update(&app, body.to_string().as_bytes(), &context());
    let problem = update(json!({"version": "2024-01-01T00:00:00.000Z", "cpus": 2})).unwrap_err();
    assert_eq!(
        serde_json::to_value(problem).unwrap()["details"],
        json!([{"path": "/", "errors": ["The 'version' field may only be combined with the 'id' field."]}])
    );
    assert_eq!(update(json!({"version": "yesterday"})).unwrap_err().status, 422);
}
