use base_ids::FrameworkId;
use model_cluster::{Reason, TaskState};

use super::{
    Cx, Decided,
    end_tasks::{Endings, Verdict},
};
use crate::{Event, Master, Removal};

impl Master {
    pub(super) fn tear_down(&self, cx: &mut Cx<'_>, framework_id: &FrameworkId) -> Decided {
        let (slot, _) = self.find_framework(framework_id)?;
        let mut endings = Endings::new(self, Vec::new());
        self.remove(cx, slot, Removal::Teardown, &mut endings);
        Ok(endings.events)
    }

    /// Removes a framework. It stays until its agents have confirmed the end of its tasks; a task whose agent is
    /// unreachable is given up, and killed if it turns up again.
    pub(super) fn remove(&self, cx: &mut Cx<'_>, slot: u32, why: Removal, endings: &mut Endings<'_>) {
        const LOST: Verdict = Verdict {
            state: TaskState::Lost,
            reason: Reason::FrameworkRemoved,
            message: "The framework was removed while the agent was unreachable",
        };
        let Some(framework) = self.hard.frameworks.get(slot) else {
            return;
        };
        let framework_id = framework.framework_id.clone();
        endings.events.extend(self.drop_framework_offers(slot));
        endings.events.push(Event::FrameworkRemoved {
            framework_id: framework_id.clone(),
            why,
        });
        for task in framework.tasks.iter().filter_map(|slot| self.hard.tasks.get(*slot)) {
            let unreachable = self
                .hard
                .agents
                .get(task.agent)
                .is_none_or(|agent| agent.unreachable_since.is_some());
            if task.is_over() {
                endings.complete(task, true);
            } else if unreachable {
                endings.rule(cx, task, &LOST);
                endings.complete(task, true);
            }
        }
        if framework.tasks.is_empty() {
            endings.events.extend(self.drop_executors(&framework_id));
            endings.events.push(Event::FrameworkCompleted { framework_id });
        }
    }
}
