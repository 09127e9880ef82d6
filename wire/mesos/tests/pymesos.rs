//! The bodies that `pymesos` 0.3.15 sends, letter by letter, and the events it must be able to read.

use wire_mesos::json::{from_json, to_json};
use wire_mesos::v1::scheduler::{Call, Event, call, event};
use wire_mesos::v1::{self, framework_info::capability};
use wire_mesos::validate::{Invalid, scheduler_call};

fn call(body: &str) -> Call {
    let call: Call = from_json(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"));
    scheduler_call(&call, None).unwrap_or_else(|error| panic!("{error}: {body}"));
    call
}

#[test]
fn subscribe() {
    let call = call(
        r#"{"type": "SUBSCRIBE", "subscribe": {"framework_info": {"user": "root", "name": "test", "hostname": "h1", "capabilities": [{"type": "GPU_RESOURCES"}], "failover_timeout": 100}}}"#,
    );
    let info = call.subscribe.expect("subscribe").framework_info;
    assert_eq!(
        (info.user.as_str(), info.name.as_str(), info.id),
        ("root", "test", None)
    );
    assert_eq!(info.failover_timeout, Some(100.0));
    assert_eq!(info.capabilities[0].r#type(), capability::Type::GpuResources);
}

#[test]
fn subscribe_again_with_the_id_in_both_places() {
    let call = call(
        r#"{"type": "SUBSCRIBE", "subscribe": {"framework_info": {"user": "root", "name": "test", "id": {"value": "c-0000"}, "failover_timeout": 100}}, "framework_id": {"value": "c-0000"}}"#,
    );
    assert_eq!(call.framework_id, call.subscribe.expect("subscribe").framework_info.id);
}

#[test]
fn accept_with_launch() {
    let call = call(
        r#"{"type": "ACCEPT", "framework_id": {"value": "c-0000"}, "accept": {"offer_ids": [{"value": "c-O1"}], "operations": [{"type": "LAUNCH", "launch": {"task_infos": [{"task_id": {"value": "t1"}, "agent_id": {"value": "c-S0"}, "name": "task t1", "executor": {"executor_id": {"value": "MinimalExecutor"}, "name": "MinimalExecutor", "command": {"value": "/usr/bin/python /x/executor.py"}, "resources": [{"name": "mem", "type": "SCALAR", "scalar": {"value": 32}}]}, "data": "aGVsbG8=", "resources": [{"name": "cpus", "type": "SCALAR", "scalar": {"value": 0.2}}, {"name": "ports", "type": "RANGES", "ranges": {"range": [{"begin": 31000, "end": 31001}]}}]}]}}], "filters": {"refuse_seconds": 5}}}"#,
    );
    let accept = call.accept.expect("accept");
    assert_eq!(accept.filters.expect("filters").refuse_seconds, Some(5.0));
    let operation = &accept.operations[0];
    assert_eq!(operation.r#type(), v1::offer::operation::Type::Launch);
    let task = &operation.launch.as_ref().expect("launch").task_infos[0];
    assert_eq!(task.data.as_deref(), Some(&b"hello"[..]));
    assert_eq!(task.resources[0].scalar, Some(v1::value::Scalar { value: 0.2 }));
    let ports = task.resources[1].ranges.as_ref().expect("ranges");
    assert_eq!(
        ports.range,
        [v1::value::Range {
            begin: 31000,
            end: 31001
        }]
    );
}

#[test]
fn decline_with_filters() {
    let call = call(
        r#"{"type": "DECLINE", "framework_id": {"value": "c-0000"}, "decline": {"offer_ids": [{"value": "c-O1"}, {"value": "c-O2"}], "filters": {"refuse_seconds": 3600}}}"#,
    );
    let decline = call.decline.expect("decline");
    assert_eq!(decline.offer_ids.len(), 2);
    assert_eq!(
        decline.filters,
        Some(v1::Filters {
            refuse_seconds: Some(3600.0)
        })
    );
}

#[test]
fn one_offer_id_that_is_not_in_an_array() {
    // `launchTasks(offer_id, ...)` of older code reaches the wire like this; Mesos takes it for an array of one.
    let call = call(
        r#"{"type": "DECLINE", "framework_id": {"value": "c-0000"}, "decline": {"offer_ids": {"value": "c-O1"}}}"#,
    );
    assert_eq!(
        call.decline.expect("decline").offer_ids,
        [v1::OfferId { value: "c-O1".into() }]
    );
}

#[test]
fn revive_and_suppress_with_and_without_roles() {
    assert_eq!(
        call(r#"{"type": "REVIVE", "framework_id": {"value": "c-0000"}}"#).revive,
        None
    );
    let roles = call(r#"{"type": "SUPPRESS", "framework_id": {"value": "c-0000"}, "suppress": {"roles": ["a", "b"]}}"#);
    assert_eq!(roles.suppress.expect("suppress").roles, ["a", "b"]);
}

#[test]
fn kill_without_an_agent() {
    let call = call(r#"{"type": "KILL", "framework_id": {"value": "c-0000"}, "kill": {"task_id": {"value": "t1"}}}"#);
    let kill = call.kill.expect("kill");
    assert_eq!((kill.task_id.value.as_str(), kill.agent_id), ("t1", None));
}

#[test]
fn acknowledge_sends_back_what_the_update_held() {
    let uuid = (0..16).collect::<Vec<u8>>();
    let update = Event {
        r#type: Some(event::Type::Update.into()),
        update: Some(event::Update {
            status: v1::TaskStatus {
                task_id: v1::TaskId { value: "t1".into() },
                state: v1::TaskState::TaskRunning.into(),
                source: Some(v1::task_status::Source::Executor.into()),
                agent_id: Some(v1::AgentId { value: "c-S0".into() }),
                timestamp: Some(1_606_200_000.5),
                uuid: Some(uuid.clone()),
                ..v1::TaskStatus::default()
            },
        }),
        ..Event::default()
    };
    let sent: serde_json::Value = serde_json::from_slice(&to_json(&update)).expect("JSON");
    let status = &sent["update"]["status"];
    let body = format!(
        r#"{{"type": "ACKNOWLEDGE", "framework_id": {{"value": "c-0000"}}, "acknowledge": {{"agent_id": {}, "task_id": {}, "uuid": {}}}}}"#,
        status["agent_id"], status["task_id"], status["uuid"]
    );
    assert_eq!(call(&body).acknowledge.expect("acknowledge").uuid, uuid);
}

#[test]
fn reconcile_of_all_and_of_some() {
    let all = call(r#"{"type": "RECONCILE", "framework_id": {"value": "c-0000"}, "reconcile": {"tasks": []}}"#);
    assert_eq!(all.reconcile, Some(call::Reconcile::default()));
    let some = call(
        r#"{"type": "RECONCILE", "framework_id": {"value": "c-0000"}, "reconcile": {"tasks": [{"task_id": {"value": "t1"}}]}}"#,
    );
    assert_eq!(some.reconcile.expect("reconcile").tasks[0].agent_id, None);
}

#[test]
fn message_and_request_and_teardown() {
    let message = call(
        r#"{"type": "MESSAGE", "framework_id": {"value": "c-0000"}, "message": {"agent_id": {"value": "c-S0"}, "executor_id": {"value": "e"}, "data": "cGluZw=="}}"#,
    );
    assert_eq!(message.message.expect("message").data, b"ping");
    let request = call(
        r#"{"type": "REQUEST", "framework_id": {"value": "c-0000"}, "request": {"requests": [{"resources": []}]}}"#,
    );
    assert_eq!(request.request.expect("request").requests.len(), 1);
    call(r#"{"type": "TEARDOWN", "framework_id": {"value": "c-0000"}}"#);
}

#[test]
fn its_acknowledgement_of_operations_is_wrong_and_says_where() {
    // It sends the whole status, in which `uuid` is a message.
    let body = r#"{"type": "ACKNOWLEDGE_OPERATION_STATUS", "framework_id": {"value": "c-0000"}, "acknowledge_operation_status": {"operation_id": {"value": "o"}, "state": "OPERATION_FINISHED", "uuid": {"value": "AAAAAAAAAAAAAAAAAAAAAA=="}}}"#;
    let error = from_json::<Call>(body.as_bytes()).expect_err("uuid is no string");
    assert_eq!(
        error.to_string(),
        "Field 'acknowledge_operation_status.uuid': Expecting bytes as a base64 string, not a JSON object"
    );
}

#[test]
fn a_call_without_its_part_is_refused() {
    let call: Call = from_json(br#"{"type": "KILL", "framework_id": {"value": "c-0000"}}"#).expect("well-formed");
    assert_eq!(scheduler_call(&call, None), Err(Invalid::Absent("kill")));
}
