use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, TaskId, Uuid};
use model_cluster::{Capability, FrameworkSpec, Source, TaskSpec, TaskState, TaskStatus};
use model_resources::Role;

use crate::{
    Face, Master,
    state::{COMPLETED_TASKS, KillRequest, NOWHERE, Seen, Task},
};

impl Master {
    pub(super) fn launch_task(
        &mut self,
        at: Timestamp,
        framework_id: &FrameworkId,
        agent_id: &AgentId,
        role: &Role,
        spec: &Arc<TaskSpec>,
        epoch: u64,
    ) {
        let Some(framework) = self.framework_slots.get(framework_id).copied() else {
            return;
        };
        let status = TaskStatus::new(spec.task_id.clone(), TaskState::Staging, Source::Master, at);
        self.add_task(Task {
            framework,
            agent: self.agent_slots.get(agent_id).copied().unwrap_or(NOWHERE),
            role: role.clone(),
            spec: spec.clone(),
            seen: Vec::new(),
            status: Arc::new(status),
            unacknowledged: Vec::new(),
            kill: None,
            epoch,
            launched_at: at,
            known_to_agent: false,
            agent_id: agent_id.clone(),
        });
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of the event")]
    pub(super) fn adopt_task(
        &mut self,
        at: Timestamp,
        framework_id: &FrameworkId,
        agent_id: &AgentId,
        role: &Role,
        spec: &Arc<TaskSpec>,
        epoch: u64,
        state: TaskState,
    ) {
        if !self.framework_slots.contains_key(framework_id) {
            let slot = self.add_framework(at, framework_id, &Arc::new(stand_in(framework_id, role)), Face::Offers);
            if let Some(framework) = self.hard.frameworks.get_mut(slot) {
                framework.adopted = true;
            }
        }
        self.launch_task(at, framework_id, agent_id, role, spec, epoch);
        if let Some((_, agent)) = self.agent_mut(agent_id) {
            agent.review_strain();
        }
        if let Some(task) = self.task_mut(framework_id, &spec.task_id) {
            task.known_to_agent = true;
            task.status = Arc::new(TaskStatus {
                state,
                source: Source::Agent,
                ..task.status.as_ref().clone()
            });
            task.seen.push(Seen {
                state,
                at,
                uuid: None,
                healthy: None,
            });
        }
    }

    fn add_task(&mut self, task: Task) {
        let (slot, at) = (self.hard.tasks.insert(task.clone()), task.launched_at);
        self.link_task(slot, &task);
        self.hard.launched += 1;
        self.ask_about(task.agent);
        self.drain_adopted(at, slot);
    }

    pub(super) fn request_kill(
        &mut self,
        at: Timestamp,
        framework_id: &FrameworkId,
        task_id: &TaskId,
        grace_ms: Option<u64>,
    ) {
        if let Some(task) = self.task_mut(framework_id, task_id) {
            task.kill = Some(KillRequest { at, grace_ms });
        }
    }

    pub(super) fn record_status(&mut self, at: Timestamp, framework_id: &FrameworkId, status: &Arc<TaskStatus>) {
        let Some(task) = self.task_mut(framework_id, &status.task_id) else {
            return;
        };
        let ended = !task.is_over() && status.state.is_terminal();
        task.record(status);
        task.known_to_agent |= status.source != Source::Master;
        let is_first = task.unacknowledged.len() == 1 && status.uuid.is_some();
        if ended {
            let (slot, spec) = (task.agent, task.spec.clone());
            if let Some(agent) = self.hard.agents.get_mut(slot) {
                agent.used -= &spec.resources;
                if agent.strained {
                    agent.review_strain();
                }
                self.soft.dirty.agents.insert(slot);
            }
        }
        if is_first {
            self.start_delivery(at, framework_id, &status.task_id);
        }
    }

    pub(super) fn acknowledge_status(
        &mut self,
        at: Timestamp,
        framework_id: &FrameworkId,
        task_id: &TaskId,
        uuid: Uuid,
    ) {
        let Some(task) = self.task_mut(framework_id, task_id) else {
            return;
        };
        if task
            .unacknowledged
            .first()
            .is_some_and(|first| first.uuid == Some(uuid))
        {
            task.unacknowledged.remove(0);
            self.start_delivery(at, framework_id, task_id);
        }
    }

    pub(super) fn complete_task(&mut self, framework_id: &FrameworkId, task_id: &TaskId) {
        let Some(slot) = self.task_slot(framework_id, task_id) else {
            return;
        };
        let Some(mut task) = self.hard.tasks.remove(slot) else {
            return;
        };
        self.soft.redelivery.stop(slot);
        self.task_slots.remove(&(task.framework, task_id), slot);
        if let Some(agent) = self.hard.agents.get_mut(task.agent) {
            agent.tasks.remove(&slot);
        }
        self.review_drain(task.agent);
        if let Some(framework) = self.hard.frameworks.get_mut(task.framework) {
            framework.tasks.remove(&slot);
            task.unacknowledged.clear();
            framework.completed.push(task, COMPLETED_TASKS);
        }
    }

    fn task_mut(&mut self, framework_id: &FrameworkId, task_id: &TaskId) -> Option<&mut Task> {
        let slot = self.task_slot(framework_id, task_id)?;
        self.hard.tasks.get_mut(slot)
    }
}

/// A framework of which only the id is known, until it subscribes. It counts as one that knows about partitions: then
/// none of its tasks is killed for what it may not have understood.
fn stand_in(framework_id: &FrameworkId, role: &Role) -> FrameworkSpec {
    FrameworkSpec {
        name: framework_id.to_string(),
        user: String::new(),
        roles: vec![role.clone()],
        suppressed: Vec::new(),
        capabilities: vec![Capability::PartitionAware],
        failover_timeout_ms: 0,
        checkpoint: true,
        hostname: None,
        principal: None,
        webui_url: None,
        labels: Vec::new(),
        multi_role: true,
        minimums: Default::default(),
        constraints: Default::default(),
    }
}
