//! What two native drivers posted to a master, byte by byte: libmesos 1.11.0 (by `mesos.scheduler`) and mesos-go 0.0.2.
//! And what they are answered.

use std::path::Path;

use wire_mesos::driver::{Pid, ReadError, Route, Said, post_event, read};
use wire_mesos::internal;
use wire_mesos::protobuf::from_protobuf;
use wire_mesos::v1::offer::operation;
use wire_mesos::v1::scheduler::{Call, Event, call, event};
use wire_mesos::v1::{self, FrameworkId};

/// A recorded post, taken apart.
struct Post {
    path: String,
    from: Pid,
    body: Vec<u8>,
}

fn recorded(client: &str, name: &str) -> Post {
    let file = Path::new("tests/drivers").join(client).join(format!("{name}.http"));
    let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    take_apart(&bytes)
}

fn take_apart(bytes: &[u8]) -> Post {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = std::str::from_utf8(&bytes[..end]).expect("a head of text");
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a path");
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Post {
        path: path.to_owned(),
        from: header("Libprocess-From:").expect("a sender").parse().expect("a pid"),
        body: match header("Transfer-Encoding:") {
            Some(_) => unchunk(&bytes[end..]),
            None => bytes[end..].to_vec(),
        },
    }
}

/// The body of one chunk.
fn unchunk(bytes: &[u8]) -> Vec<u8> {
    let line = bytes.iter().position(|byte| *byte == b'\r').expect("a length");
    let text = std::str::from_utf8(&bytes[..line]).expect("a length of text");
    let length = usize::from_str_radix(text, 16).expect("a length");
    let (body, rest) = bytes[line + 2..].split_at(length);
    assert_eq!(rest, b"\r\n0\r\n\r\n");
    body.to_vec()
}

fn said(client: &str, name: &str) -> Said {
    let post = recorded(client, name);
    assert!(post.from.id.starts_with("scheduler"), "{}", post.from);
    let message = post.path.strip_prefix("/master/").expect("to the master");
    read(message, &post.body).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn call(client: &str, name: &str) -> Call {
    match said(client, name) {
        Said::Call(call) => {
            let id = call.framework_id.as_ref().expect("the framework's id");
            assert!(id.value.starts_with("26ce6176-c027-4be4-af5d-0d5047392214-"), "{id:?}");
            call
        }
        other => panic!("{name}: {other:?}"),
    }
}

fn kind(client: &str, name: &str) -> call::Type {
    call(client, name).r#type()
}

#[test]
fn libmesos_subscribes() {
    let Said::Subscribe { framework, force, .. } = said("libmesos", "subscribe") else {
        panic!("it subscribes");
    };
    assert_eq!(
        (framework.user.as_str(), framework.name.as_str()),
        ("root", "native sample")
    );
    assert_eq!(
        (framework.failover_timeout, framework.id, force),
        (Some(60.0), None, false)
    );
    let Said::Subscribe { framework, force, .. } = said("libmesos", "subscribe_again") else {
        panic!("it subscribes");
    };
    let id = framework.id.expect("its id").value;
    assert_eq!(
        (id.as_str(), force),
        ("26ce6176-c027-4be4-af5d-0d5047392214-0005", true)
    );
}

#[test]
fn libmesos_calls() {
    for (name, expected) in [
        ("accept", call::Type::Accept),
        ("acknowledge", call::Type::Acknowledge),
        ("decline", call::Type::Decline),
        ("kill", call::Type::Kill),
        ("message", call::Type::Message),
        ("reconcile", call::Type::Reconcile),
        ("request", call::Type::Request),
        ("revive", call::Type::Revive),
        ("suppress", call::Type::Suppress),
        ("teardown", call::Type::Teardown),
    ] {
        assert_eq!(kind("libmesos", name), expected, "{name}");
    }
    let accept = call("libmesos", "accept").accept.expect("accept");
    let task = &accept.operations[0].launch.as_ref().expect("launch").task_infos[0];
    assert_eq!(
        (task.task_id.value.as_str(), task.name.as_str()),
        ("native.0", "native")
    );
    assert_eq!(task.resources[0].scalar, Some(v1::value::Scalar { value: 0.1 }));
    let message = call("libmesos", "message").message.expect("message");
    assert_eq!(
        (message.agent_id.value.as_str(), &message.data[..]),
        ("nowhere", &b"hello"[..])
    );
    let Said::Deactivate(id) = said("libmesos", "DeactivateFrameworkMessage") else {
        panic!("it deactivates");
    };
    assert_eq!(id.value, "26ce6176-c027-4be4-af5d-0d5047392214-0005");
}

#[test]
fn mesos_go_registers() {
    let Said::Subscribe { framework, force, .. } = said("mesos_go", "RegisterFrameworkMessage") else {
        panic!("it registers");
    };
    assert_eq!(
        (framework.name.as_str(), framework.id, force),
        ("mesos-go sample", None, false)
    );
    let Said::Subscribe { framework, force, .. } = said("mesos_go", "ReregisterFrameworkMessage") else {
        panic!("it registers");
    };
    assert!(framework.id.is_some_and(|id| !id.value.is_empty()) && force);
}

#[test]
fn mesos_go_calls() {
    let accept = call("mesos_go", "LaunchTasksMessage").accept.expect("accept");
    assert_eq!(accept.offer_ids.len(), 1);
    assert_eq!(accept.filters.expect("filters").refuse_seconds, Some(0.0));
    assert_eq!(accept.operations[0].r#type(), operation::Type::Launch);
    let task = &accept.operations[0].launch.as_ref().expect("launch").task_infos[0];
    assert_eq!(task.task_id.value, "gosample.0");
    let command = task.command.as_ref().expect("command");
    assert_eq!(command.value.as_deref(), Some("echo $GOSAMPLE"));

    let decline = call("mesos_go", "DeclineByLaunchTasksMessage")
        .decline
        .expect("decline");
    assert_eq!(decline.filters.expect("filters").refuse_seconds, Some(60.0));
    let acknowledge = call("mesos_go", "StatusUpdateAcknowledgementMessage").acknowledge;
    assert_eq!(acknowledge.expect("acknowledge").uuid.len(), 16);
    let kill = call("mesos_go", "KillTaskMessage").kill.expect("kill");
    assert_eq!(kill.task_id.value, "gosample.2");
    let reconcile = call("mesos_go", "ReconcileTasksMessage").reconcile.expect("reconcile");
    assert_eq!(reconcile.tasks[0].task_id.value, "gosample.2");
    assert_eq!(kind("mesos_go", "ReviveOffersMessage"), call::Type::Revive);
    assert_eq!(kind("mesos_go", "UnregisterFrameworkMessage"), call::Type::Teardown);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let register = internal::RegisterFrameworkMessage {
        framework: v1::FrameworkInfo {
            id: Some(FrameworkId { value: "f".into() }),
            ..Default::default()
        },
    };
    let bytes = wire_mesos::protobuf::to_protobuf(&register);
    let refused = read("mesos.internal.RegisterFrameworkMessage", &bytes);
    assert_eq!(refused, Err(ReadError::Refused("Registering with 'id' already set")));
    // Without an id, for one; the numbers differ too.
    let error = read("mesos.internal.ReregisterFrameworkMessage", &bytes).expect_err("another message");
    assert!(
        error
            .to_string()
            .contains("Missing required fields: framework, failover"),
        "{error}"
    );
    let unknown = read("mesos.internal.RegisterSlaveMessage", b"").expect_err("not for us");
    assert!(unknown.to_string().contains("RegisterSlaveMessage"), "{unknown}");
    assert!(read("mesos.scheduler.Call", &[0xff, 0xff]).is_err());
}

fn route() -> Route {
    Route {
        from: "master@10.0.0.1:5050".parse().expect("a pid"),
        to: "scheduler(1)@10.0.0.2:4000".parse().expect("a pid"),
    }
}

/// The event as it is posted to a driver.
fn answered(event: Event) -> Post {
    let id = FrameworkId { value: "f-0001".into() };
    let bytes = post_event(&route(), &id, false, &event).expect("drivers hear of it");
    let post = take_apart(&bytes);
    assert_eq!(post.from, route().from);
    post
}

#[test]
fn the_bytes_of_an_answer() {
    let error = event::Error { message: "no".into() };
    let event = Event {
        r#type: Some(event::Type::Error as i32),
        error: Some(error),
        ..Default::default()
    };
    let bytes = post_event(&route(), &FrameworkId::default(), false, &event).expect("drivers hear of it");
    let expected = "POST /scheduler(1)/mesos.internal.FrameworkErrorMessage HTTP/1.1\r\nUser-Agent: \
                    libprocess/master@10.0.0.1:5050\r\nLibprocess-From: master@10.0.0.1:5050\r\nConnection: \
                    Keep-Alive\r\nHost: 10.0.0.2:4000\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\u{12}\u{2}no\r\n0\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
}

#[test]
fn a_status_with_a_uuid_names_a_process_that_takes_acknowledgements() {
    let update = |uuid: Option<Vec<u8>>| {
        let status = v1::TaskStatus {
            uuid,
            timestamp: Some(7.5),
            ..Default::default()
        };
        let post = answered(Event {
            r#type: Some(event::Type::Update as i32),
            update: Some(event::Update { status }),
            ..Default::default()
        });
        assert_eq!(post.path, "/scheduler(1)/mesos.internal.StatusUpdateMessage");
        from_protobuf::<internal::StatusUpdateMessage>(&post.body).expect("a status")
    };
    let with = update(Some(vec![7; 16]));
    assert_eq!(with.pid.as_deref(), Some("master@10.0.0.1:5050"));
    assert_eq!((with.update.uuid, with.update.timestamp), (Some(vec![7; 16]), 7.5));
    let without = update(None);
    assert_eq!((without.pid, without.update.uuid), (None, Some(Vec::new())));
}

#[test]
fn each_offer_has_a_process() {
    let post = answered(Event {
        r#type: Some(event::Type::Offers as i32),
        offers: Some(event::Offers {
            offers: vec![v1::Offer::default(); 2],
        }),
        ..Default::default()
    });
    let message: internal::ResourceOffersMessage = from_protobuf(&post.body).expect("offers");
    assert_eq!((message.offers.len(), message.pids.len()), (2, 2));
}

#[test]
fn a_lost_agent_and_an_exited_executor_are_failures() {
    let failure = |executor_id: Option<v1::ExecutorId>| {
        answered(Event {
            r#type: Some(event::Type::Failure as i32),
            failure: Some(event::Failure {
                agent_id: Some(v1::AgentId { value: "s".into() }),
                executor_id,
                status: Some(9),
            }),
            ..Default::default()
        })
        .path
    };
    assert!(failure(None).ends_with("LostSlaveMessage"));
    assert!(failure(Some(v1::ExecutorId { value: "e".into() })).ends_with("ExitedExecutorMessage"));
}

#[test]
fn drivers_do_not_hear_of_heartbeats() {
    let event = Event {
        r#type: Some(event::Type::Heartbeat as i32),
        ..Default::default()
    };
    assert_eq!(post_event(&route(), &FrameworkId::default(), false, &event), None);
}
