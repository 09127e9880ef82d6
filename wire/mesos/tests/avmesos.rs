//! The bodies that `avmesos` 0.4.2 sends, letter by letter, and the way it cuts the event stream.

use wire_mesos::json::from_json;
use wire_mesos::v1::scheduler::{Call, Event, event};
use wire_mesos::v1::{self, resource};
use wire_mesos::validate::{Invalid, scheduler_call};
use wire_mesos::{ContentType, encode_record};

fn call(body: &str) -> Call {
    let call: Call = from_json(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"));
    scheduler_call(&call, None).unwrap_or_else(|error| panic!("{error}: {body}"));
    call
}

#[test]
fn subscribe_with_credentials_that_no_message_has() {
    let call = call(
        r#"{"type": "SUBSCRIBE", "subscribe": {"framework_info": {"user": "root", "name": "Mesos HTTP framework", "hostname": "", "webui_url": "", "role": "web", "capabilities": [{"type": "PARTITION_AWARE"}], "failover_timeout": 30, "principal": "p", "id": {"value": "c-0000"}}, "credentials": [{"principal": "p", "secret": "s"}]}, "framework_id": {"value": "c-0000"}}"#,
    );
    let info = call.subscribe.expect("subscribe").framework_info;
    assert_eq!(info.role.as_deref(), Some("web"));
    assert_eq!(
        (info.hostname.as_deref(), info.webui_url.as_deref()),
        (Some(""), Some(""))
    );
}

#[test]
fn accept_with_the_old_name_of_the_agent_beside_the_new() {
    let call = call(
        r#"{"framework_id": {"value": "c-0000"}, "type": "ACCEPT", "accept": {"offer_ids": [{"value": "c-O1"}], "operations": [{"type": "LAUNCH", "launch": {"task_infos": [{"name": "sample test", "task_id": {"value": "f00"}, "agent_id": {"value": "c-S0"}, "resources": [{"name": "cpus", "type": "SCALAR", "scalar": {"value": 1}}, {"name": "mem", "type": "SCALAR", "scalar": {"value": 1000}}], "command": {"value": "sleep 30"}, "container": {"type": "MESOS", "mesos": {"image": {"type": "DOCKER", "docker": {"name": "debian"}}}}, "slave_id": {"value": "c-S0"}}]}}]}}"#,
    );
    let operations = call.accept.expect("accept").operations;
    let task = &operations[0].launch.as_ref().expect("launch").task_infos[0];
    assert_eq!(
        task.command.as_ref().expect("command").value.as_deref(),
        Some("sleep 30")
    );
    assert!(
        task.command.as_ref().expect("command").shell(),
        "the default of 'shell' is true"
    );
    assert_eq!(
        task.container.as_ref().expect("container").r#type(),
        v1::container_info::Type::Mesos
    );
}

#[test]
fn acknowledge_kill_reconcile_shutdown_and_the_rest() {
    let uuid = call(
        r#"{"framework_id": {"value": "c-0000"}, "type": "ACKNOWLEDGE", "acknowledge": {"agent_id": {"value": "c-S0"}, "task_id": {"value": "f00"}, "uuid": "AAECAwQFBgcICQoLDA0ODw=="}}"#,
    );
    assert_eq!(
        uuid.acknowledge.expect("acknowledge").uuid,
        (0..16).collect::<Vec<u8>>()
    );
    let kill = call(
        r#"{"framework_id": {"value": "c-0000"}, "type": "KILL", "kill": {"task_id": {"value": "f00"}, "agent_id": {"value": "c-S0"}}}"#,
    );
    assert_eq!(
        kill.kill.expect("kill").agent_id,
        Some(v1::AgentId { value: "c-S0".into() })
    );
    call(
        r#"{"framework_id": {"value": "c-0000"}, "type": "RECONCILE", "reconcile": {"tasks": [{"agent_id": {"value": "c-S0"}, "task_id": {"value": "f00"}}]}}"#,
    );
    call(
        r#"{"framework_id": {"value": "c-0000"}, "type": "SHUTDOWN", "shutdown": {"executor_id": {"value": "e"}, "agent_id": {"value": "c-S0"}}}"#,
    );
    call(r#"{"framework_id": {"value": "c-0000"}, "type": "DECLINE", "decline": {"offer_ids": [{"value": "c-O1"}]}}"#);
    call(r#"{"framework_id": {"value": "c-0000"}, "type": "REVIVE"}"#);
    call(r#"{"framework_id": {"value": "c-0000"}, "type": "SUPPRESS"}"#);
    call(r#"{"framework_id": {"value": "c-0000"}, "type": "TEARDOWN"}"#);
}

#[test]
fn its_request_puts_the_requests_in_the_wrong_place() {
    let body = br#"{"framework_id": {"value": "c-0000"}, "type": "REQUEST", "requests": []}"#;
    let call: Call = from_json(body).expect("well-formed");
    assert_eq!(scheduler_call(&call, None), Err(Invalid::Absent("request")));
}

/// What `MesosClient.__event_loop` does: lines, of which each holds a JSON text and the length of the next.
fn read_like_avmesos(stream: &str) -> Vec<serde_json::Value> {
    let mut lines = stream.lines();
    let mut length: usize = lines.next().expect("a first line").parse().expect("a length");
    let mut events = Vec::new();
    for line in lines {
        // It counts characters where the length counts bytes: only ASCII comes out right.
        let text: String = line.chars().take(length).collect();
        events.push(serde_json::from_str(&text).expect("JSON"));
        let rest: String = line.chars().skip(length).collect();
        if !rest.is_empty() {
            length = rest.parse().expect("a length");
        }
    }
    events
}

#[test]
fn its_reader_survives_text_outside_ascii() {
    let offer = v1::Offer {
        id: v1::OfferId { value: "c-O1".into() },
        framework_id: v1::FrameworkId { value: "c-0000".into() },
        agent_id: v1::AgentId { value: "c-S0".into() },
        hostname: "größe-\u{1F980}\n".into(),
        allocation_info: Some(resource::AllocationInfo { role: Some("*".into()) }),
        ..v1::Offer::default()
    };
    let offers = Event {
        r#type: Some(event::Type::Offers.into()),
        offers: Some(event::Offers { offers: vec![offer] }),
        ..Event::default()
    };
    let heartbeat = Event {
        r#type: Some(event::Type::Heartbeat.into()),
        ..Event::default()
    };
    let stream: Vec<u8> = [&offers, &heartbeat, &offers]
        .iter()
        .flat_map(|event| encode_record(ContentType::Json, *event))
        .collect();
    let events = read_like_avmesos(std::str::from_utf8(&stream).expect("UTF-8"));
    assert_eq!(events.len(), 3);
    assert_eq!(events[0]["offers"]["offers"][0]["hostname"], "größe-\u{1F980}\n");
    assert_eq!(events[1], serde_json::json!({"type": "HEARTBEAT"}));
}
