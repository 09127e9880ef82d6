//! What schedulers and executors say to each other: passed on as it is, lost if the other is not there, as in Mesos.

use base_ids::AgentId;
use wire_link::{ExecutorMessage, ToAgent};
use wire_mesos::v1::{
    self,
    scheduler::{Event, event},
};

use crate::{Master, effects::of_type};

/// From an executor.
pub(crate) async fn to_scheduler(master: &Master, agent_id: &AgentId, message: ExecutorMessage) {
    let Ok(snapshot) = master.handle.state().await else {
        return;
    };
    let Some(connection) = snapshot.state.master.framework_connection(&message.framework_id) else {
        return;
    };
    let message = event::Message {
        agent_id: v1::AgentId {
            value: agent_id.to_string(),
        },
        executor_id: v1::ExecutorId {
            value: message.executor_id.to_string(),
        },
        data: message.data,
    };
    let event = Event {
        message: Some(message),
        ..of_type(event::Type::Message)
    };
    master.frameworks.send(connection, &event);
}

/// To an executor.
pub(crate) fn to_executor(master: &Master, agent_id: &AgentId, message: ExecutorMessage) {
    master.agents.send(agent_id, ToAgent::Message(message));
}
