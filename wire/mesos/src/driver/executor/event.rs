use crate::{
    driver::{Route, error_post, post},
    internal::{
        ExecutorRegisteredMessage, ExecutorReregisteredMessage, FrameworkToExecutorMessage, KillTaskMessage,
        ReconnectExecutorMessage, RunTaskMessage, ShutdownExecutorMessage, StatusUpdateAcknowledgementMessage,
    },
    v1::{
        AgentId, ExecutorId, FrameworkId, FrameworkInfo,
        executor::{Event, event},
    },
};

/// The executor that is posted to. Its driver's messages name what a v1 event leaves out.
#[derive(Clone, Debug, PartialEq)]
pub struct Addressee {
    /// From the agent to the executor.
    pub route: Route,
    /// Its framework, with the framework's id.
    pub framework: FrameworkInfo,
    /// Its agent.
    pub agent_id: AgentId,
    /// Its own id.
    pub executor_id: ExecutorId,
}

impl Addressee {
    fn framework_id(&self) -> FrameworkId {
        self.framework.id.clone().unwrap_or_default()
    }
}

/// An event of the v1 API as the post that an executor's driver expects; `None` for what drivers never hear of, and for task
/// groups, which they cannot run.
///
/// `again` says whether the driver comes back, for SUBSCRIBED.
pub fn post_event(to: &Addressee, again: bool, event: &Event) -> Option<Vec<u8>> {
    match event.r#type() {
        event::Type::Subscribed => Some(subscribed(to, event.subscribed.clone()?, again)),
        event::Type::Launch => Some(launch(to, event.launch.clone()?)),
        event::Type::Kill => {
            let kill = event.kill.clone()?;
            let message = KillTaskMessage {
                framework_id: to.framework_id(),
                task_id: kill.task_id,
                kill_policy: kill.kill_policy,
            };
            Some(post(&to.route, &message))
        }
        event::Type::Acknowledged => {
            let acknowledged = event.acknowledged.clone()?;
            let message = StatusUpdateAcknowledgementMessage {
                agent_id: to.agent_id.clone(),
                framework_id: to.framework_id(),
                task_id: acknowledged.task_id,
                uuid: acknowledged.uuid,
            };
            Some(post(&to.route, &message))
        }
        event::Type::Message => {
            let message = FrameworkToExecutorMessage {
                agent_id: to.agent_id.clone(),
                framework_id: to.framework_id(),
                executor_id: to.executor_id.clone(),
                data: event.message.clone()?.data,
            };
            Some(post(&to.route, &message))
        }
        event::Type::Shutdown => {
            let message = ShutdownExecutorMessage {
                executor_id: Some(to.executor_id.clone()),
                framework_id: Some(to.framework_id()),
            };
            Some(post(&to.route, &message))
        }
        event::Type::Error => Some(error_post(&to.route, &event.error.as_ref()?.message)),
        event::Type::LaunchGroup | event::Type::Heartbeat | event::Type::Unknown => None,
    }
}

/// What an agent that came back posts to the executors that it finds: they register again.
pub fn post_reconnect(route: &Route, agent_id: &AgentId) -> Vec<u8> {
    let agent_id = agent_id.clone();
    post(route, &ReconnectExecutorMessage { agent_id })
}

fn subscribed(to: &Addressee, subscribed: event::Subscribed, again: bool) -> Vec<u8> {
    let (agent_id, agent_info) = (to.agent_id.clone(), subscribed.agent_info);
    if again {
        return post(&to.route, &ExecutorReregisteredMessage { agent_id, agent_info });
    }
    let message = ExecutorRegisteredMessage {
        executor_info: subscribed.executor_info,
        framework_id: to.framework_id(),
        framework_info: subscribed.framework_info,
        agent_id,
        agent_info,
    };
    post(&to.route, &message)
}

fn launch(to: &Addressee, launch: event::Launch) -> Vec<u8> {
    let message = RunTaskMessage {
        framework_id: Some(to.framework_id()),
        framework: to.framework.clone(),
        // Executors answer to their agent, never to the framework.
        pid: None,
        task: launch.task,
        launch_executor: None,
    };
    post(&to.route, &message)
}
