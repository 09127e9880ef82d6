use base_ids::{AgentId, ExecutorId, FrameworkId};
use wire_link::{ShutdownExecutor, ToAgent};

use crate::{Config, Effect, Event, ExecutorEvent, Key, Master};

impl Master {
    /// The order to end an executor that nobody wants any more: its framework said so, is removed, or never had it.
    pub(super) fn shutdown_effect(
        &self,
        config: &Config,
        agent_id: &AgentId,
        framework_id: &FrameworkId,
        executor_id: &ExecutorId,
    ) -> Option<Effect> {
        let key = (framework_id.clone(), executor_id.clone());
        let known = self.agent(agent_id).and_then(|agent| agent.executors.get(&key));
        let framework = self.framework(framework_id);
        let alive = framework.is_some_and(|framework| framework.removed.is_none());
        if alive && known.is_some_and(|executor| !executor.shutdown) {
            return None;
        }
        let (framework_id, executor_id) = key;
        let order = ShutdownExecutor {
            framework_id,
            executor_id,
            epoch: config.epoch,
        };
        self.to_agent(agent_id, ToAgent::Shutdown(order))
    }

    pub(super) fn failure_effect(
        &self,
        agent_id: &AgentId,
        framework_id: &FrameworkId,
        executor_id: &ExecutorId,
        status: i32,
    ) -> Option<Effect> {
        self.soft.sessions.get(self.framework_slots.get(framework_id)?)?;
        Some(Effect::ExecutorFailed {
            framework_id: framework_id.clone(),
            agent_id: agent_id.clone(),
            executor_id: executor_id.clone(),
            status,
        })
    }

    /// Executors that are to end: told when that is decided, and again whenever their agent has reported.
    pub(super) fn touch_executors(&self, event: &Event, keys: &mut Vec<Key>) {
        match event {
            Event::Executor(ExecutorEvent::Shutdown {
                framework_id,
                agent_id,
                executor_id,
            })
            | Event::StrayExecutorFound {
                framework_id,
                agent_id,
                executor_id,
            } => keys.push(key(agent_id, framework_id, executor_id)),
            Event::Executor(ExecutorEvent::Exited {
                framework_id,
                agent_id,
                executor_id,
                status,
                ..
            }) => keys.push(Key::ExecutorOver {
                agent_id: agent_id.clone(),
                framework_id: framework_id.clone(),
                executor_id: executor_id.clone(),
                status: *status,
            }),
            Event::AgentReported { agent_id, .. } => {
                let executors = self.agent(agent_id).map(|agent| &agent.executors);
                let all = executors.into_iter().flat_map(|executors| executors.keys());
                keys.extend(all.map(|(framework, executor)| key(agent_id, framework, executor)));
            }
            Event::FrameworkRemoved { framework_id, .. } => {
                let own = self.executors_of(framework_id);
                keys.extend(
                    own.map(|(agent, executor)| key(&agent.agent_id, framework_id, &executor.spec.executor_id)),
                );
            }
            _ => {}
        }
    }
}

fn key(agent_id: &AgentId, framework_id: &FrameworkId, executor_id: &ExecutorId) -> Key {
    Key::Executor {
        agent_id: agent_id.clone(),
        framework_id: framework_id.clone(),
        executor_id: executor_id.clone(),
    }
}
