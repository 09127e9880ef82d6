//! The invariants around what a batch touched.

use std::{borrow::Cow, collections::BTreeSet};

use base_ids::AgentId;
use core_machine::Violation;
use model_resources::{Resource, Resources};

use crate::{
    Agent, Key, Master, OperationRecord,
    state::{NOWHERE, Task},
};

impl Master {
    pub(crate) fn check_keys(&self, keys: &[Key]) -> Result<(), Violation> {
        let mut agents: BTreeSet<u32> = BTreeSet::new();
        for key in keys {
            match key {
                Key::Agent(agent_id) | Key::Ping(agent_id) => agents.extend(self.agent_slots.get(agent_id)),
                Key::Holdings(agent_id) => {
                    agents.extend(self.agent_slots.get(agent_id));
                    self.agent(agent_id)
                        .map_or(Ok(()), |agent| self.check_holdings(agent))?;
                }
                Key::Operation(slot) => {
                    let operation = self.hard.operations.get(*slot);
                    operation.map_or(Ok(()), |operation| self.check_operation(*slot, operation))?;
                }
                Key::Orders(slot) | Key::Delivery(slot) => {
                    if let Some(task) = self.hard.tasks.get(*slot) {
                        self.check_task(*slot, task)?;
                        agents.extend(Some(task.agent).filter(|agent| *agent != NOWHERE));
                    }
                }
                Key::Offers(framework_id) => {
                    let slot = self.framework_slots.get(framework_id);
                    let session = slot.and_then(|slot| Some((*slot, self.soft.sessions.get(slot)?.latest)));
                    let offers = session.map(|(slot, first)| self.soft.offers_of_framework_from(slot, first));
                    agents.extend(offers.into_iter().flatten().map(|offer| offer.agent));
                }
                _ => {}
            }
        }
        agents.into_iter().try_for_each(|slot| self.check_agent(slot))
    }

    /// An operation is known to its framework and its agent, and its end is repeated if it is awaited.
    fn check_operation(&self, slot: u32, operation: &OperationRecord) -> Result<(), Violation> {
        let fault = |text: String| Err(Violation(text));
        let id = &operation.operation_id;
        let agent = self.hard.agents.get(operation.agent);
        if agent.is_none_or(|agent| agent.agent_id != operation.agent_id)
            || !self.operations_of_agents.contains(&(operation.agent, slot))
        {
            return fault(format!("agent {} does not know its operation {id}", operation.agent_id));
        }
        let known = self.operation_slots.get(&(operation.framework, id.clone()));
        if known != Some(&slot) || self.hard.frameworks.get(operation.framework).is_none() {
            return fault(format!("operation {id} has no framework"));
        }
        let awaited = operation.is_awaited() && self.soft.sessions.contains_key(&operation.framework);
        if awaited != self.soft.operation_redelivery.contains(slot) {
            return fault(format!("the end of operation {id} is repeated wrongly"));
        }
        Ok(())
    }

    fn check_operations(&self) -> Result<(), Violation> {
        for (slot, operation) in self.hard.operations.iter() {
            self.check_operation(slot, operation)?;
        }
        let known = self.hard.operations.len();
        if self.operation_slots.len() != known || self.operations_of_agents.len() != known {
            return Err(Violation("an index of operations has too many".into()));
        }
        Ok(())
    }

    /// What an agent has is what it offers with its holdings, and every volume of them was created once.
    fn check_holdings(&self, agent: &Agent) -> Result<(), Violation> {
        let id = &agent.agent_id;
        let total = agent.total_of(&agent.spec.resources);
        if total.ok().as_ref() != Some(&agent.total) {
            return Err(Violation(format!("agent {id} does not have what it offers and holds")));
        }
        if let Err(invalid) = agent.total.validate() {
            return Err(Violation(format!("agent {id} has what makes no sense: {invalid}")));
        }
        let volumes = agent.holdings.resources.persistent_volumes();
        let mut born = volumes
            .iter()
            .filter_map(|r| agent.holdings.born(r.reserved_role()?, r.persistence_id()?));
        if agent.holdings.born.len() == volumes.len() && born.all(|birth| birth.version <= agent.holdings.version) {
            Ok(())
        } else {
            Err(Violation(format!(
                "the volumes of agent {id} are not those that were created"
            )))
        }
    }

    /// What is used and on offer fits into what there is: a look at the agent's offers, as what is used is kept.
    fn check_agent(&self, slot: u32) -> Result<(), Violation> {
        let Some(agent) = self.hard.agents.get(slot) else {
            return Err(Violation(format!("no agent is in slot {slot}")));
        };
        if self.soft.recovery.missing.contains(&slot) && !self.soft.absent.contains_key(&slot) {
            return Err(Violation(format!(
                "agent {} is missing, and nobody waits for it",
                agent.agent_id
            )));
        }
        let mut taken = Cow::Borrowed(&agent.used);
        for offer in self.soft.offers_of_agent(slot) {
            taken = match taken.checked_add(&offer.resources) {
                _ if taken.is_empty() => Cow::Borrowed(&offer.resources),
                Some(sum) => Cow::Owned(sum),
                None => return Err(overlap(&agent.agent_id, &taken, &offer.resources)),
            };
        }
        if taken.iter().any(Resource::is_revocable) {
            let offered = self.soft.offered(slot).revocable();
            let left = &self.oversubscribed(slot) - &agent.used;
            if !left.contains(&offered) {
                return Err(Violation(format!(
                    "agent {} has {left} left beyond what is sure, but {offered} is on offer",
                    agent.agent_id
                )));
            }
            taken = Cow::Owned(taken.non_revocable());
        }
        // What does not fit was adopted; nothing more is given out for it.
        let offered = self.soft.offered(slot).non_revocable();
        let strained = agent.strained && agent.is_overused() && agent.unused().supports(&offered);
        if strained || agent.total.supports(&taken) {
            Ok(())
        } else {
            Err(Violation(format!(
                "agent {} has {}, but {taken} is used or on offer",
                agent.agent_id, agent.total
            )))
        }
    }

    fn check_task(&self, slot: u32, task: &Task) -> Result<(), Violation> {
        let task_id = &task.spec.task_id;
        let Some(framework) = self.hard.frameworks.get(task.framework) else {
            return Err(Violation(format!("task {task_id} has no framework")));
        };
        if !framework.tasks.contains(&slot) {
            return Err(Violation(format!(
                "framework {} does not know its task {task_id}",
                framework.framework_id
            )));
        }
        match self.hard.agents.get(task.agent) {
            Some(agent) if agent.agent_id != task.agent_id || !agent.tasks.contains(&slot) => {
                return Err(Violation(format!(
                    "agent {} does not know its task {task_id}",
                    task.agent_id
                )));
            }
            None if !task.is_over() => return Err(Violation(format!("task {task_id} is not over and has no agent"))),
            _ => {}
        }
        let last = task.unacknowledged.last();
        if last.is_some_and(|last| last.uuid != task.status.uuid || last.state != task.status.state) {
            return Err(Violation(format!(
                "the last unacknowledged status of task {task_id} is not its latest"
            )));
        }
        let awaited = !task.unacknowledged.is_empty() && self.soft.sessions.contains_key(&task.framework);
        if awaited != self.soft.redelivery.contains(slot) {
            let fault = if awaited { "never" } else { "for nothing" };
            return Err(Violation(format!("the status of task {task_id} is repeated {fault}")));
        }
        let ended = task.unacknowledged.iter().position(|status| status.state.is_terminal());
        if ended.is_some_and(|at| at + 1 != task.unacknowledged.len()) {
            return Err(Violation(format!("task {task_id} has a status after its end")));
        }
        Ok(())
    }

    /// Every invariant, by full sums instead of kept ones: for tests and the simulator, O(everything).
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn check_all(&self) -> Result<(), Violation> {
        for (slot, agent) in self.hard.agents.iter() {
            let mut used = agent.used_by_executors();
            for task in agent
                .tasks
                .iter()
                .filter_map(|task| self.hard.tasks.get(*task))
                .filter(|t| !t.is_over())
            {
                let sum = used.checked_add(&task.spec.resources);
                used = sum.ok_or_else(|| overlap(&agent.agent_id, &used, &task.spec.resources))?;
            }
            if used != agent.used {
                return Err(Violation(format!("the sums of agent {} are wrong", agent.agent_id)));
            }
            self.check_agent(slot)?;
            self.check_holdings(agent)?;
        }
        self.check_offers()?;
        for (slot, task) in self.hard.tasks.iter() {
            self.check_task(slot, task)?;
        }
        self.check_operations()?;
        let awaited = self
            .hard
            .tasks
            .iter()
            .filter(|(slot, _)| self.soft.redelivery.contains(*slot));
        if self.soft.redelivery.count() != Some(awaited.count()) {
            return Err(Violation("a status of no task is to be repeated".into()));
        }
        Ok(())
    }

    /// Every offer is known to its agent and its framework, and nothing else is.
    fn check_offers(&self) -> Result<(), Violation> {
        let soft = &self.soft;
        let of_agents = self.hard.agents.iter().flat_map(|(slot, _)| soft.offers_of_agent(slot));
        let of_frameworks = self
            .hard
            .frameworks
            .iter()
            .flat_map(|(slot, _)| soft.offers_of_framework(slot));
        for (known, by) in [
            (of_agents.collect::<Vec<_>>(), "agents"),
            (of_frameworks.collect(), "frameworks"),
        ] {
            let known: BTreeSet<u64> = known.into_iter().map(|offer| offer.number).collect();
            if !known.iter().eq(soft.offers.keys()) {
                return Err(Violation(format!("the offers of {by} are not the offers that stand")));
            }
        }
        Ok(())
    }
}

fn overlap(agent_id: &AgentId, a: &Resources, b: &Resources) -> Violation {
    Violation(format!("agent {agent_id} has something twice among {a} and {b}"))
}
