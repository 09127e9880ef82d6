use wire_mesos::{
    driver::{ReadError, executor::read},
    v1::{
        ExecutorId, TaskState,
        executor::{Call, call},
        task_status::Source,
    },
};

use super::recorded::recorded;

fn poster() -> ExecutorId {
    ExecutorId { value: "e".into() }
}

fn call(name: &str, kind: call::Type) -> Call {
    let post = recorded("mesos_go_executor", name);
    assert!(post.from.id.starts_with("executor"), "{}", post.from);
    let message = post.path.strip_prefix("/slave(1)/").expect("to the agent");
    let call = read(message, &post.body, &poster()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(
        (call.framework_id.value.as_str(), call.executor_id.value.as_str()),
        ("f", "e")
    );
    assert_eq!(call.r#type(), kind);
    call
}

#[test]
fn it_registers_and_comes_back_with_what_was_not_acknowledged() {
    let subscribe = call("RegisterExecutorMessage", call::Type::Subscribe).subscribe;
    assert_eq!(subscribe, Some(call::Subscribe::default()));
    let subscribe = call("ReregisterExecutorMessage", call::Type::Subscribe).subscribe;
    let updates = subscribe.expect("subscribe").unacknowledged_updates;
    assert_eq!((updates.len(), updates[0].status.state()), (1, TaskState::TaskKilled));
    assert_eq!(updates[0].status.uuid.as_ref().map(Vec::len), Some(16));
}

#[test]
fn a_status_gets_what_the_driver_puts_around_it() {
    let status = call("StatusUpdateMessage", call::Type::Update)
        .update
        .expect("update")
        .status;
    assert_eq!(
        (status.state(), status.source()),
        (TaskState::TaskRunning, Source::Executor)
    );
    assert_eq!(status.uuid.map(|uuid| uuid.len()), Some(16));
    assert!(status.timestamp.is_some_and(|seconds| seconds > 1e9));
    assert_eq!(status.data.as_deref(), Some(&b"opaque"[..]));
}

#[test]
fn a_message_for_the_framework() {
    let message = call("ExecutorToFrameworkMessage", call::Type::Message).message;
    assert_eq!(message.expect("message").data, b"heard ping");
}

#[test]
fn what_is_not_for_an_agent_is_unknown() {
    let unknown = read("mesos.internal.KillTaskMessage", b"", &poster());
    assert!(matches!(unknown, Err(ReadError::Unknown(_))), "{unknown:?}");
}
