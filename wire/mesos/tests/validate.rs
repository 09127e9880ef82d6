//! What each type of call must carry.

use wire_mesos::json::from_json;
use wire_mesos::v1::{executor, scheduler};
use wire_mesos::validate::{executor_call, scheduler_call};

fn scheduler(body: &str, principal: Option<&str>) -> String {
    let call: scheduler::Call = from_json(body.as_bytes()).expect(body);
    scheduler_call(&call, principal).map_or_else(|invalid| invalid.to_string(), |()| "valid".into())
}

fn executor(body: &str) -> String {
    let body = format!(r#"{{"executor_id": {{"value": "e"}}, "framework_id": {{"value": "f"}}, {body}}}"#);
    let call: executor::Call = from_json(body.as_bytes()).expect(&body);
    executor_call(&call).map_or_else(|invalid| invalid.to_string(), |()| "valid".into())
}

#[test]
fn every_type_needs_its_part() {
    for (kind, part) in [
        ("ACCEPT", "accept"),
        ("DECLINE", "decline"),
        ("ACCEPT_INVERSE_OFFERS", "accept_inverse_offers"),
        ("DECLINE_INVERSE_OFFERS", "decline_inverse_offers"),
        ("KILL", "kill"),
        ("SHUTDOWN", "shutdown"),
        ("ACKNOWLEDGE", "acknowledge"),
        ("ACKNOWLEDGE_OPERATION_STATUS", "acknowledge_operation_status"),
        ("RECONCILE", "reconcile"),
        ("RECONCILE_OPERATIONS", "reconcile_operations"),
        ("MESSAGE", "message"),
        ("REQUEST", "request"),
        ("UPDATE_FRAMEWORK", "update_framework"),
    ] {
        let body = format!(r#"{{"type": "{kind}", "framework_id": {{"value": "f"}}}}"#);
        assert_eq!(scheduler(&body, None), format!("Expecting '{part}' to be present"));
        let body = format!(r#"{{"type": "{kind}"}}"#);
        assert_eq!(scheduler(&body, None), "Expecting 'framework_id' to be present");
    }
    for kind in ["TEARDOWN", "REVIVE", "SUPPRESS", "UNKNOWN"] {
        assert_eq!(
            scheduler(
                &format!(r#"{{"type": "{kind}", "framework_id": {{"value": "f"}}}}"#),
                None
            ),
            "valid"
        );
    }
    assert_eq!(scheduler("{}", None), "Expecting 'type' to be present");
    assert_eq!(
        scheduler(r#"{"type": "SUBSCRIBE"}"#, None),
        "Expecting 'subscribe' to be present"
    );
}

#[test]
fn a_subscription_is_of_one_framework_and_one_principal() {
    let body = |ids: &str| {
        format!(
            r#"{{"type": "SUBSCRIBE", {ids}, "subscribe": {{"framework_info": {{"user": "u", "name": "n", "id": {{"value": "f"}}, "principal": "p"}}}}}}"#
        )
    };
    let same = body(r#""framework_id": {"value": "f"}"#);
    assert_eq!(scheduler(&same, None), "valid");
    assert_eq!(scheduler(&same, Some("p")), "valid");
    assert_eq!(
        scheduler(&same, Some("q")),
        "Authenticated principal 'q' does not match principal 'p' set in `FrameworkInfo`"
    );
    let differs = "'framework_id' differs from 'subscribe.framework_info.id'";
    assert_eq!(scheduler(&body(r#""framework_id": {"value": "g"}"#), None), differs);
    assert_eq!(scheduler(&body(r#""framework_id": null"#), None), differs);
}

#[test]
fn acknowledgements_carry_a_uuid() {
    let body = r#"{"type": "ACKNOWLEDGE", "framework_id": {"value": "f"}, "acknowledge": {"agent_id": {"value": "a"}, "task_id": {"value": "t"}, "uuid": "AAAA"}}"#;
    assert_eq!(
        scheduler(body, None),
        "Expecting 'acknowledge.uuid' to be a UUID of 16 bytes, not 3"
    );
    let body = r#"{"type": "ACKNOWLEDGE_OPERATION_STATUS", "framework_id": {"value": "f"}, "acknowledge_operation_status": {"operation_id": {"value": "o"}, "uuid": "AAAAAAAAAAAAAAAAAAAAAA=="}}"#;
    assert_eq!(scheduler(body, None), "Expecting 'agent_id' to be present");
}

#[test]
fn executors_report_their_own_tasks() {
    let update = |status: &str| {
        executor(&format!(
            r#""type": "UPDATE", "update": {{"status": {{"task_id": {{"value": "t"}}, {status}}}}}"#
        ))
    };
    let uuid = r#""uuid": "AAAAAAAAAAAAAAAAAAAAAA==""#;
    assert_eq!(
        update(&format!(
            r#""state": "TASK_RUNNING", "source": "SOURCE_EXECUTOR", {uuid}"#
        )),
        "valid"
    );
    assert_eq!(
        update(r#""state": "TASK_RUNNING", "source": "SOURCE_EXECUTOR""#),
        "Expecting 'uuid' to be present"
    );
    assert_eq!(
        update(&format!(r#""state": "TASK_RUNNING", {uuid}"#)),
        "Expecting 'update.status.source' to be SOURCE_EXECUTOR"
    );
    assert_eq!(
        update(&format!(
            r#""state": "TASK_STAGING", "source": "SOURCE_EXECUTOR", {uuid}"#
        )),
        "Expecting 'update.status.state' to be another than TASK_STAGING"
    );
    assert_eq!(
        update(&format!(
            r#""state": "TASK_RUNNING", "executor_id": {{"value": "x"}}, {uuid}"#
        )),
        "'executor_id' differs from 'update.status.executor_id'"
    );
    assert_eq!(
        executor(r#""type": "SUBSCRIBE""#),
        "Expecting 'subscribe' to be present"
    );
    assert_eq!(executor(r#""type": "MESSAGE""#), "Expecting 'message' to be present");
    assert_eq!(executor(r#""type": "HEARTBEAT""#), "valid");
}
