use std::{collections::BTreeMap, sync::Arc};

use base_clock::Timestamp;
use model_cluster::{Capability, OperationState, Reason, Source, TaskState, TaskStatus};

use super::Cx;
use crate::{Event, Master, state::Task};

/// Statuses that one command gives, and what is history thereby.
pub(super) struct Endings<'a> {
    master: &'a Master,
    pub(super) events: Vec<Event>,
    /// How many tasks of a framework became history.
    completed: BTreeMap<u32, usize>,
}

/// A status that the master itself gives to a task that it knows. `lost` stands for it where the framework does not know
/// about partitions.
pub(super) struct Verdict {
    pub(super) state: TaskState,
    pub(super) reason: Reason,
    pub(super) message: &'static str,
}

impl<'a> Endings<'a> {
    pub(super) fn new(master: &'a Master, events: Vec<Event>) -> Self {
        Self {
            master,
            events,
            completed: BTreeMap::new(),
        }
    }

    /// The master's word on a task: as it is for those who know about partitions, LOST for others if it would be
    /// unreachable, gone or dropped. Told until acknowledged, unless nobody is left to tell.
    pub(super) fn rule(&mut self, cx: &mut Cx<'_>, task: &Task, verdict: &Verdict) {
        let (aware, removed) = match self.master.hard.frameworks.get(task.framework) {
            Some(framework) => (
                framework.spec.can(Capability::PartitionAware),
                framework.removed.is_some(),
            ),
            None => (false, true),
        };
        let state = match verdict.state {
            TaskState::Unreachable if removed => TaskState::Lost,
            state if aware => state,
            TaskState::Unreachable
            | TaskState::Gone
            | TaskState::GoneByOperator
            | TaskState::Dropped
            | TaskState::Unknown => TaskState::Lost,
            state => state,
        };
        let mut status = TaskStatus::new(task.spec.task_id.clone(), state, Source::Master, cx.now)
            .because(verdict.reason, verdict.message);
        status.uuid = (!removed).then(|| cx.uuid());
        self.record(task, Arc::new(status));
    }

    /// Records a status, and the end of a task that nobody will acknowledge.
    pub(super) fn record(&mut self, task: &Task, status: Arc<TaskStatus>) {
        let Some(framework) = self.master.hard.frameworks.get(task.framework) else {
            return;
        };
        let over = status.state.is_terminal();
        self.events.push(Event::StatusRecorded {
            framework_id: framework.framework_id.clone(),
            status,
        });
        if over && framework.removed.is_some() {
            self.complete(task, true);
        }
    }

    /// Makes a task history, and its framework with it if it was the last of a removed one.
    pub(super) fn complete(&mut self, task: &Task, removed: bool) {
        let Some(framework) = self.master.hard.frameworks.get(task.framework) else {
            return;
        };
        let framework_id = framework.framework_id.clone();
        let task_id = task.spec.task_id.clone();
        self.events.push(Event::TaskCompleted {
            framework_id: framework_id.clone(),
            task_id,
        });
        let completed = self.completed.entry(task.framework).or_default();
        *completed += 1;
        if removed && *completed == framework.tasks.len() {
            self.events.extend(self.master.drop_executors(&framework_id));
            self.events.push(Event::FrameworkCompleted { framework_id });
        }
    }
}

/// Whether an update brings news: states only move forward.
pub(super) fn is_news(task: &Task, state: TaskState) -> bool {
    let from = task.state();
    !from.is_terminal() && (from == TaskState::Unreachable || state.rank() >= from.rank())
}

impl Master {
    /// The end of waiting for an agent.
    pub(super) fn lose(&self, cx: &mut Cx<'_>, slot: u32, endings: &mut Endings<'_>) {
        const UNREACHABLE: Verdict = Verdict {
            state: TaskState::Unreachable,
            reason: Reason::AgentRemoved,
            message: "The agent is unreachable",
        };
        let Some(agent) = self
            .hard
            .agents
            .get(slot)
            .filter(|agent| agent.unreachable_since.is_none())
        else {
            return;
        };
        endings
            .events
            .extend(self.drop_agent_offers(slot, crate::Drop::AgentLost));
        let told = self.tell_operations(slot, OperationState::Unreachable, "The agent is unreachable");
        endings.events.extend(told);
        endings.events.push(Event::AgentUnreachable {
            agent_id: agent.agent_id.clone(),
        });
        for task in self
            .live_tasks(agent)
            .filter(|task| task.state() != TaskState::Unreachable)
        {
            endings.rule(cx, task, &UNREACHABLE);
        }
    }

    /// The tasks of an agent that are not over.
    pub(super) fn live_tasks<'a>(&'a self, agent: &'a crate::Agent) -> impl Iterator<Item = &'a Task> {
        agent
            .tasks
            .iter()
            .filter_map(|slot| self.hard.tasks.get(*slot))
            .filter(|task| !task.is_over())
    }
}

/// When a framework that has no scheduler any more is removed.
pub(super) fn failover_deadline(now: Timestamp, failover_timeout_ms: u64) -> Timestamp {
    now + std::time::Duration::from_millis(failover_timeout_ms)
}
