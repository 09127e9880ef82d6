//! `PUT` and `PATCH`: what an update leaves as it was.

#[expect(dead_code, reason = "each test binary uses its part")]
mod support;

use base_clock::Timestamp;
use model_app::{AppSpec, Changes, Network, Program};
use model_resources::Scalar;
use serde_json::{Value, json};
use support::{context, good};
use wire_marathon::{
    app::App,
    request::{self, Change},
};

fn app() -> AppSpec {
    let mut spec = good(&json!({
        "id": "/web",
        "cmd": "serve",
        "env": {"A": "1"},
        "labels": {"x": "y"},
        "constraints": [["hostname", "UNIQUE"]],
        "portDefinitions": [{"port": 10001, "name": "http"}],
        "resourceLimits": {"mem": "unlimited"},
        "executorResources": {},
        "secrets": {"s": {"source": "t"}},
    }));
    spec.version = Timestamp::from_millis(1000);
    spec.changes = Some(Changes {
        last_scaling_at: Timestamp::from_millis(1000),
        last_config_change_at: Timestamp::from_millis(500),
    });
    spec
}

fn update(current: &AppSpec, body: Value) -> AppSpec {
    match request::update(current, body.to_string().as_bytes(), &context()).unwrap() {
        Change::To(spec) => *spec,
        Change::Back(version) => panic!("back to {version}"),
    }
}

#[test]
fn scaling_changes_the_count_and_nothing_else() {
    let scaled = update(&app(), json!({"instances": 7}));
    assert!(app().is_only_scale_change(&scaled));
    let expected = AppSpec {
        instances: 7,
        version: context().now,
        ..app()
    };
    assert_eq!(scaled, expected);
}

#[test]
fn given_fields_replace_whole_values() {
    let new = update(
        &app(),
        json!({"env": {"B": "2"}, "labels": {}, "cpus": 2, "id": "/other"}),
    );
    assert_eq!(new.id.as_str(), "/web");
    assert_eq!(new.env.keys().collect::<Vec<_>>(), ["B"]);
    assert!(new.labels.is_empty());
    assert_eq!(new.cpus, Scalar::from_units(2));
    assert!(app().is_upgrade(&new));
}

#[test]
fn older_fields_work_in_updates_too() {
    let new = update(&app(), json!({"ports": [9000], "uris": ["http://x/a.zip"]}));
    assert_eq!(new.service_ports(), [9000]);
    assert!(new.fetch[0].extract);
    let docker = json!({"container": {"docker": {"image": "nginx", "network": "BRIDGE",
        "portMappings": [{"containerPort": 80}]}}});
    let new = update(&app(), docker);
    assert_eq!(
        new.networks,
        [Network::Bridge {
            labels: Default::default()
        }]
    );
    assert_eq!(new.program, Some(Program::Shell("serve".into())));
    assert!(new.ports.is_empty());
}

#[test]
fn cmd_and_args_exclude_each_other_across_an_update() {
    let body = json!({"args": ["serve"]}).to_string();
    assert_eq!(
        request::update(&app(), body.as_bytes(), &context()).unwrap_err().status,
        422
    );
}

#[test]
fn a_version_rolls_back() {
    for body in [
        json!({"version": "1970-01-01T00:00:00.500Z"}),
        json!({"id": "/web", "version": "1970-01-01T00:00:00.5Z"}),
    ] {
        let change = request::update(&app(), body.to_string().as_bytes(), &context()).unwrap();
        assert_eq!(change, Change::Back(Timestamp::from_millis(500)));
    }
}

#[test]
fn replacing_forgets_what_is_not_given() {
    let new = request::replace(
        "/web",
        br#"{"cmd": "other", "version": "2020-01-01T00:00:00Z"}"#,
        &context(),
    )
    .unwrap();
    assert_eq!((new.id.as_str(), new.env.len(), new.constraints.len()), ("/web", 0, 0));
    assert_eq!(new.version, context().now);
}

#[test]
fn what_was_got_can_be_put() {
    let current = app();
    let got = serde_json::to_vec(&App::from(&current)).unwrap();
    let new = request::replace("web", &got, &context()).unwrap();
    assert!(!current.is_upgrade(&new) && new.instances == current.instances);
    let mut partial: Value = serde_json::from_slice(&got).unwrap();
    partial.as_object_mut().unwrap().remove("version");
    assert!(!current.is_upgrade(&update(&current, partial)));
}

#[test]
fn lists_of_updates_are_read_together() {
    let apps = App::read_list(br#"[{"id": "/a", "instances": 2}, {"id": "b"}]"#).unwrap();
    assert_eq!((apps.len(), apps[0].instances), (2, Some(2)));
    let problem = App::read_list(br#"[{"id": "/a"}, {"cpus": "x"}]"#).unwrap_err();
    assert_eq!(
        serde_json::to_value(problem).unwrap()["details"],
        json!([{"path": "(1)/cpus", "errors": ["error.expected.jsnumber"]}])
    );
}
