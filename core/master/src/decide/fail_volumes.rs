use std::sync::Arc;

use model_cluster::{OperationState, OperationStatus, Reason, TaskState};
use model_resources::{Operation, Resource, Resources, Role};
use wire_link::{Birth, Failure, Holdings};

use super::{
    Cx,
    convert_offered::resources_of,
    end_tasks::{Endings, Verdict},
    executors::exited,
};
use crate::{Agent, Drop, Event, Master, OperationRecord, work::volumes_of};

const NO_VOLUME: Verdict = Verdict {
    state: TaskState::Dropped,
    reason: Reason::ResourcesUnknown,
    message: "A persistent volume of the task could not be created",
};

impl Master {
    /// An agent could not create some volumes, or not wipe them. What was created is undone, with the tasks that wait for it.
    /// What was destroyed is back if its disk is still free; if not, the agent keeps what is left of it as an orphan.
    pub(super) fn fail_volumes(&self, cx: &mut Cx<'_>, slot: u32, agent: &Agent, failures: &[Failure]) -> Vec<Event> {
        let ours = &agent.holdings;
        let (created, destroyed): (Vec<&Failure>, Vec<&Failure>) = failures
            .iter()
            .filter(|failure| ours.knows(&failure.birth))
            .partition(|failure| ours.born.contains(&failure.birth));
        let mut endings = Endings::new(self, self.drop_agent_offers(slot, Drop::Rescinded).collect());
        let mut used = agent.used.clone();
        self.end_waiting(cx, agent, &created, &mut used, &mut endings);
        let mut events = endings.events;
        self.end_executors(agent, &created, &mut used, &mut events);
        events.push(Event::HoldingsChanged {
            agent_id: agent.agent_id.clone(),
            holdings: undone(cx.config.leadership, agent, &used, &created, &destroyed),
        });
        for (_, operation) in self.operations_of_agent(slot).filter(|(_, op)| op.is_pending()) {
            let failure = failures.iter().find(|failure| is_for(operation, failure, ours));
            events.extend(failure.and_then(|failure| self.failed(cx, operation, &failure.why)));
        }
        events
    }

    /// Tasks that wait for a volume which will not come, and those launched together with them.
    fn end_waiting(
        &self,
        cx: &mut Cx<'_>,
        agent: &Agent,
        created: &[&Failure],
        used: &mut Resources,
        endings: &mut Endings<'_>,
    ) {
        let waiting: Vec<_> = self.live_tasks(agent).filter(|task| !task.known_to_agent).collect();
        let hit: Vec<_> = waiting
            .iter()
            .filter(|task| volumes_of(&task.spec).any(|volume| created.iter().any(|f| names(&f.birth, volume))))
            .collect();
        for task in &waiting {
            let ids = task.spec.group.iter().chain([&task.spec.task_id]);
            let together = |id: &base_ids::TaskId| {
                hit.iter()
                    .any(|hit| hit.framework == task.framework && hit.spec.task_id == *id)
            };
            if ids.into_iter().any(together) {
                *used -= &task.spec.resources;
                endings.rule(cx, task, &NO_VOLUME);
            }
        }
    }

    /// Executors that were to have such a volume: they never came to be.
    fn end_executors(&self, agent: &Agent, created: &[&Failure], used: &mut Resources, events: &mut Vec<Event>) {
        for (key, executor) in &agent.executors {
            let mut volumes = executor.spec.resources.iter().filter_map(volume);
            if volumes.any(|volume| created.iter().any(|failure| names(&failure.birth, volume))) {
                *used -= &executor.spec.resources;
                events.push(exited(&agent.agent_id, key, executor, -1));
            }
        }
    }

    fn failed(&self, cx: &mut Cx<'_>, operation: &OperationRecord, why: &str) -> Option<Event> {
        let framework = self.hard.frameworks.get(operation.framework)?;
        let status = OperationStatus::new(operation.operation_id.clone(), OperationState::Failed)
            .because(why)
            .on(operation.agent_id.clone());
        Some(Event::OperationRecorded {
            framework_id: framework.framework_id.clone(),
            status: Arc::new(OperationStatus {
                uuid: Some(cx.uuid()),
                ..status
            }),
        })
    }
}

/// An agent's holdings without what could not be created, and with what could not be wiped.
fn undone(leadership: u64, agent: &Agent, used: &Resources, created: &[&Failure], destroyed: &[&Failure]) -> Holdings {
    let (mut total, mut back, mut spared) = (agent.total.clone(), Vec::new(), Vec::new());
    for failure in created {
        let now = total
            .iter()
            .find(|r| volume(r).is_some_and(|volume| names(&failure.birth, volume)));
        let volumes = now.cloned().map(Resources::from).unwrap_or_default();
        if !used.contains(&volumes) {
            total = total.apply(&Operation::Destroy { volumes }).unwrap_or(total);
        }
    }
    for failure in destroyed {
        let create = Operation::Create {
            volumes: failure.resource.clone().into(),
        };
        let free = &total - used;
        match (free.apply(&create), total.apply(&create)) {
            (Ok(_), Ok(with)) if with.validate().is_ok() => {
                total = with;
                back.push(failure.birth.clone());
            }
            _ => spared.push(&failure.birth),
        }
    }
    let ours = &agent.holdings;
    let mut next = ours.following(ours.version + 1, leadership, total.checkpointed(), &back);
    next.destroyed.retain(|death| !spared.contains(&&death.birth));
    next
}

/// Whether a pending operation did what failed.
fn is_for(operation: &OperationRecord, failure: &Failure, ours: &Holdings) -> bool {
    let named = resources_of(&operation.operation);
    let named = named
        .iter()
        .filter_map(volume)
        .any(|volume| names(&failure.birth, volume));
    let death = ours.destroyed.iter().find(|death| death.birth == failure.birth);
    named
        && match (operation.operation.as_ref(), death) {
            (Operation::Destroy { .. }, Some(death)) => operation.version == death.version,
            (Operation::Destroy { .. }, None) | (_, Some(_)) => false,
            (_, None) => operation.version >= failure.birth.version,
        }
}

fn volume(resource: &Resource) -> Option<(&Role, &str)> {
    Some((resource.reserved_role()?, resource.persistence_id()?))
}

fn names(birth: &Birth, (role, id): (&Role, &str)) -> bool {
    birth.role == *role && birth.id == id
}
