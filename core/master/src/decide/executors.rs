//! The executors of agents: they come with tasks, and end when their agent says so.

use std::{collections::BTreeMap, sync::Arc};

use base_ids::{AgentId, ExecutorId, FrameworkId};
use model_cluster::{ExecutorSpec, TaskSpec};
use model_resources::Role;
use wire_link::{ExecutorExit, ExecutorReport};

use super::{Decided, validate};
use crate::{Agent, Config, Event, ExecutorEvent, Master, state::Executor};

impl Master {
    /// The executor that a task brings with it, if it is not there yet; `events` are the launches before.
    pub(super) fn join_executor(
        &self,
        framework_id: &FrameworkId,
        agent_id: &AgentId,
        role: &Role,
        task: &TaskSpec,
        events: &[Event],
    ) -> Result<Option<Arc<ExecutorSpec>>, String> {
        let Some(executor) = &task.executor else {
            return Ok(None);
        };
        validate::check_mix(task, events)?;
        let key = (framework_id.clone(), executor.executor_id.clone());
        let running = self.agent(agent_id).and_then(|agent| agent.executors.get(&key));
        let running = running.map(|running| (&running.spec, &running.role));
        let launched = events.iter().find_map(|event| match event {
            Event::Executor(ExecutorEvent::Launched {
                executor: launched,
                role,
                ..
            }) if launched.executor_id == executor.executor_id => Some((launched, role)),
            _ => None,
        });
        match running.or(launched) {
            Some((known, of)) if **known == **executor && of == role => Ok(None),
            Some((known, _)) if **known == **executor => Err(format!(
                "Executor '{}' uses resources of another role",
                known.executor_id
            )),
            Some(_) => Err(format!(
                "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID '{}'",
                executor.executor_id
            )),
            None => match validate::flaw_of_executor(executor) {
                Some(why) => Err(why),
                None => Ok(Some(Arc::new(executor.as_ref().clone()))),
            },
        }
    }

    /// An agent says which executors it has: the others are over, and those that nobody should have are strays.
    pub(super) fn report_executors(
        &self,
        config: &Config,
        agent_id: &AgentId,
        reported: Vec<ExecutorReport>,
    ) -> Decided {
        let (_, agent) = self.find_agent(agent_id)?;
        let reported: BTreeMap<_, _> = reported
            .into_iter()
            .map(|report| ((report.framework_id, report.executor_id), report.origin))
            .collect();
        let mut events: Vec<Event> = agent
            .executors
            .iter()
            .filter(|(key, _)| !reported.contains_key(*key) && !self.is_coming(agent, key))
            .map(|(key, executor)| exited(agent_id, key, executor, -1))
            .collect();
        // One that the journal lost is not a stray: its tasks bring it back.
        let strays = reported
            .into_iter()
            .filter(|(key, origin)| !agent.executors.contains_key(key) && self.has(config, *origin));
        events.extend(
            strays.map(|((framework_id, executor_id), _)| Event::StrayExecutorFound {
                agent_id: agent_id.clone(),
                framework_id,
                executor_id,
            }),
        );
        Ok(events)
    }

    /// An executor is over, unless a task that its agent has not seen will start it again.
    pub(super) fn end_executor(&self, agent_id: &AgentId, exit: ExecutorExit) -> Decided {
        let (_, agent) = self.find_agent(agent_id)?;
        let key = (exit.framework_id, exit.executor_id);
        let known = agent.executors.get(&key).filter(|_| !self.is_coming(agent, &key));
        Ok(known
            .map(|executor| exited(agent_id, &key, executor, exit.status))
            .into_iter()
            .collect())
    }

    /// A framework wants the end of an executor; nothing happens if there is none, as in Mesos.
    pub(super) fn shut_down_executor(
        &self,
        framework_id: &FrameworkId,
        agent_id: &AgentId,
        executor_id: ExecutorId,
    ) -> Decided {
        self.find_framework(framework_id)?;
        let key = (framework_id.clone(), executor_id);
        let known = self.agent(agent_id).and_then(|agent| agent.executors.get(&key));
        let wanted = known.is_some_and(|executor| !executor.shutdown);
        Ok(wanted
            .then(|| {
                Event::Executor(ExecutorEvent::Shutdown {
                    framework_id: key.0,
                    agent_id: agent_id.clone(),
                    executor_id: key.1,
                })
            })
            .into_iter()
            .collect())
    }

    /// The executors of a framework that becomes history: what they used is free, and whoever still has one is told to end
    /// it when it next reports.
    pub(super) fn drop_executors(&self, framework_id: &FrameworkId) -> Vec<Event> {
        let own = self.executors_of(framework_id);
        own.map(|(agent, executor)| {
            let key = (framework_id.clone(), executor.spec.executor_id.clone());
            exited(&agent.agent_id, &key, executor, -1)
        })
        .collect()
    }

    /// Whether a task of an executor is on its way to the agent.
    fn is_coming(&self, agent: &Agent, (framework_id, executor_id): &(FrameworkId, ExecutorId)) -> bool {
        let framework = self.framework_slots.get(framework_id).copied();
        self.live_tasks(agent).any(|task| {
            let executor = task.spec.executor.as_ref();
            Some(task.framework) == framework
                && !task.known_to_agent
                && executor.is_some_and(|executor| executor.executor_id == *executor_id)
        })
    }
}

pub(super) fn exited(
    agent_id: &AgentId,
    (framework_id, executor_id): &(FrameworkId, ExecutorId),
    executor: &Executor,
    status: i32,
) -> Event {
    Event::Executor(ExecutorEvent::Exited {
        framework_id: framework_id.clone(),
        agent_id: agent_id.clone(),
        executor_id: executor_id.clone(),
        role: executor.role.clone(),
        resources: executor.spec.resources.clone(),
        status,
    })
}
