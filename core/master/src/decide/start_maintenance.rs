use std::collections::BTreeSet;

use model_cluster::{MachineId, Reason, TaskState};

use super::{
    Cx, Decided,
    end_tasks::{Endings, Verdict},
    schedule_maintenance::{check_machines, invalid, show},
};
use crate::{Drop, Event, Master};

const DOWN: Verdict = Verdict {
    state: TaskState::Gone,
    reason: Reason::AgentRemoved,
    message: "Operator initiated 'Machine DOWN'",
};

impl Master {
    /// Takes machines down. Mesos removes their agents; ours keep their ids, get no work until the machines are up, and end
    /// what they run: their frameworks are told at once that it is gone.
    pub(super) fn start_maintenance(&self, cx: &mut Cx<'_>, machines: Vec<MachineId>) -> Decided {
        check_machines(&machines, &mut BTreeSet::new())?;
        for machine in &machines {
            if !self.hard.maintenance.has(machine) {
                return invalid(format!(
                    "Machine '{}' is not part of a maintenance schedule",
                    show(machine)
                ));
            }
            if self.hard.maintenance.down.contains(machine) {
                return invalid(format!(
                    "Machine '{}' is not in DRAINING mode and cannot be brought down",
                    show(machine)
                ));
            }
        }
        let mut endings = Endings::new(self, Vec::new());
        for (slot, agent) in self.hard.agents.iter() {
            if machines.iter().any(|machine| machine.holds(&agent.spec)) {
                self.take_down(cx, slot, agent, &mut endings);
            }
        }
        endings.events.push(Event::MaintenanceStarted { machines });
        Ok(endings.events)
    }

    fn take_down(&self, cx: &mut Cx<'_>, slot: u32, agent: &crate::Agent, endings: &mut Endings<'_>) {
        endings.events.extend(self.drop_agent_offers(slot, Drop::AgentLost));
        let linked = self.soft.links.contains_key(&slot);
        for task in self.live_tasks(agent) {
            let Some(framework) = self.hard.frameworks.get(task.framework) else {
                continue;
            };
            endings.rule(cx, task, &DOWN);
            if linked {
                endings.events.push(Event::StrayFound {
                    agent_id: agent.agent_id.clone(),
                    framework_id: framework.framework_id.clone(),
                    task_id: task.spec.task_id.clone(),
                });
            }
        }
    }
}
