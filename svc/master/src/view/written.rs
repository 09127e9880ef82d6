//! Tasks in protobuf, written field by field from what the pool has: most of a large state are tasks, and a message of each
//! would be thirty texts made to be thrown away. The numbers are those of `mesos.v1`.

use core_master::{Seen, Task};
use model_cluster::{LabelRef, Pack};
use model_resources::{Ranges, Resource, Resources, Role, Value};
use prost::Message;
use wire_mesos::{
    cluster::rare_details,
    resource::{Format, all_to_wire},
    v1,
};

use super::field::{message, number, raw, real, text};

/// Appends a `Task`.
pub(crate) fn task(framework_id: &str, task: &Task, out: &mut Vec<u8>) {
    let spec = &task.spec;
    text(1, &spec.name, out);
    id(2, spec.task_id.as_str(), out);
    id(3, framework_id, out);
    if let Some(executor) = &spec.executor {
        id(4, executor.executor_id.as_str(), out);
    }
    id(5, task.agent_id.as_str(), out);
    number(6, task.state() as u64, out);
    for part in &spec.resources {
        resource(part, &task.role, out);
    }
    for seen in &task.seen {
        message(8, out, |out| status(task, seen, out));
    }
    if let Some(last) = task.seen.last() {
        number(9, last.state as u64, out);
        if let Some(uuid) = last.uuid {
            raw(10, uuid.as_bytes(), out);
        }
    }
    if !spec.labels.is_empty() {
        labels(11, spec.labels.iter(), out);
    }
    let rare = rare_details(spec);
    whole(12, rare.discovery.as_ref(), out);
    if let Some(user) = &spec.command.user {
        text(14, user, out);
    }
    whole(15, rare.health_check.as_ref(), out);
    whole(16, rare.kill_policy.as_ref(), out);
}

/// Any of the messages that hold nothing but an id.
fn id(field: u32, value: &str, out: &mut Vec<u8>) {
    message(field, out, |out| text(1, value, out));
}

fn whole<M: Message>(field: u32, value: Option<&M>, out: &mut Vec<u8>) {
    if let Some(value) = value {
        message(field, out, |out| value.encode_raw(out));
    }
}

fn labels<'a>(field: u32, all: impl Iterator<Item = LabelRef<'a>>, out: &mut Vec<u8>) {
    message(field, out, |out| {
        for label in all {
            message(1, out, |out| {
                text(1, label.key, out);
                if let Some(value) = label.value {
                    text(2, value, out);
                }
            });
        }
    });
}

/// A `Resource` of a task, allocated to its role.
fn resource(part: &Resource, role: &Role, out: &mut Vec<u8>) {
    let (Value::Scalar(_) | Value::Ranges(_), true) = (&part.value, part.is_plain()) else {
        let part = Resources::from(part.clone()).allocated(role);
        let all = all_to_wire(&part, Format::PostRefinement);
        return all.iter().for_each(|wire| whole(7, Some(wire), out));
    };
    message(7, out, |out| {
        text(1, part.name.as_str(), out);
        match &part.value {
            Value::Scalar(amount) => {
                number(2, v1::value::Type::Scalar as u64, out);
                message(3, out, |out| real(1, amount.to_f64(), out));
            }
            Value::Ranges(all) => {
                number(2, v1::value::Type::Ranges as u64, out);
                message(4, out, |out| ranges(all, out));
            }
            Value::Set(_) => {}
        }
        message(11, out, |out| text(1, role.as_str(), out));
    });
}

fn ranges(all: &Ranges, out: &mut Vec<u8>) {
    for range in all.as_slice() {
        message(1, out, |out| {
            number(1, range.begin, out);
            number(2, range.end, out);
        });
    }
}

/// A `TaskStatus`: the latest in full, but for its data; of earlier ones only what is remembered.
fn status(task: &Task, seen: &Seen, out: &mut Vec<u8>) {
    let latest = &task.status;
    let is_latest = seen.uuid == latest.uuid && seen.state == latest.state;
    id(1, task.spec.task_id.as_str(), out);
    number(2, seen.state as u64, out);
    if is_latest && let Some(words) = &latest.message {
        text(4, words, out);
    }
    id(5, task.agent_id.as_str(), out);
    real(6, if is_latest { latest.at } else { seen.at }.as_secs_f64(), out);
    if is_latest {
        let executor = latest.executor_id.as_ref();
        id(7, executor.map_or(task.spec.task_id.as_str(), |id| id.as_str()), out);
    }
    if let Some(healthy) = if is_latest { latest.healthy } else { seen.healthy } {
        number(8, u64::from(healthy), out);
    }
    if is_latest {
        number(9, latest.source as u64, out);
        if let Some(reason) = latest.reason {
            number(10, reason as u64, out);
        }
    }
    if let Some(uuid) = seen.uuid {
        raw(11, uuid.as_bytes(), out);
    }
    if is_latest && !latest.labels.is_empty() {
        labels(12, latest.labels.iter().map(Pack::view), out);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base_clock::Timestamp;
    use base_ids::{AgentId, ExecutorId, TaskId, Uuid};
    use model_cluster::{Command, Discovery, Label, Program, Reason, Source, TaskSpec, TaskState, TaskStatus};

    use super::*;
    use crate::view::task_to_wire;

    fn plain() -> Task {
        let label = |key: &str, value: Option<&str>| Label {
            key: key.to_owned(),
            value: value.map(str::to_owned),
        };
        let task_id = TaskId::from("web.1");
        let spec = TaskSpec {
            task_id: task_id.clone(),
            name: "wëb".to_owned(),
            resources: Resources::parse("cpus:0.1;mem:32;ports:[31000-31001,31005-31005]").unwrap(),
            command: Command {
                program: Program::Shell("true".into()),
                env: Default::default(),
                user: Some("nobody".into()),
                uris: Vec::new(),
            },
            health_check: None,
            kill_grace_ms: Some(1500),
            labels: vec![label("a", Some(&"long ".repeat(40))), label("b", None)].into(),
            discovery: Some(Box::new(Discovery::default())),
            data: None,
            executor: None,
            group: Vec::new(),
            max_run_ms: None,
        };
        let staging = TaskStatus::new(task_id, TaskState::Staging, Source::Master, Timestamp::EPOCH);
        Task {
            framework: 0,
            agent: 0,
            role: Role::new("eng/web").unwrap(),
            spec: Arc::new(spec),
            status: Arc::new(staging),
            unacknowledged: Vec::new(),
            seen: Vec::new(),
            kill: None,
            epoch: 1,
            launched_at: Timestamp::EPOCH,
            known_to_agent: true,
            agent_id: AgentId::from("C-S1"),
        }
    }

    fn seen(state: TaskState, uuid: Option<u128>) -> Seen {
        Seen {
            state,
            at: Timestamp::from_millis(1_234_567),
            uuid: uuid.map(Uuid::from_random),
            healthy: Some(false),
        }
    }

    fn running() -> Task {
        let mut task = plain();
        let mut status = TaskStatus::new(
            task.spec.task_id.clone(),
            TaskState::Running,
            Source::Executor,
            Timestamp::from_millis(99),
        )
        .because(Reason::TaskHealthCheckStatusUpdated, "well");
        (status.uuid, status.healthy) = (Some(Uuid::from_random(7)), Some(true));
        status.executor_id = Some(ExecutorId::from("e"));
        status.data = Some(vec![1]);
        status.labels = vec![Label {
            key: "k".into(),
            value: None,
        }];
        task.status = Arc::new(status);
        task.seen = vec![seen(TaskState::Starting, Some(3)), seen(TaskState::Running, Some(7))];
        task
    }

    fn odd() -> Task {
        let mut task = plain();
        let mut spec = task.spec.as_ref().clone();
        spec.resources = Resources::parse("gpus(eng):1;disks:{a,b}").unwrap();
        (spec.labels, spec.kill_grace_ms, spec.discovery) = (Default::default(), None, None);
        spec.command.user = None;
        task.spec = Arc::new(spec);
        task.seen = vec![seen(TaskState::Staging, None)];
        task
    }

    #[test]
    fn is_the_message_field_by_field() {
        for known in [plain(), running(), odd()] {
            let message = task_to_wire("f", &known);
            let mut bytes = Vec::new();
            task("f", &known, &mut bytes);
            assert_eq!(v1::Task::decode(bytes.as_slice()).unwrap(), message);
            assert_eq!(bytes, message.encode_to_vec());
        }
    }
}
