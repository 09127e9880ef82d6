use std::sync::Arc;

use base_ids::{AgentId, ExecutorId, FrameworkId};
use model_cluster::ExecutorSpec;
use model_resources::{Resources, Role};

use crate::{ExecutorEvent, Master, state::Executor};

impl Master {
    pub(super) fn apply_executor(&mut self, event: &ExecutorEvent) {
        match event {
            ExecutorEvent::Launched {
                framework_id,
                agent_id,
                role,
                executor,
            } => self.add_executor(framework_id, agent_id, role, executor),
            ExecutorEvent::Shutdown {
                framework_id,
                agent_id,
                executor_id,
            } => {
                let key = (framework_id.clone(), executor_id.clone());
                if let Some((slot, agent)) = self.agent_mut(agent_id)
                    && let Some(executor) = agent.executors.get_mut(&key)
                {
                    executor.shutdown = true;
                    self.review_drain(slot);
                }
            }
            ExecutorEvent::Exited {
                framework_id,
                agent_id,
                executor_id,
                resources,
                ..
            } => self.drop_executor(framework_id, agent_id, executor_id, resources),
        }
    }

    fn add_executor(&mut self, framework_id: &FrameworkId, agent_id: &AgentId, role: &Role, spec: &Arc<ExecutorSpec>) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        let executor = Executor {
            spec: spec.clone(),
            role: role.clone(),
            shutdown: false,
        };
        let key = (framework_id.clone(), spec.executor_id.clone());
        if agent.executors.insert(key, executor).is_none() {
            agent.used += &spec.resources;
        }
        self.executor_slots
            .insert((framework_id.clone(), slot, spec.executor_id.clone()));
        self.review_drain(slot);
    }

    fn drop_executor(
        &mut self,
        framework_id: &FrameworkId,
        agent_id: &AgentId,
        executor_id: &ExecutorId,
        resources: &Resources,
    ) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        let key = (framework_id.clone(), executor_id.clone());
        if agent.executors.remove(&key).is_some() {
            agent.used -= resources;
            self.executor_slots.remove(&(key.0, slot, key.1));
            self.soft.dirty.agents.insert(slot);
            self.review_drain(slot);
        }
    }
}
