use base_clock::Timestamp;

use super::{
    Cx, dropped,
    end_tasks::{Endings, failover_deadline},
    remove_agent::Removals,
};
use crate::{
    Drop, Event, ExecutorEvent, Master, Removal,
    state::{Link, Timer},
};

/// How many statuses one tick delivers again; others have their turn before the rest.
const REPETITIONS: usize = 1000;

impl Master {
    pub(super) fn tick_events(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        if !self.soft.began {
            return self.begin_leadership(cx);
        }
        if self.was_stalled(cx) {
            return vec![Event::Stalled {
                ping_at: cx.now + cx.config.ping_interval,
                unreachable_at: cx.now + cx.config.unreachable_after(),
            }];
        }
        // One kind a tick, so that no fact contradicts another; what else is due makes the next tick due at once.
        let phases = [
            Self::agents_due,
            Self::drains_due,
            Self::offers_due,
            Self::make_inverse_offers,
            Self::filters_due,
            Self::frameworks_due,
            Self::deliveries_due,
            Self::operations_due,
            Self::prune_registry,
        ];
        phases
            .into_iter()
            .map(|phase| phase(self, cx))
            .find(|events| !events.is_empty())
            .unwrap_or_default()
    }

    fn agents_due(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let (now, mut endings) = (cx.now, Endings::new(self, Vec::new()));
        let mut removals = Removals::default();
        for (_, timer) in self.soft.timers.iter().take_while(|(at, _)| *at <= now) {
            match timer {
                Timer::Ping(agent) => self.ping(cx, *agent, &mut removals, &mut endings),
                Timer::Absent(agent) => self.remove_agent(cx, *agent, &mut removals, &mut endings),
                Timer::Offer(_) => {}
            }
        }
        endings.events
    }

    /// Drained agents are so by a fact, or gone if that was wanted. Executors that outlive their tasks end before.
    fn drains_due(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let drained = self.soft.drained.iter().filter_map(|slot| self.hard.agents.get(*slot));
        let mut events = Vec::new();
        for agent in drained {
            let agent_id = agent.agent_id.clone();
            if !agent.executors.is_empty() {
                events.extend(agent.idle_executors().map(|(framework_id, executor_id)| {
                    Event::Executor(ExecutorEvent::Shutdown {
                        framework_id: framework_id.clone(),
                        agent_id: agent_id.clone(),
                        executor_id: executor_id.clone(),
                    })
                }));
            } else if agent.drain.is_some_and(|drain| drain.mark_gone) {
                events.extend(self.mark_agent_gone(cx, &agent_id).unwrap_or_default());
            } else {
                events.push(Event::AgentDrained { agent_id });
            }
        }
        events
    }

    fn offers_due(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let due = self.soft.timers.iter().take_while(|(at, _)| *at <= cx.now);
        let offers = due.filter_map(|(_, timer)| match timer {
            Timer::Offer(number) => self.soft.offers.get(number),
            _ => None,
        });
        offers.map(|offer| dropped(offer, Drop::Expired)).collect()
    }

    fn filters_due(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let due = self.soft.filters.next_end().is_some_and(|end| end <= cx.now);
        due.then_some(Event::FiltersExpired { now: cx.now })
            .into_iter()
            .collect()
    }

    fn frameworks_due(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let (now, mut endings) = (cx.now, Endings::new(self, Vec::new()));
        for (_, slot) in self.deadlines.iter().take_while(|(at, _)| *at <= now) {
            self.remove(cx, *slot, Removal::FailoverTimeout, &mut endings);
        }
        endings.events
    }

    fn deliveries_due(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let due = self.soft.redelivery.due(cx.now).take(REPETITIONS);
        let tasks = due.filter_map(|slot| self.hard.tasks.get(slot));
        let repeated = tasks.filter_map(|task| {
            Some(Event::DeliveryRepeated {
                framework_id: self.hard.frameworks.get(task.framework)?.framework_id.clone(),
                task_id: task.spec.task_id.clone(),
            })
        });
        repeated.collect()
    }

    fn operations_due(&self, cx: &mut Cx<'_>) -> Vec<Event> {
        let due = self.soft.operation_redelivery.due(cx.now).take(REPETITIONS);
        let operations = due.filter_map(|slot| self.hard.operations.get(slot));
        let repeated = operations.filter_map(|operation| {
            Some(Event::OperationRepeated {
                framework_id: self.hard.frameworks.get(operation.framework)?.framework_id.clone(),
                operation_id: operation.operation_id.clone(),
            })
        });
        repeated.collect()
    }

    /// Everybody gets the full time to come back to a new leader.
    fn begin_leadership(&self, cx: &Cx<'_>) -> Vec<Event> {
        let mut events = vec![Event::LeadershipBegan {
            unreachable_at: cx.now + cx.config.unreachable_after(),
            prune_at: Some(cx.now + cx.config.registry_gc_interval),
        }];
        let waiting = self.hard.frameworks.iter().filter(|(slot, framework)| {
            framework.removed.is_none() && !framework.adopted && !self.soft.sessions.contains_key(slot)
        });
        events.extend(waiting.map(|(_, framework)| Event::FrameworkDisconnected {
            framework_id: framework.framework_id.clone(),
            deadline: failover_deadline(cx.now, framework.spec.failover_timeout_ms),
        }));
        events
    }

    /// Whether this tick comes so late that the silence of agents may be the leader's own.
    fn was_stalled(&self, cx: &Cx<'_>) -> bool {
        let due = self.soft.timers.iter().take_while(|(at, _)| *at <= cx.now);
        let first = due
            .filter(|(_, timer)| !matches!(timer, Timer::Offer(_)))
            .map(|(at, _)| *at)
            .next();
        first.is_some_and(|first: Timestamp| cx.now.since(first) > cx.config.ping_interval)
    }

    fn ping(&self, cx: &mut Cx<'_>, slot: u32, removals: &mut Removals, endings: &mut Endings<'_>) {
        let (Some(agent), Some(link)) = (self.hard.agents.get(slot), self.soft.links.get(&slot)) else {
            return;
        };
        if link.unanswered >= cx.config.max_missed_pings {
            return self.remove_agent(cx, slot, removals, endings);
        }
        let after = Link {
            unanswered: link.unanswered + 1,
            ..link.clone()
        };
        if link.is_ready() && !after.is_ready() {
            endings.events.extend(self.drop_agent_offers(slot, Drop::AgentLost));
        }
        let next = cx.now + cx.config.ping_interval;
        endings.events.push(Event::AgentPinged {
            agent_id: agent.agent_id.clone(),
            next,
        });
    }
}
