//! Events as the master sends them, byte by byte: names, order and defaults of Mesos' JSON.

use wire_mesos::json::{from_json, to_json};
use wire_mesos::v1::scheduler::{Event, event};
use wire_mesos::v1::{self, resource, value};

fn check(event: &Event, golden: &str) {
    let json = String::from_utf8(to_json(event)).expect("UTF-8");
    assert_eq!(json, golden);
    let back: Event = from_json(json.as_bytes()).expect("its own output");
    assert_eq!(to_json(&back), json.as_bytes());
}

fn agent() -> v1::AgentId {
    v1::AgentId { value: "c-S0".into() }
}

#[test]
fn subscribed() {
    let master = v1::MasterInfo {
        id: "m".into(),
        ip: 16_777_343,
        port: 5050,
        pid: Some("master@127.0.0.1:5050".into()),
        hostname: Some("localhost".into()),
        version: Some("1.11.0".into()),
        address: Some(v1::Address {
            hostname: None,
            ip: Some("127.0.0.1".into()),
            port: 5050,
        }),
        ..v1::MasterInfo::default()
    };
    let event = Event {
        r#type: Some(event::Type::Subscribed.into()),
        subscribed: Some(event::Subscribed {
            framework_id: v1::FrameworkId { value: "c-0000".into() },
            heartbeat_interval_seconds: Some(15.0),
            master_info: Some(master),
        }),
        ..Event::default()
    };
    check(
        &event,
        r#"{"type":"SUBSCRIBED","subscribed":{"framework_id":{"value":"c-0000"},"heartbeat_interval_seconds":15.0,"master_info":{"id":"m","ip":16777343,"port":5050,"pid":"master@127.0.0.1:5050","hostname":"localhost","version":"1.11.0","address":{"ip":"127.0.0.1","port":5050}}}}"#,
    );
}

#[test]
fn offers() {
    let cpus = v1::Resource {
        name: "cpus".into(),
        r#type: value::Type::Scalar.into(),
        scalar: Some(value::Scalar { value: 2.0 }),
        role: Some("*".into()),
        allocation_info: Some(resource::AllocationInfo {
            role: Some("web".into()),
        }),
        ..v1::Resource::default()
    };
    let offer = v1::Offer {
        id: v1::OfferId { value: "c-O1".into() },
        framework_id: v1::FrameworkId { value: "c-0000".into() },
        agent_id: agent(),
        hostname: "h1".into(),
        url: Some(v1::Url {
            scheme: "http".into(),
            address: v1::Address {
                hostname: Some("h1".into()),
                ip: Some("10.0.0.1".into()),
                port: 5051,
            },
            path: Some("/slave(1)".into()),
            ..v1::Url::default()
        }),
        resources: vec![cpus],
        attributes: vec![v1::Attribute {
            name: "rack".into(),
            r#type: value::Type::Text.into(),
            text: Some(value::Text { value: "r1".into() }),
            ..v1::Attribute::default()
        }],
        allocation_info: Some(resource::AllocationInfo {
            role: Some("web".into()),
        }),
        ..v1::Offer::default()
    };
    let event = Event {
        r#type: Some(event::Type::Offers.into()),
        offers: Some(event::Offers { offers: vec![offer] }),
        ..Event::default()
    };
    check(
        &event,
        r#"{"type":"OFFERS","offers":{"offers":[{"id":{"value":"c-O1"},"framework_id":{"value":"c-0000"},"agent_id":{"value":"c-S0"},"hostname":"h1","url":{"scheme":"http","address":{"hostname":"h1","ip":"10.0.0.1","port":5051},"path":"/slave(1)"},"resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":2.0},"role":"*","allocation_info":{"role":"web"}}],"attributes":[{"name":"rack","type":"TEXT","text":{"value":"r1"}}],"allocation_info":{"role":"web"}}]}}"#,
    );
}

#[test]
fn update() {
    let address = v1::network_info::IpAddress {
        protocol: Some(v1::network_info::Protocol::IPv4.into()),
        ip_address: Some("10.0.0.1".into()),
    };
    let status = v1::TaskStatus {
        task_id: v1::TaskId { value: "t1".into() },
        state: v1::TaskState::TaskFailed.into(),
        message: Some("Memory limit exceeded".into()),
        source: Some(v1::task_status::Source::Agent.into()),
        reason: Some(v1::task_status::Reason::ContainerLimitationMemory.into()),
        agent_id: Some(agent()),
        executor_id: Some(v1::ExecutorId { value: "t1".into() }),
        timestamp: Some(1.25),
        uuid: Some((0..16).collect()),
        healthy: Some(false),
        container_status: Some(v1::ContainerStatus {
            network_infos: vec![v1::NetworkInfo {
                ip_addresses: vec![address],
                ..v1::NetworkInfo::default()
            }],
            executor_pid: Some(42),
            ..v1::ContainerStatus::default()
        }),
        ..v1::TaskStatus::default()
    };
    let event = Event {
        r#type: Some(event::Type::Update.into()),
        update: Some(event::Update { status }),
        ..Event::default()
    };
    check(
        &event,
        r#"{"type":"UPDATE","update":{"status":{"task_id":{"value":"t1"},"state":"TASK_FAILED","message":"Memory limit exceeded","source":"SOURCE_AGENT","reason":"REASON_CONTAINER_LIMITATION_MEMORY","agent_id":{"value":"c-S0"},"executor_id":{"value":"t1"},"timestamp":1.25,"uuid":"AAECAwQFBgcICQoLDA0ODw==","healthy":false,"container_status":{"network_infos":[{"ip_addresses":[{"protocol":"IPv4","ip_address":"10.0.0.1"}]}],"executor_pid":42}}}}"#,
    );
}

#[test]
fn rescind_failure_error_and_heartbeat() {
    let event = |kind: event::Type| Event {
        r#type: Some(kind.into()),
        ..Event::default()
    };
    let offer_id = v1::OfferId { value: "c-O1".into() };
    check(
        &Event {
            rescind: Some(event::Rescind { offer_id }),
            ..event(event::Type::Rescind)
        },
        r#"{"type":"RESCIND","rescind":{"offer_id":{"value":"c-O1"}}}"#,
    );
    let failure = event::Failure {
        agent_id: Some(agent()),
        executor_id: None,
        status: Some(-1),
    };
    check(
        &Event {
            failure: Some(failure),
            ..event(event::Type::Failure)
        },
        r#"{"type":"FAILURE","failure":{"agent_id":{"value":"c-S0"},"status":-1}}"#,
    );
    let error = event::Error {
        message: "Framework \"x\"\tremoved".into(),
    };
    check(
        &Event {
            error: Some(error),
            ..event(event::Type::Error)
        },
        r#"{"type":"ERROR","error":{"message":"Framework \"x\"\tremoved"}}"#,
    );
    check(&event(event::Type::Heartbeat), r#"{"type":"HEARTBEAT"}"#);
}
