use std::{collections::BTreeSet, sync::Arc};

use base_ids::{ExecutorId, TaskId};
use model_cluster::{Reason, Source, TaskSpec, TaskState, TaskStatus};
use model_resources::Resources;

use super::{Cx, accept_offers::Spending};
use crate::{Event, ExecutorEvent};

impl Spending<'_> {
    /// A group is launched as a whole or not at all: takes back its tasks if one of them was refused, and the executor that
    /// came for them. What they would have used is there for what comes after.
    pub(super) fn settle_group(&mut self, cx: &Cx<'_>, group: &[TaskId]) {
        let launched = self.events.iter().filter_map(launched_task);
        let whole = launched.filter(|task| task.group == group).count() == group.len();
        if group.is_empty() || whole {
            return;
        }
        let mut events = std::mem::take(&mut self.events);
        for event in &mut events {
            let Event::TaskLaunched { task, .. } = event else {
                continue;
            };
            if task.group == group {
                self.free(&task.resources);
                *event = self.refused_with_its_group(cx, task);
            }
        }
        let wanted: BTreeSet<ExecutorId> = events
            .iter()
            .filter_map(launched_task)
            .filter_map(|task| task.executor.as_ref().map(|executor| executor.executor_id.clone()))
            .collect();
        events.retain(|event| match event {
            Event::Executor(ExecutorEvent::Launched { executor, .. }) if !wanted.contains(&executor.executor_id) => {
                self.free(&executor.resources);
                false
            }
            _ => true,
        });
        self.events = events;
    }

    fn free(&mut self, resources: &Resources) {
        self.left.give_back(resources);
        self.used -= resources;
    }

    fn refused_with_its_group(&self, cx: &Cx<'_>, task: &TaskSpec) -> Event {
        let status = TaskStatus::new(task.task_id.clone(), TaskState::Error, Source::Master, cx.now).because(
            Reason::TaskGroupInvalid,
            "A task within the task group is invalid, so none is launched",
        );
        Event::LaunchRefused {
            framework_id: self.framework.framework_id.clone(),
            agent_id: Some(self.agent.agent_id.clone()),
            status: Arc::new(status),
        }
    }
}

fn launched_task(event: &Event) -> Option<&TaskSpec> {
    match event {
        Event::TaskLaunched { task, .. } => Some(task),
        _ => None,
    }
}
