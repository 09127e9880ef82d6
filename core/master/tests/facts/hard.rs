//! Facts that are journalled.

use super::*;

pub fn all() -> Vec<(&'static str, Event)> {
    let (agent_id, framework_id, task_id) = (agent_id(), framework_id(), task_id());
    vec![
        (
            "AgentJoined",
            Event::AgentJoined {
                agent_id: agent_id.clone(),
                spec: agent(),
                credential: Digest([1; 32]),
            },
        ),
        (
            "AgentUpdated",
            Event::AgentUpdated {
                agent_id: agent_id.clone(),
                spec: agent(),
                credential: Digest([2; 32]),
            },
        ),
        (
            "AgentUnreachable",
            Event::AgentUnreachable {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "AgentReturned",
            Event::AgentReturned {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "AgentGone",
            Event::AgentGone {
                agent_id: agent_id.clone(),
            },
        ),
        (
            "FrameworkSubscribed",
            Event::FrameworkSubscribed {
                framework_id: framework_id.clone(),
                spec: framework(),
                face: Face::Offers,
            },
        ),
        (
            "FrameworkUpdated",
            Event::FrameworkUpdated {
                framework_id: framework_id.clone(),
                spec: framework(),
                face: Face::Watch,
            },
        ),
        (
            "FrameworkDisconnected",
            Event::FrameworkDisconnected {
                framework_id: framework_id.clone(),
                deadline: time(),
            },
        ),
        (
            "FrameworkReconnected",
            Event::FrameworkReconnected {
                framework_id: framework_id.clone(),
            },
        ),
        (
            "FrameworkRemoved",
            Event::FrameworkRemoved {
                framework_id: framework_id.clone(),
                why: Removal::FailoverTimeout,
            },
        ),
        (
            "FrameworkCompleted",
            Event::FrameworkCompleted {
                framework_id: framework_id.clone(),
            },
        ),
        (
            "TaskLaunched",
            Event::TaskLaunched {
                framework_id: framework_id.clone(),
                agent_id: agent_id.clone(),
                role: role(),
                task: task(),
                epoch: 3,
            },
        ),
        (
            "ExecutorLaunched",
            Event::Executor(ExecutorEvent::Launched {
                framework_id: framework_id.clone(),
                agent_id: agent_id.clone(),
                role: role(),
                executor: Arc::new(executor()),
            }),
        ),
        (
            "ExecutorShutdown",
            Event::Executor(ExecutorEvent::Shutdown {
                framework_id: framework_id.clone(),
                agent_id: agent_id.clone(),
                executor_id: ExecutorId::from("e"),
            }),
        ),
        (
            "ExecutorExited",
            Event::Executor(ExecutorEvent::Exited {
                framework_id: framework_id.clone(),
                agent_id: agent_id.clone(),
                executor_id: ExecutorId::from("e"),
                role: role(),
                resources: resources(),
                status: 256,
            }),
        ),
        (
            "TaskAdopted",
            Event::TaskAdopted {
                framework_id: framework_id.clone(),
                agent_id,
                role: role(),
                task: task(),
                epoch: 3,
                state: TaskState::Running,
            },
        ),
        (
            "TaskKillRequested",
            Event::TaskKillRequested {
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
                grace_ms: Some(3000),
            },
        ),
        (
            "StatusRecorded",
            Event::StatusRecorded {
                framework_id: framework_id.clone(),
                status: status(),
            },
        ),
        (
            "StatusAcknowledged",
            Event::StatusAcknowledged {
                framework_id: framework_id.clone(),
                task_id: task_id.clone(),
                uuid: uuid(),
            },
        ),
        (
            "TaskCompleted",
            Event::TaskCompleted {
                framework_id: framework_id.clone(),
                task_id,
            },
        ),
        (
            "HoldingsChanged",
            Event::HoldingsChanged {
                agent_id: self::agent_id(),
                holdings: holdings(),
            },
        ),
        (
            "OperationAccepted",
            Event::OperationAccepted {
                framework_id: framework_id.clone(),
                agent_id: self::agent_id(),
                operation_id: operation_id(),
                operation: Arc::new(Operation::Create {
                    volumes: holdings().resources,
                }),
                version: 4,
            },
        ),
        (
            "OperationRecorded",
            Event::OperationRecorded {
                framework_id: framework_id.clone(),
                status: operation_status(),
            },
        ),
        (
            "OperationEnded",
            Event::OperationEnded {
                framework_id,
                operation_id: operation_id(),
            },
        ),
    ]
}
