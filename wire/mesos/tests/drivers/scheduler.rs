use wire_mesos::{
    driver::{ReadError, Said, read},
    internal,
    v1::{
        self, FrameworkId,
        offer::operation,
        scheduler::{Call, call},
    },
};

use super::recorded::recorded;

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
