//! What the world should do, from the state alone.

mod answer;
mod executor;
mod inverse;
mod keys;
mod operation;

pub(crate) use operation::volumes_of;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, TaskId};
use model_cluster::Capability;
use wire_link::{KillTask, RunTask, ToAgent};

use crate::{Config, Effect, Face, Key, Master, Removal, state::Task};

impl Master {
    pub(crate) fn work_on(&self, now: Timestamp, config: &Config, key: &Key, effects: &mut Vec<Effect>) {
        effects.extend(match key {
            Key::Orders(slot) => return effects.extend(self.orders(config, *slot).into_iter().flatten()),
            Key::Pool => self.allocate_effect(),
            Key::Agent(agent_id) => self.close_effect(agent_id),
            Key::Ping(agent_id) => return self.ping_effects(config, agent_id, effects),
            Key::Framework(framework_id) => self.error_effect(framework_id),
            Key::Offers(framework_id) => self.offer_effect(framework_id),
            Key::Rescind(framework_id, number) => self.rescind_effect(config, framework_id, *number),
            Key::InverseOffers(framework_id) => self.inverse_offer_effect(framework_id),
            Key::RescindInverse(framework_id, number) => self.rescind_inverse_effect(config, framework_id, *number),
            Key::AgentFailed(agent_id) => self.agent_failed_effect(agent_id),
            Key::Delivery(slot) => self.delivery(*slot),
            Key::Ack {
                agent_id,
                framework_id,
                task_id,
                uuid,
            } => {
                let (framework_id, task_id, uuid) = (framework_id.clone(), task_id.clone(), *uuid);
                self.to_agent(
                    agent_id,
                    ToAgent::Ack {
                        framework_id,
                        task_id,
                        uuid,
                    },
                )
            }
            Key::Stray {
                agent_id,
                framework_id,
                task_id,
            } => self.stray_effect(config, agent_id, framework_id, task_id),
            Key::Answer {
                framework_id,
                task_id,
                agent_id,
            } => self.answer(now, framework_id, task_id, agent_id.as_ref()),
            Key::Executor {
                agent_id,
                framework_id,
                executor_id,
            } => self.shutdown_effect(config, agent_id, framework_id, executor_id),
            Key::ExecutorOver {
                agent_id,
                framework_id,
                executor_id,
                status,
            } => self.failure_effect(agent_id, framework_id, executor_id, *status),
            Key::Holdings(agent_id) => self.hold_effect(config, agent_id),
            Key::Operation(slot) => self.operation_delivery(*slot),
            Key::OperationAnswer {
                framework_id,
                operation_id,
                agent_id,
            } => self.operation_answer(framework_id, operation_id, agent_id.as_ref()),
            Key::Told(number) => self.told_effect(*number),
            Key::Refusal(number) => self.soft.refused.get(number).map(|refused| Effect::Deliver {
                framework_id: refused.framework_id.clone(),
                agent_id: refused.agent_id.clone(),
                status: refused.status.clone(),
            }),
        });
    }

    /// Due for whoever is subscribed: those of the watch face hear by it that the pool has changed.
    fn allocate_effect(&self) -> Option<Effect> {
        let due = !self.soft.dirty.is_empty() && !self.soft.sessions.is_empty();
        due.then_some(Effect::Allocate)
    }

    fn close_effect(&self, agent_id: &AgentId) -> Option<Effect> {
        let why = match self.agent(agent_id) {
            None if self.gone_ids.contains(agent_id) => "the agent was marked gone",
            None => "the agent was unreachable for so long that it is forgotten",
            Some(agent) if agent.unreachable_since.is_some() => "the agent was silent for too long",
            Some(_) => return None,
        };
        Some(Effect::CloseAgent {
            agent_id: agent_id.clone(),
            why,
        })
    }

    fn error_effect(&self, framework_id: &FrameworkId) -> Option<Effect> {
        let message = match self.framework(framework_id).map(|framework| framework.removed) {
            Some(None) => return None,
            Some(Some(Removal::FailoverTimeout)) => "Framework was removed: its scheduler did not come back in time",
            Some(Some(Removal::Teardown)) | None => "Framework has been removed",
        };
        Some(Effect::FrameworkError {
            framework_id: framework_id.clone(),
            message,
        })
    }

    fn offer_effect(&self, framework_id: &FrameworkId) -> Option<Effect> {
        let slot = *self.framework_slots.get(framework_id)?;
        let session = self.soft.sessions.get(&slot)?;
        let latest = self.soft.offers_of_framework_from(slot, session.latest);
        let offers: Vec<_> = latest.cloned().collect();
        (!offers.is_empty()).then(|| Effect::Offer {
            framework_id: framework_id.clone(),
            offers,
        })
    }

    fn rescind_effect(&self, config: &Config, framework_id: &FrameworkId, number: u64) -> Option<Effect> {
        let connected = self.soft.sessions.contains_key(self.framework_slots.get(framework_id)?);
        let gone = connected && !self.soft.offers.contains_key(&number);
        gone.then(|| Effect::Rescind {
            framework_id: framework_id.clone(),
            offer_id: format!("{}-O{number}", config.cluster_id).into(),
        })
    }

    /// What an agent must do about a task now. A task that it may not have is sent again before it is killed, so that the
    /// agent can report its end.
    fn orders(&self, config: &Config, slot: u32) -> Option<Vec<Effect>> {
        let task = self.hard.tasks.get(slot).filter(|task| !task.is_over())?;
        let framework = self.hard.frameworks.get(task.framework)?;
        let link = self.soft.links.get(&task.agent).filter(|link| link.reported)?;
        let due = !task.known_to_agent && self.has_volumes(task.agent, link, &task.spec);
        let run = due.then(|| {
            ToAgent::Run(RunTask {
                framework_id: framework.framework_id.clone(),
                default_user: framework.spec.user.clone(),
                task: task.spec.clone(),
                epoch: config.epoch,
                leadership: config.leadership,
                killing: framework.spec.can(Capability::TaskKillingState),
                starting: framework.face == Face::Offers,
                // The edge knows how far the journal is.
                index: 0,
                framework: task
                    .spec
                    .executor
                    .is_some()
                    .then(|| Box::new(framework.spec.as_ref().clone())),
            })
        });
        let kill = task.kill.map(|kill| {
            ToAgent::Kill(KillTask {
                framework_id: framework.framework_id.clone(),
                task_id: task.spec.task_id.clone(),
                grace_ms: kill.grace_ms,
                epoch: config.epoch,
            })
        });
        let to_agent = |message| Effect::ToAgent {
            agent_id: task.agent_id.clone(),
            message,
        };
        Some(run.into_iter().chain(kill).map(to_agent).collect())
    }

    fn delivery(&self, slot: u32) -> Option<Effect> {
        let task: &Task = self.hard.tasks.get(slot)?;
        let framework_id = &self.hard.frameworks.get(task.framework)?.framework_id;
        self.soft.sessions.get(&task.framework)?;
        Some(Effect::Deliver {
            framework_id: framework_id.clone(),
            agent_id: Some(task.agent_id.clone()),
            status: task.unacknowledged.first()?.clone(),
        })
    }

    /// With a ping every stray is killed again: the agent gets no work before it says that they are gone.
    fn ping_effects(&self, config: &Config, agent_id: &AgentId, effects: &mut Vec<Effect>) {
        let link = self
            .agent_slots
            .get(agent_id)
            .and_then(|slot| self.soft.links.get(slot));
        let Some(link) = link else { return };
        effects.push(Effect::Ping {
            agent_id: agent_id.clone(),
        });
        let strays = link.strays.iter();
        effects.extend(strays.filter_map(|(framework, task)| self.stray_effect(config, agent_id, framework, task)));
    }

    fn stray_effect(
        &self,
        config: &Config,
        agent_id: &AgentId,
        framework_id: &FrameworkId,
        task_id: &TaskId,
    ) -> Option<Effect> {
        let task = self.task(framework_id, task_id);
        if task.is_some_and(|task| task.agent_id == *agent_id && !task.is_over()) {
            return None;
        }
        let (framework_id, task_id) = (framework_id.clone(), task_id.clone());
        let kill = KillTask {
            framework_id,
            task_id,
            grace_ms: None,
            epoch: config.epoch,
        };
        self.to_agent(agent_id, ToAgent::Kill(kill))
    }

    pub(crate) fn to_agent(&self, agent_id: &AgentId, message: ToAgent) -> Option<Effect> {
        self.is_linked(agent_id).then(|| Effect::ToAgent {
            agent_id: agent_id.clone(),
            message,
        })
    }

    fn is_linked(&self, agent_id: &AgentId) -> bool {
        self.agent_slots
            .get(agent_id)
            .is_some_and(|slot| self.soft.links.contains_key(slot))
    }
}
