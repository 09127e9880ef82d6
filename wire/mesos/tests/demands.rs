//! What a framework asks of its offers, read from a call and shown back.

use base_ids::FrameworkId;
use serde_json::{Value, json};
use wire_mesos::{
    cluster::{constraints_to_wire, framework_from_wire, framework_to_wire},
    json::{from_json, to_json},
    v1::{FrameworkInfo, scheduler::OfferConstraints},
};

fn info(filters: &Value) -> FrameworkInfo {
    let info = json!({
        "user": "root", "name": "picky", "roles": ["a"], "capabilities": [{"type": "MULTI_ROLE"}],
        "offer_filters": filters,
    });
    from_json(info.to_string().as_bytes()).expect("a framework")
}

#[test]
fn minimums_and_constraints_are_shown_as_they_were_set() {
    let filters = json!({
        "a": {"min_allocatable_resources": {"quantities": [
            {"quantities": {"cpus": {"value": 1.5}, "mem": {"value": 64.0}}},
            {"quantities": {"gpus": {"value": 1.0}}},
        ]}},
        "b": {"min_allocatable_resources": {}},
    });
    let group = json!([
        {"selector": {"attribute_name": "rack"}, "predicate": {"exists": {}}},
        {"selector": {"attribute_name": "rack"}, "predicate": {"not_exists": {}}},
        {"selector": {"pseudoattribute_type": "HOSTNAME"}, "predicate": {"text_equals": {"value": "h"}}},
        {"selector": {"pseudoattribute_type": "REGION"}, "predicate": {"text_not_equals": {"value": "r"}}},
        {"selector": {"pseudoattribute_type": "ZONE"}, "predicate": {"text_matches": {"regex": "z.*"}}},
        {"selector": {"attribute_name": "kind"}, "predicate": {"text_not_matches": {"regex": "old|slow"}}},
    ]);
    let constraints = json!({"role_constraints": {"a": {"groups": [{"attribute_constraints": group}]}}});
    let wire: OfferConstraints = from_json(constraints.to_string().as_bytes()).expect("constraints");

    let spec = framework_from_wire(&info(&filters), &[], Some(&wire)).expect("a framework");
    let shown = framework_to_wire(&FrameworkId::from("f"), &spec);
    assert_eq!(shown.offer_filters, info(&filters).offer_filters);
    assert_eq!(constraints_to_wire(&spec), wire);
    let text = to_json(&constraints_to_wire(&spec));
    assert_eq!(serde_json::from_slice::<Value>(&text).expect("JSON"), constraints);
}

#[test]
fn a_minimum_of_nothing_is_refused() {
    let filters = json!({"a": {"min_allocatable_resources": {"quantities": [{}]}}});
    let why = framework_from_wire(&info(&filters), &[], None).expect_err("no quantity");
    assert_eq!(
        why,
        "'FrameworkInfo.offer_filters' of role 'a': a minimum must name at least one quantity"
    );
}
