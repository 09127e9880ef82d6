use cluster::Cluster;
use serde_json::{Value, json};
use wire_mesos::{
    driver::post,
    internal::FrameworkRegisteredMessage,
    json::from_json,
    scheduler as v0,
    v1::scheduler::{Call, OfferConstraints, call},
};

use super::native::Driver;

fn constraints(rack: &str) -> Value {
    let one = json!({"selector": {"attribute_name": "rack"}, "predicate": {"text_equals": {"value": rack}}});
    json!({"role_constraints": {"a": {"groups": [{"attribute_constraints": [one]}]}}})
}

fn wire(value: &Value) -> OfferConstraints {
    from_json(value.to_string().as_bytes()).expect("constraints")
}

/// The framework in the older JSON and in the v1 API.
fn shown(cluster: &Cluster, id: &str) -> (Value, Value) {
    let older = cluster
        .mesos("GET", &format!("/frameworks?framework_id={id}"), None)
        .json();
    let call = json!({ "type": "GET_FRAMEWORKS" });
    let all = cluster.mesos("POST", "/api/v1", Some(&call.to_string())).json();
    let frameworks = all["get_frameworks"]["frameworks"].as_array().cloned();
    let v1 = frameworks
        .unwrap_or_default()
        .into_iter()
        .find(|framework| framework["framework_info"]["id"]["value"] == id);
    (older["frameworks"][0].clone(), v1.unwrap_or_default())
}

/// Sends a call as a driver does: it has the form of the v1 API, but for its name.
fn send(driver: &Driver, call: &Call) {
    let post = post(&driver.route, call);
    let name = b"mesos.v1.scheduler.Call";
    let at = post
        .windows(name.len())
        .position(|part| part == name)
        .expect("its name");
    let renamed = [&post[..at], b"mesos.scheduler.Call", &post[at + name.len()..]].concat();
    assert_eq!(driver.send(&renamed), 202);
}

#[test]
fn a_drivers_constraints_and_minimums_are_read_and_shown_back() {
    let cluster = Cluster::start(1);
    let driver = Driver::new(&cluster);
    let filters =
        json!({"a": {"min_allocatable_resources": {"quantities": [{"quantities": {"cpus": {"value": 0.5}}}]}}});
    let info = json!({
        "user": "root", "name": "picky", "roles": ["a", "b"], "capabilities": [{"type": "MULTI_ROLE"}],
        "failover_timeout": 60.0, "offer_filters": filters,
    });
    let mut framework_info: wire_mesos::v1::FrameworkInfo =
        from_json(info.to_string().as_bytes()).expect("a framework");
    driver.post(&v0::Call {
        framework_id: None,
        r#type: Some(call::Type::Subscribe as i32),
        subscribe: Some(v0::call::Subscribe {
            framework_info: framework_info.clone(),
            force: None,
            suppressed_roles: vec!["b".into()],
            offer_constraints: Some(wire(&constraints("none"))),
        }),
    });
    let framework_id = driver.expect::<FrameworkRegisteredMessage>().framework_id;
    let (older, v1) = shown(&cluster, &framework_id.value);
    assert_eq!(older["offer_constraints"], constraints("none"));
    assert_eq!(v1["offer_constraints"], constraints("none"));
    assert_eq!(v1["framework_info"]["offer_filters"], filters);
    assert_eq!(
        older["offers"],
        json!([]),
        "no agent is on this rack, and role b is suppressed"
    );

    framework_info.id = Some(framework_id.clone());
    let update = |info: &wire_mesos::v1::FrameworkInfo, rack: &str| Call {
        framework_id: Some(framework_id.clone()),
        r#type: Some(call::Type::UpdateFramework as i32),
        update_framework: Some(call::UpdateFramework {
            framework_info: info.clone(),
            suppressed_roles: vec!["b".into()],
            offer_constraints: Some(wire(&constraints(rack))),
        }),
        ..Call::default()
    };
    send(&driver, &update(&framework_info, "other"));
    cluster::eventually("the constraints are others", constraints("other"), || {
        shown(&cluster, &framework_id.value).0["offer_constraints"].clone()
    });

    framework_info.user = "eve".into();
    send(&driver, &update(&framework_info, "none"));
    let error = driver.expect_error();
    assert!(
        error.contains("'FrameworkInfo.user' cannot change from 'root' to 'eve'"),
        "{error}"
    );
    let (older, _) = shown(&cluster, &framework_id.value);
    assert_eq!(
        (&older["user"], &older["offer_constraints"]),
        (&json!("root"), &constraints("other"))
    );
}
