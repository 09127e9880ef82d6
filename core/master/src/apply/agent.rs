use std::{collections::BTreeMap, sync::Arc};

use base_clock::Timestamp;
use base_ids::AgentId;
use imbl::OrdSet;
use model_cluster::AgentSpec;
use model_resources::Resources;
use wire_link::Holdings;

use crate::{
    Digest, Master,
    state::{Agent, GONE_AGENTS, Gone, NOWHERE},
};

impl Master {
    pub(super) fn add_agent(&mut self, at: Timestamp, agent_id: &AgentId, spec: &Arc<AgentSpec>, credential: Digest) {
        let slot = self.hard.agents.insert(Agent {
            agent_id: agent_id.clone(),
            spec: spec.clone(),
            credential,
            joined_at: at,
            returned_at: None,
            unreachable_since: None,
            executors: BTreeMap::new(),
            drain: None,
            deactivated: false,
            holdings: Holdings::default(),
            total: spec.resources.clone(),
            used: Resources::new(),
            tasks: OrdSet::new(),
            strained: false,
        });
        self.agent_slots.insert(agent_id.clone(), slot);
        self.hard.next_agent += 1;
        self.review_machine(slot);
    }

    pub(super) fn update_agent(&mut self, agent_id: &AgentId, spec: &Arc<AgentSpec>, credential: Digest) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        agent.spec = spec.clone();
        agent.credential = credential;
        agent.recount();
        if agent.strained {
            agent.review_strain();
        }
        self.soft.dirty.agents.insert(slot);
    }

    pub(super) fn change_holdings(&mut self, agent_id: &AgentId, holdings: &Holdings) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        agent.holdings = holdings.clone();
        agent.recount();
        if agent.strained {
            agent.review_strain();
        }
        self.soft.dirty.agents.insert(slot);
        self.review_machine(slot);
    }

    pub(super) fn lose_agent(&mut self, at: Timestamp, agent_id: &AgentId) {
        let Some((slot, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        agent.unreachable_since = Some(at);
        self.drop_link(slot);
    }

    pub(super) fn return_agent(&mut self, at: Timestamp, agent_id: &AgentId) {
        let Some((_, agent)) = self.agent_mut(agent_id) else {
            return;
        };
        agent.unreachable_since = None;
        agent.returned_at = Some(at);
    }

    pub(super) fn forget_agent(&mut self, at: Timestamp, agent_id: &AgentId) {
        self.drop_agent(agent_id);
        let agent_id = agent_id.clone();
        self.gone_ids.insert(agent_id.clone());
        self.hard.gone.push(Gone { agent_id, at }, usize::MAX);
        self.forget_gone(self.hard.gone.len().saturating_sub(GONE_AGENTS));
    }

    /// Forgets that the oldest of those that are gone ever were.
    pub(super) fn forget_gone(&mut self, count: usize) {
        for _ in 0..count {
            let oldest = self.hard.gone.iter().next().map(|gone| gone.agent_id.clone());
            if let Some(oldest) = oldest {
                self.gone_ids.remove(&oldest);
            }
            self.hard.gone.pop();
        }
    }

    pub(super) fn drop_agent(&mut self, agent_id: &AgentId) {
        let Some(slot) = self.agent_slots.remove(agent_id) else {
            return;
        };
        let Some(agent) = self.hard.agents.remove(slot) else {
            return;
        };
        for (framework_id, executor_id) in agent.executors.into_keys() {
            self.executor_slots.remove(&(framework_id, slot, executor_id));
        }
        self.drop_operations_of_agent(slot);
        for task in agent.tasks {
            if let Some(task) = self.hard.tasks.get_mut(task) {
                task.agent = NOWHERE;
            }
        }
        self.drop_link(slot);
        self.soft.dirty.agents.remove(&slot);
        self.soft.filters.forget_agent(slot);
        self.soft.inverse.due.remove(&slot);
        self.soft.inverse.forget(|(agent, _)| agent == slot);
        self.review_machine(slot);
    }

    pub(super) fn agent_mut(&mut self, agent_id: &AgentId) -> Option<(u32, &mut Agent)> {
        let slot = *self.agent_slots.get(agent_id)?;
        Some((slot, self.hard.agents.get_mut(slot)?))
    }
}
