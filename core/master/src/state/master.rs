use std::{collections::BTreeMap, sync::Arc};

use base_clock::Timestamp;
use base_ids::{AgentId, ExecutorId, FrameworkId, OperationId, TaskId};
use base_slab::{ChunkRef, Finder, Lookup, Slab};
use imbl::{OrdMap, OrdSet};
use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};
use model_cluster::{Quota, Unavailability};
use model_resources::Role;

use super::{Agent, CompletedFramework, Framework, History, Maintenance, OperationRecord, Soft, Task};
use crate::{Leadership, Reject, codec};

/// How many frameworks that are history are kept (Mesos' `--max_completed_frameworks`).
pub(crate) const COMPLETED_FRAMEWORKS: usize = 50;
/// How many ids of agents that are gone are kept at most, whatever `--registry-max-agent-count` says.
pub(crate) const GONE_AGENTS: usize = 200_000;

/// The state of the pool.
#[derive(Clone, Debug, Default)]
pub struct Master {
    pub(crate) hard: Hard,
    pub(crate) soft: Soft,
    pub(crate) agent_slots: Lookup<AgentId>,
    pub(crate) framework_slots: Lookup<FrameworkId>,
    /// By a framework's slot and the task's id.
    pub(crate) task_slots: Finder,
    /// Which agents have which executors of a framework.
    pub(crate) executor_slots: OrdSet<(FrameworkId, u32, ExecutorId)>,
    /// The operations of a framework, by their ids.
    pub(crate) operation_slots: OrdMap<(u32, OperationId), u32>,
    /// Agent slots and their operations.
    pub(crate) operations_of_agents: OrdSet<(u32, u32)>,
    /// When frameworks without a scheduler are removed.
    pub(crate) deadlines: OrdSet<(Timestamp, u32)>,
    /// The ids of agents that are gone.
    pub(crate) gone_ids: OrdSet<AgentId>,
    /// Agents whose machine is in the schedule of maintenance, by slot, and when it will not be there.
    pub(crate) scheduled: OrdMap<u32, Unavailability>,
    /// Agents whose machine is down.
    pub(crate) down: OrdSet<u32>,
}

/// What is journalled.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub(crate) struct Hard {
    #[n(0)]
    pub(crate) agents: Slab<Agent>,
    #[n(1)]
    pub(crate) frameworks: Slab<Framework>,
    #[n(2)]
    pub(crate) tasks: Slab<Task>,
    #[n(3)]
    pub(crate) completed: History<CompletedFramework>,
    #[n(4)]
    pub(crate) gone: History<Gone>,
    /// The number of the next agent.
    #[n(5)]
    pub(crate) next_agent: u64,
    /// The number of the next framework that brings no id.
    #[n(6)]
    pub(crate) next_framework: u64,
    /// How many tasks were ever launched or adopted.
    #[n(7)]
    pub(crate) launched: u64,
    #[n(8)]
    pub(crate) maintenance: Maintenance,
    /// Operations whose frameworks wait for their end or have not acknowledged it.
    #[cbor(n(9), default)]
    pub(crate) operations: Slab<OperationRecord>,
    /// The weights of roles that were ever set.
    #[cbor(n(10), with = "codec::arc", default)]
    pub(crate) weights: Arc<BTreeMap<Role, f64>>,
    /// The quotas of roles.
    #[cbor(n(11), with = "codec::arc", default)]
    pub(crate) quotas: Arc<BTreeMap<Role, Quota>>,
    /// The latest leaderships, at most [`super::LEADERSHIPS`].
    #[cbor(n(12), default)]
    pub(crate) leaderships: History<Leadership>,
}

/// An agent that is gone for ever.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Gone {
    /// Its id.
    #[n(0)]
    pub agent_id: AgentId,
    /// Since when.
    #[n(1)]
    pub at: Timestamp,
}

impl Master {
    /// Agents that joined and are not gone, with their slots.
    pub fn agents(&self) -> impl Iterator<Item = (u32, &Agent)> {
        self.hard.agents.iter()
    }

    /// Frameworks that are not history, with their slots.
    pub fn frameworks(&self) -> impl Iterator<Item = (u32, &Framework)> {
        self.hard.frameworks.iter()
    }

    /// Tasks that are not history, with their slots.
    pub fn tasks(&self) -> impl Iterator<Item = (u32, &Task)> {
        self.hard.tasks.iter()
    }

    /// The same agents, chunk by chunk: for readers that keep what they made of a chunk until it changes.
    pub fn agent_chunks(&self) -> impl Iterator<Item = ChunkRef<'_, Agent>> {
        self.hard.agents.chunks()
    }

    /// The same tasks, chunk by chunk.
    pub fn task_chunks(&self) -> impl Iterator<Item = ChunkRef<'_, Task>> {
        self.hard.tasks.chunks()
    }

    /// Operations whose frameworks wait for their end or have not acknowledged it, with their slots.
    pub fn operations(&self) -> impl Iterator<Item = (u32, &OperationRecord)> {
        self.hard.operations.iter()
    }

    /// The latest frameworks that are history, oldest first.
    pub fn completed_frameworks(&self) -> &History<CompletedFramework> {
        &self.hard.completed
    }

    /// The latest agents that are gone for ever, oldest first.
    pub fn gone_agents(&self) -> &History<Gone> {
        &self.hard.gone
    }

    /// Whether an agent is gone for ever, as far as that is remembered.
    pub fn is_gone(&self, agent_id: &AgentId) -> bool {
        self.gone_ids.contains(agent_id)
    }

    /// The schedule of maintenance, and which machines are down.
    pub fn maintenance(&self) -> &Maintenance {
        &self.hard.maintenance
    }

    /// How many tasks were ever launched or adopted.
    pub fn launched(&self) -> u64 {
        self.hard.launched
    }

    /// The weights of roles, as far as they were set; 1 is that of all others.
    pub fn weights(&self) -> &BTreeMap<Role, f64> {
        &self.hard.weights
    }

    /// The weight of a role.
    pub fn weight(&self, role: &Role) -> f64 {
        self.hard.weights.get(role).copied().unwrap_or(1.0)
    }

    /// The quotas of the roles that have one.
    pub fn quotas(&self) -> &BTreeMap<Role, Quota> {
        &self.hard.quotas
    }

    /// An agent by its slot.
    pub fn agent_at(&self, slot: u32) -> Option<&Agent> {
        self.hard.agents.get(slot)
    }

    /// A framework by its slot.
    pub fn framework_at(&self, slot: u32) -> Option<&Framework> {
        self.hard.frameworks.get(slot)
    }

    /// A task by its slot.
    pub fn task_at(&self, slot: u32) -> Option<&Task> {
        self.hard.tasks.get(slot)
    }

    /// An agent by its id.
    pub fn agent(&self, agent_id: &AgentId) -> Option<&Agent> {
        self.agent_at(*self.agent_slots.get(agent_id)?)
    }

    /// An agent by its id, and its slot.
    pub fn agent_with_slot(&self, agent_id: &AgentId) -> Option<(u32, &Agent)> {
        let slot = *self.agent_slots.get(agent_id)?;
        Some((slot, self.agent_at(slot)?))
    }

    /// A framework by its id, one that is removed but not history among them.
    pub fn framework(&self, framework_id: &FrameworkId) -> Option<&Framework> {
        self.framework_at(*self.framework_slots.get(framework_id)?)
    }

    /// A task by its id; none that is history.
    pub fn task(&self, framework_id: &FrameworkId, task_id: &TaskId) -> Option<&Task> {
        self.task_at(self.task_slot(framework_id, task_id)?)
    }

    pub(crate) fn task_slot(&self, framework_id: &FrameworkId, task_id: &TaskId) -> Option<u32> {
        self.slot_of_task(*self.framework_slots.get(framework_id)?, task_id)
    }

    /// The slot of a task of the framework in a slot.
    pub(crate) fn slot_of_task(&self, framework: u32, task_id: &TaskId) -> Option<u32> {
        let is = |slot| {
            let task = self.hard.tasks.get(slot);
            task.is_some_and(|task| task.framework == framework && task.spec.task_id == *task_id)
        };
        self.task_slots.find(&(framework, task_id), is)
    }

    /// The slot of a framework's operation.
    pub(crate) fn operation_slot(&self, framework_id: &FrameworkId, operation_id: &OperationId) -> Option<u32> {
        let framework = self.framework_slots.get(framework_id)?;
        self.operation_slots.get(&(*framework, operation_id.clone())).copied()
    }

    /// The operations of an agent, with their slots.
    pub(crate) fn operations_of_agent(&self, agent: u32) -> impl Iterator<Item = (u32, &OperationRecord)> {
        let slots = self.operations_of_agents.range((agent, 0)..=(agent, u32::MAX));
        slots.filter_map(|(_, slot)| Some((*slot, self.hard.operations.get(*slot)?)))
    }

    /// The operations of a framework, with their slots.
    pub(crate) fn operations_of_framework(&self, framework: u32) -> impl Iterator<Item = (u32, &OperationRecord)> {
        let first = (framework, OperationId::from(""));
        let slots = self
            .operation_slots
            .range(first..)
            .take_while(move |((of, _), _)| *of == framework);
        slots.filter_map(|(_, slot)| Some((*slot, self.hard.operations.get(*slot)?)))
    }

    /// The slot of an agent that a command names.
    pub(crate) fn find_agent(&self, agent_id: &AgentId) -> Result<(u32, &Agent), Reject> {
        match self.agent_slots.get(agent_id) {
            Some(slot) => Ok((*slot, &self.hard.agents[*slot])),
            None if self.gone_ids.contains(agent_id) => Err(Reject::AgentGone(agent_id.clone())),
            None => Err(Reject::UnknownAgent(agent_id.clone())),
        }
    }

    /// The slot of a framework that a command names.
    pub(crate) fn find_framework(&self, framework_id: &FrameworkId) -> Result<(u32, &Framework), Reject> {
        let known = self
            .framework_slots
            .get(framework_id)
            .map(|slot| (*slot, &self.hard.frameworks[*slot]));
        match known {
            Some((_, Framework { removed: Some(_), .. })) => Err(Reject::FrameworkRemoved(framework_id.clone())),
            Some(known) => Ok(known),
            None if self.is_history(framework_id) => Err(Reject::FrameworkRemoved(framework_id.clone())),
            None => Err(Reject::UnknownFramework(framework_id.clone())),
        }
    }

    pub(crate) fn is_history(&self, framework_id: &FrameworkId) -> bool {
        self.hard
            .completed
            .iter()
            .any(|past| past.framework.framework_id == *framework_id)
    }

    /// Rebuilds what follows from the hard state.
    fn derive(hard: Hard) -> Self {
        let mut master = Self {
            hard,
            ..Self::default()
        };
        let executors: Vec<_> = master
            .hard
            .agents
            .iter()
            .map(|(slot, agent)| {
                let keys: Vec<_> = agent.executors.keys().cloned().collect();
                (slot, agent.agent_id.clone(), keys, agent.used_by_executors())
            })
            .collect();
        for (slot, agent_id, keys, used) in executors {
            master.agent_slots.insert(agent_id, slot);
            let keys = keys.into_iter();
            master
                .executor_slots
                .extend(keys.map(|(framework, executor)| (framework, slot, executor)));
            if let Some(agent) = master.hard.agents.get_mut(slot).filter(|_| !used.is_empty()) {
                agent.used = used;
            }
        }
        master.gone_ids = master.hard.gone.iter().map(|gone| gone.agent_id.clone()).collect();
        master.review_machines();
        for (slot, framework) in master.hard.frameworks.iter() {
            master.framework_slots.insert(framework.framework_id.clone(), slot);
            if let Some(deadline) = framework.deadline.filter(|_| framework.removed.is_none()) {
                master.deadlines.insert((deadline, slot));
            }
        }
        let slots: Vec<u32> = master.hard.agents.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            if let Some(agent) = master.hard.agents.get_mut(slot) {
                agent.recount();
            }
        }
        for (slot, operation) in master.hard.operations.iter() {
            let key = (operation.framework, operation.operation_id.clone());
            master.operation_slots.insert(key, slot);
            master.operations_of_agents.insert((operation.agent, slot));
        }
        let tasks: Vec<(u32, Task)> = master
            .hard
            .tasks
            .iter()
            .map(|(slot, task)| (slot, task.clone()))
            .collect();
        for (slot, task) in tasks {
            master.link_task(slot, &task);
        }
        let overused = master.hard.agents.iter().filter(|(_, agent)| agent.is_overused());
        let overused: Vec<u32> = overused.map(|(slot, _)| slot).collect();
        for slot in overused {
            if let Some(agent) = master.hard.agents.get_mut(slot) {
                agent.review_strain();
            }
        }
        master
    }

    /// Makes a task known to its agent, its framework and by its id.
    pub(crate) fn link_task(&mut self, slot: u32, task: &Task) {
        self.task_slots.insert(&(task.framework, &task.spec.task_id), slot);
        if let Some(framework) = self.hard.frameworks.get_mut(task.framework) {
            framework.tasks.insert(slot);
        }
        if let Some(agent) = self.hard.agents.get_mut(task.agent) {
            agent.tasks.insert(slot);
            if !task.is_over() {
                agent.used += &task.spec.resources;
            }
        }
    }
}

/// The snapshot: hard state only.
impl Encode<()> for Master {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, cx: &mut ()) -> Result<(), encode::Error<W::Error>> {
        self.hard.encode(e, cx)
    }
}

impl<'b> Decode<'b, ()> for Master {
    fn decode(d: &mut Decoder<'b>, cx: &mut ()) -> Result<Self, decode::Error> {
        Hard::decode(d, cx).map(Self::derive)
    }
}
