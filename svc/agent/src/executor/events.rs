//! What an executor is told, as events of the v1 API.

use base_ids::{AgentId, FrameworkId, TaskId};
use core_agent::{Agent, Executor, ExecutorKey, Key, Order};
use model_cluster::{AgentSpec, TaskStatus};
use wire_mesos::{
    cluster::{executor_to_wire, framework_to_wire, of_framework, task_to_wire},
    resource::{Format, all_to_wire, attributes_to_wire},
    v1::{
        self,
        executor::{Event, event},
    },
};

pub(super) fn of_type(kind: event::Type) -> Event {
    Event {
        r#type: Some(kind as i32),
        ..Event::default()
    }
}

/// SUBSCRIBED: who the executor is, for whom, and where.
pub(super) fn subscribed(agent: &Agent, spec: &AgentSpec, key: &ExecutorKey, executor: &Executor) -> Event {
    let agent_info = v1::AgentInfo {
        hostname: spec.hostname.clone(),
        port: Some(i32::from(spec.port)),
        resources: all_to_wire(&spec.resources, Format::Endpoint),
        attributes: attributes_to_wire(&spec.attributes),
        id: agent.agent_id().map(|id| v1::AgentId { value: id.to_string() }),
        ..Default::default()
    };
    let subscribed = event::Subscribed {
        executor_info: of_framework(executor_to_wire(&executor.spec), &key.framework_id),
        framework_info: framework_to_wire(&key.framework_id, &executor.framework),
        agent_info,
        container_id: Some(v1::ContainerId {
            value: executor.container_id.to_string(),
            ..Default::default()
        }),
    };
    Event {
        subscribed: Some(subscribed),
        ..of_type(event::Type::Subscribed)
    }
}

/// ACKNOWLEDGED: an update is in the agent's journal.
pub(super) fn acknowledged(status: &TaskStatus) -> Option<Event> {
    let acknowledged = event::Acknowledged {
        task_id: id(&status.task_id),
        uuid: status.uuid?.as_bytes().to_vec(),
    };
    Some(Event {
        acknowledged: Some(acknowledged),
        ..of_type(event::Type::Acknowledged)
    })
}

/// MESSAGE: what the scheduler says.
pub(super) fn message(data: &[u8]) -> Event {
    Event {
        message: Some(event::Message { data: data.to_vec() }),
        ..of_type(event::Type::Message)
    }
}

/// An order; `None` if its task is no more.
pub(super) fn order(agent: &Agent, framework_id: &FrameworkId, order: &Order) -> Option<Event> {
    Some(match order {
        Order::Launch(tasks) => launch(agent, framework_id, tasks)?,
        Order::Kill { task_id, grace_ms } => {
            let kill_policy = v1::KillPolicy {
                grace_period: Some(v1::DurationInfo {
                    nanoseconds: i64::try_from(*grace_ms).unwrap_or(i64::MAX).saturating_mul(1_000_000),
                }),
            };
            let kill = event::Kill {
                task_id: id(task_id),
                kill_policy: Some(kill_policy),
            };
            Event {
                kill: Some(kill),
                ..of_type(event::Type::Kill)
            }
        }
        Order::Shutdown => of_type(event::Type::Shutdown),
    })
}

fn launch(agent: &Agent, framework_id: &FrameworkId, tasks: &[TaskId]) -> Option<Event> {
    let agent_id = agent.agent_id()?;
    let known = tasks.iter().filter_map(|task_id| {
        agent.task(&Key {
            framework_id: framework_id.clone(),
            task_id: task_id.clone(),
        })
    });
    let known: Vec<_> = known.collect();
    let first = known.first()?;
    let mut infos = known.iter().map(|task| task_info(framework_id, agent_id, &task.spec));
    if first.spec.group.is_empty() {
        return Some(Event {
            launch: infos.next().map(|task| event::Launch { task }),
            ..of_type(event::Type::Launch)
        });
    }
    let task_group = v1::TaskGroupInfo { tasks: infos.collect() };
    Some(Event {
        launch_group: Some(event::LaunchGroup { task_group }),
        ..of_type(event::Type::LaunchGroup)
    })
}

fn task_info(framework_id: &FrameworkId, agent_id: &AgentId, spec: &model_cluster::TaskSpec) -> v1::TaskInfo {
    let mut info = task_to_wire(spec, agent_id);
    info.executor = info.executor.map(|executor| of_framework(executor, framework_id));
    info
}

fn id(task_id: &TaskId) -> v1::TaskId {
    v1::TaskId {
        value: task_id.to_string(),
    }
}
