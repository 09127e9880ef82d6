//! Whether all has come to rest once the faults are over.

use base_ids::AppId;
use core_agent::Phase;
use core_apps::{App, Apps, Condition};
use core_control::{Control, MARATHON};
use model_app::AppSpec;
use model_resources::Name;

use super::instance_of;
use crate::rogue;
use crate::world::World;

impl World {
    /// What has not come to rest yet; `None` if all is as it should be.
    pub(crate) fn unrest(&self) -> Option<String> {
        let Some(state) = self.master.state() else {
            return Some("the master is down".to_owned());
        };
        (0..self.agents.len())
            .find_map(|number| {
                self.unrest_of_agent(state, number)
                    .or_else(|| self.unrest_of_holdings(number))
            })
            .or_else(|| self.unrest_of_tasks(state))
            .or_else(|| unrest_of_deployments(&state.apps))
            .or_else(|| state.apps.apps().find_map(|app| self.unrest_of_app(&state.apps, app)))
            .or_else(|| self.unrest_of_frameworks(state))
    }

    fn unrest_of_agent(&self, state: &Control, number: usize) -> Option<String> {
        let agent = &self.agents[number];
        let Some(own) = agent.state() else {
            return Some(format!("agent {number} is down"));
        };
        let Some(id) = own.agent_id().filter(|_| agent.is_linked()) else {
            return Some(format!("agent {number} is not linked"));
        };
        let slot = state
            .master
            .agents()
            .find(|(_, known)| known.agent_id == *id)
            .map(|(slot, _)| slot);
        if !slot.is_some_and(|slot| state.master.is_agent_ready(slot)) {
            return Some(format!("agent {number} gets no work"));
        }
        if agent.starting() > 0 {
            return Some(format!("agent {number} starts containers"));
        }
        for (key, task) in own.tasks() {
            if let Some(status) = task.unacked.front() {
                return Some(format!(
                    "agent {number}: {} of {} is not acknowledged",
                    status.state, key.task_id
                ));
            }
            let runs = agent
                .runtime
                .containers
                .get(&task.container_id)
                .is_some_and(|c| c.is_running());
            if task.phase != Phase::Running || !runs {
                return Some(format!(
                    "agent {number}: task {} is {:?}, running: {runs}",
                    key.task_id, task.phase
                ));
            }
        }
        agent.runtime.running().find_map(|(container_id, container)| {
            let (key, task_id) = (&container.key, &container.key.task_id);
            if own.task_of(container_id).is_none() {
                return Some(format!(
                    "agent {number}: {task_id} runs and its journal does not know it"
                ));
            }
            match state.master.task(&key.framework_id, task_id) {
                None => Some(format!(
                    "agent {number}: {task_id} runs and the master does not know it"
                )),
                Some(task) if task.agent_id != *id => {
                    Some(format!("{task_id} runs on agent {number}, not where it should"))
                }
                Some(task) if task.is_over() => Some(format!("agent {number}: {task_id} runs and counts as over")),
                Some(_) if key.framework_id.as_str() != MARATHON => None,
                Some(_)
                    if instance_of(task_id)
                        .and_then(|uuid| state.apps.instance(uuid))
                        .is_some() =>
                {
                    None
                }
                Some(_) => Some(format!("agent {number}: {task_id} runs and no app has it")),
            }
        })
    }

    fn unrest_of_tasks(&self, state: &Control) -> Option<String> {
        state.master.tasks().find_map(|(_, task)| {
            let task_id = &task.spec.task_id;
            if let Some(status) = task.unacknowledged.first() {
                return Some(format!("{} of task {task_id} is not acknowledged", status.state));
            }
            let agent = self
                .agents
                .iter()
                .find(|agent| agent.state().and_then(|state| state.agent_id()) == Some(&task.agent_id));
            let runs = agent.is_some_and(|agent| agent.runtime.running().any(|(_, c)| c.key.task_id == *task_id));
            (!runs).then(|| format!("task {task_id} is {} and does not run", task.state()))
        })
    }

    fn unrest_of_app(&self, state: &Apps, app: &App) -> Option<String> {
        let (id, counts) = (&app.spec().id, app.counts());
        if counts.killing > 0 || counts.unreachable > 0 {
            let ending = state.instances(id).find(|i| i.doom.is_some());
            return Some(format!("{id}: {counts:?}, among them {ending:?}"));
        }
        let alive = counts.running + counts.staged + counts.scheduled;
        if alive != app.spec().instances {
            return Some(format!("{id}: {alive} instances instead of {}", app.spec().instances));
        }
        if counts.ready + counts.scheduled != alive {
            let idle = state.instances(id).find(|i| i.is_healthy() != Some(true));
            return Some(format!("{id}: {counts:?}, among them {idle:?}"));
        }
        if counts.scheduled > 0 && self.has_room(state, id, app.spec()) {
            return Some(format!(
                "{id}: {} instances wait though there is room",
                counts.scheduled
            ));
        }
        None
    }

    /// Whether some node could run one more instance, counted from what runs there.
    fn has_room(&self, state: &Apps, id: &AppId, spec: &AppSpec) -> bool {
        let unique = !spec.constraints.is_empty();
        self.agents.iter().any(|agent| {
            let own_id = agent.state().and_then(|state| state.agent_id());
            let here = |instance: &&core_apps::Instance| {
                instance.condition != Condition::Scheduled
                    && instance.place.as_ref().map(|place| &place.agent_id) == own_id
            };
            if unique && state.instances(id).any(|instance| here(&instance)) {
                return false;
            }
            let mut free = agent.spec.resources.clone();
            for (_, container) in agent.runtime.running() {
                free -= &container.spec.resources;
            }
            let scalar = |name: Name| {
                let amounts = free.named(&name);
                amounts
                    .iter()
                    .map(|resource| resource.value.quantity())
                    .fold(model_resources::Scalar::ZERO, |a, b| a + b)
            };
            scalar(Name::Cpus) >= spec.cpus
                && scalar(Name::Mem) >= spec.mem
                && free.ports().count() >= spec.ports.len() as u64
        })
    }

    /// Whatever a neighbour did: each framework is connected, hears of offers and of the ends of its tasks.
    fn unrest_of_frameworks(&self, state: &Control) -> Option<String> {
        if self.rogue.as_ref().is_some_and(|rogue| !rogue.is_gone()) {
            return Some("the rogue is still there".to_owned());
        }
        let is_free = |agent: &core_master::Agent| (&agent.total - &agent.used).contains(&rogue::little());
        let any_free = state.master.agents().any(|(_, agent)| is_free(agent));
        self.frameworks.iter().enumerate().find_map(|(number, framework)| {
            let id = framework.id.as_ref().filter(|_| framework.is_connected());
            let Some(id) = id else {
                return Some(format!("framework {number} is not connected"));
            };
            if any_free && framework.offered_at() < self.calm_since {
                return Some(format!("framework {number} hears of no offers"));
            }
            let lives =
                |task_id: &&base_ids::TaskId| state.master.task(id, task_id).is_some_and(|task| !task.is_over());
            let missed = framework.believed().find(|task_id| !lives(task_id));
            missed.map(|task_id| format!("framework {number} has not heard of the end of {task_id}"))
        })
    }
}

fn unrest_of_deployments(state: &Apps) -> Option<String> {
    if let Some(deployment) = state.deployments().first() {
        return Some(format!(
            "deployment {} of {:?} still runs",
            deployment.id,
            deployment.before.keys()
        ));
    }
    state.orphans().next().map(|task| format!("{task} is still an orphan"))
}
