use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, FrameworkId, TaskId};
use core_machine::Machine;
use core_master::{Event as Fact, Master as Pool};
use model_cluster::{Reason, TaskStatus};
use wire_mesos::{
    cluster,
    v1::{
        self,
        master::{Event, event},
    },
};

use super::about::About;
use crate::view;

/// Turns the pool's facts into events, one after the other, on its own copy of the pool: a fact names an agent or a
/// framework, an event shows all of it. Most of the copy is shared memory.
pub(super) struct Reporter {
    /// The pool before the next fact.
    pub(super) pool: Pool,
}

impl Reporter {
    /// Gives the events of one fact to `publish`.
    pub(super) fn report(&mut self, at: Timestamp, fact: &Fact, publish: &mut impl FnMut(Event, About)) {
        self.before(fact, publish);
        let adopts =
            matches!(fact, Fact::TaskAdopted { framework_id, .. } if self.pool.framework(framework_id).is_none());
        self.pool.apply(at, fact);
        if let Fact::TaskAdopted { framework_id, .. } = fact
            && adopts
        {
            self.framework(framework_id, event::Type::FrameworkAdded, false, publish);
        }
        self.after(fact, publish);
    }

    /// Events that need the pool before the fact.
    fn before(&self, fact: &Fact, publish: &mut impl FnMut(Event, About)) {
        match fact {
            Fact::AgentUnreachable { agent_id } | Fact::AgentGone { agent_id }
                if self.pool.agent(agent_id).is_some_and(view::is_present) =>
            {
                let removed = Event {
                    agent_removed: Some(event::AgentRemoved {
                        agent_id: agent(agent_id),
                    }),
                    ..of_type(event::Type::AgentRemoved)
                };
                publish(removed, About::Everybody);
            }
            Fact::FrameworkRemoved { framework_id, .. } => {
                if let Some(framework) = self.pool.framework(framework_id) {
                    let removed = Event {
                        framework_removed: Some(event::FrameworkRemoved {
                            framework_info: cluster::framework_to_wire(framework_id, &framework.spec),
                        }),
                        ..of_type(event::Type::FrameworkRemoved)
                    };
                    publish(removed, About::Gone(framework.spec.clone()));
                }
            }
            Fact::StatusRecorded { framework_id, status } => self.status(framework_id, status, publish),
            _ => {}
        }
    }

    /// Events that need the pool after the fact.
    fn after(&self, fact: &Fact, publish: &mut impl FnMut(Event, About)) {
        match fact {
            Fact::AgentJoined { agent_id, .. } => self.agent(agent_id, publish),
            Fact::AgentReturned { agent_id } => {
                self.agent(agent_id, publish);
                let tasks = self.pool.agent(agent_id).into_iter().flat_map(|agent| &agent.tasks);
                for task in tasks.filter_map(|slot| self.pool.task_at(*slot)) {
                    if let Some(framework) = self.pool.framework_at(task.framework) {
                        self.task(&framework.framework_id, &task.spec.task_id, publish);
                    }
                }
            }
            Fact::FrameworkSubscribed { framework_id, .. } => {
                self.framework(framework_id, event::Type::FrameworkAdded, true, publish);
            }
            Fact::FrameworkReconnected { framework_id } => {
                self.framework(framework_id, event::Type::FrameworkUpdated, true, publish);
            }
            Fact::FrameworkUpdated { framework_id, .. } | Fact::FrameworkDisconnected { framework_id, .. } => {
                self.framework(framework_id, event::Type::FrameworkUpdated, false, publish);
            }
            Fact::TaskLaunched { framework_id, task, .. } | Fact::TaskAdopted { framework_id, task, .. } => {
                self.task(framework_id, &task.task_id, publish);
            }
            _ => {}
        }
    }

    fn agent(&self, agent_id: &AgentId, publish: &mut impl FnMut(Event, About)) {
        let Some((slot, agent)) = self.pool.agent_with_slot(agent_id) else {
            return;
        };
        let mut agent = view::agent_to_wire(&self.pool, slot, agent, None);
        // It is told when it registers; that it may get offers is known a moment later.
        agent.active = true;
        let added = Event {
            agent_added: Some(event::AgentAdded { agent }),
            ..of_type(event::Type::AgentAdded)
        };
        publish(added.clone(), About::Agent(Arc::new(added)));
    }

    /// A framework; `connected` says that its scheduler is there, which the pool learns a moment later.
    fn framework(&self, id: &FrameworkId, kind: event::Type, connected: bool, publish: &mut impl FnMut(Event, About)) {
        let Some(framework) = self.pool.framework(id) else {
            return;
        };
        let spec = framework.spec.clone();
        let mut framework = view::framework_to_wire(&self.pool, framework, None);
        framework.active |= connected;
        framework.connected |= connected;
        let mut event = of_type(kind);
        if kind == event::Type::FrameworkAdded {
            event.framework_added = Some(event::FrameworkAdded { framework });
        } else {
            event.framework_updated = Some(event::FrameworkUpdated { framework });
        }
        publish(event.clone(), About::Framework(spec, Arc::new(event)));
    }

    fn task(&self, framework_id: &FrameworkId, task_id: &TaskId, publish: &mut impl FnMut(Event, About)) {
        if let Some(known) = self.pool.task(framework_id, task_id) {
            let task = view::task_to_wire(framework_id.as_str(), known);
            let added = Event {
                task_added: Some(event::TaskAdded { task }),
                ..of_type(event::Type::TaskAdded)
            };
            publish(added, self.about(known));
        }
    }

    /// A status is told if the task's state is another than before, or if it is about the task's health.
    fn status(&self, framework_id: &FrameworkId, status: &TaskStatus, publish: &mut impl FnMut(Event, About)) {
        let Some(task) = self.pool.task(framework_id, &status.task_id) else {
            return;
        };
        let health = matches!(
            status.reason,
            Some(Reason::TaskHealthCheckStatusUpdated | Reason::TaskCheckStatusUpdated)
        );
        if !health && task.seen.last().is_some_and(|seen| seen.state == status.state) {
            return;
        }
        let about = self.about(task);
        let status = cluster::status_to_wire(status, Some(&task.agent_id));
        let updated = Event {
            task_updated: Some(event::TaskUpdated {
                framework_id: v1::FrameworkId {
                    value: framework_id.to_string(),
                },
                state: status.state,
                status,
            }),
            ..of_type(event::Type::TaskUpdated)
        };
        publish(updated, about);
    }

    fn about(&self, task: &core_master::Task) -> About {
        match self.pool.framework_at(task.framework) {
            Some(framework) => About::Task(task.spec.clone(), framework.spec.clone()),
            None => About::Unknown,
        }
    }
}

fn agent(id: &AgentId) -> v1::AgentId {
    v1::AgentId { value: id.to_string() }
}

pub(super) fn of_type(kind: event::Type) -> Event {
    Event {
        r#type: Some(kind as i32),
        ..Event::default()
    }
}
