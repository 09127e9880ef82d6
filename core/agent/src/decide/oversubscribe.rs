use core_machine::Ctx;
use model_cluster::Reason;
use model_resources::{Resource, Resources};

use crate::{Agent, Config, Doom, Event, ExecutorKey, Key, Owner, Phase};

/// What a preempted task is told, in Mesos' words.
pub(crate) const PREEMPTED: &str = "Container preempted by QoS correction";

impl Agent {
    /// There is so much beyond what is offered for sure. What is used of it is there, whatever the estimate
    /// (Mesos' `Slave::_forwardOversubscribed`).
    pub(super) fn take_estimate(&self, estimate: &Resources) -> Vec<Event> {
        let used = self.used_revocable();
        let estimate = estimate.map(|resource| resource.with_revocable(true));
        let resources = &estimate + &(&used - &estimate);
        let news = resources != self.oversubscribed;
        news.then_some(Event::Oversubscribed { resources })
            .into_iter()
            .collect()
    }

    /// Says it again, after a new connection.
    pub(super) fn repeat_estimate(&self) -> Vec<Event> {
        let resources = self.oversubscribed.clone();
        let any = !resources.is_empty();
        any.then_some(Event::Oversubscribed { resources }).into_iter().collect()
    }

    /// Kills what uses revocable resources and has begun, without any grace. What is ending by itself is left alone.
    pub(super) fn preempt(&self, cx: &Ctx<'_, Config>, owners: &[Owner]) -> Vec<Event> {
        let mut events = Vec::new();
        for owner in owners {
            match owner {
                Owner::Task(key) => events.extend(self.preempt_task(cx, key)),
                Owner::Executor(key) => self.preempt_executor(cx, key, &mut events),
                // What somebody asked for on this agent alone is none of the pool's, and ends with what it is in.
                Owner::Guest(_) => {}
            }
        }
        events
    }

    fn preempt_task(&self, cx: &Ctx<'_, Config>, key: &Key) -> Option<Event> {
        let task = self.tasks.get(key)?;
        let revocable = task.spec.executor.is_some() || task.spec.resources.iter().any(Resource::is_revocable);
        let running = task.phase == Phase::Running && !task.preempted;
        (revocable && running).then(|| Event::TaskPreempted {
            key: key.clone(),
            at: cx.now,
        })
    }

    fn preempt_executor(&self, cx: &Ctx<'_, Config>, key: &ExecutorKey, events: &mut Vec<Event>) {
        let revocable = self.size_of(key).iter().any(Resource::is_revocable);
        let known = self.executors.get(key);
        let Some(executor) = known.filter(|executor| revocable && !executor.is_ending()) else {
            return;
        };
        if executor.is_custom() {
            events.push(Event::ExecutorDoomed {
                key: key.clone(),
                doom: Doom {
                    reason: Reason::ContainerPreempted,
                    message: PREEMPTED.to_owned(),
                },
            });
        } else {
            events.extend(self.tasks_of(key).filter_map(|(key, _)| self.preempt_task(cx, key)));
        }
    }

    /// What is used of revocable resources.
    fn used_revocable(&self) -> Resources {
        let executors = self.executors.values().map(|executor| &executor.spec.resources);
        let tasks = self.tasks.values().filter(|task| !task.is_over());
        let all = executors.chain(tasks.map(|task| &task.spec.resources));
        all.map(Resources::revocable).sum()
    }
}
