mod executor;
mod guest;

use std::time::Duration;

use wire_link::Origin;

use crate::{Agent, Event, Key, Owner, Phase, Task, agent::FORGOTTEN};

impl Agent {
    pub(crate) fn fold_event(&mut self, event: &Event) {
        match event {
            Event::Joined {
                agent_id,
                cluster_id,
                credential,
            } => {
                (self.agent_id, self.cluster_id) = (Some(agent_id.clone()), Some(cluster_id.clone()));
                if credential.is_some() {
                    self.credential.clone_from(credential);
                }
            }
            Event::EpochSeen {
                epoch,
                index,
                leadership,
            } => {
                self.epoch = *epoch;
                self.index = *index;
                self.leadership = *leadership;
            }
            Event::TaskAccepted {
                key,
                spec,
                default_user,
                container_id,
                index,
                killing,
                leadership,
            } => {
                self.index = self.index.max(*index);
                let task = Task {
                    spec: spec.clone(),
                    default_user: default_user.clone(),
                    container_id: container_id.clone(),
                    phase: Phase::Accepted,
                    kill: None,
                    unhealthy: false,
                    unacked: Default::default(),
                    heard: Default::default(),
                    last: None,
                    killing: *killing,
                    overtime: false,
                    expires: None,
                    origin: Origin {
                        leadership: *leadership,
                        index: *index,
                    },
                    preempted: false,
                };
                if !task.is_custom() {
                    self.containers.insert(container_id.clone(), Owner::Task(key.clone()));
                }
                self.tasks.insert(key.clone(), task);
            }
            Event::TaskStarted { key, status } => self.change(key, |task| {
                task.phase = Phase::Running;
                task.tell(status);
                let most = task.spec.max_run_ms.map(Duration::from_millis);
                task.expires = most.map(|most| status.at + most);
            }),
            Event::KillOrdered {
                key,
                at,
                grace_ms,
                unhealthy,
                overtime,
                status,
            } => self.change(key, |task| {
                task.kill = Some((*at, *grace_ms));
                task.unhealthy |= unhealthy;
                task.overtime |= overtime;
                if let Some(status) = status {
                    task.tell(status);
                }
            }),
            Event::TaskPreempted { key, at } => self.change(key, |task| {
                task.kill = Some((*at, 0));
                task.preempted = true;
            }),
            Event::Oversubscribed { resources } => self.oversubscribed = resources.clone(),
            Event::HealthChanged { key, status } => self.change(key, |task| task.tell(status)),
            Event::TaskEnded { key, status } => self.change(key, |task| {
                task.phase = Phase::Ended;
                task.tell(status);
            }),
            Event::HoldingsOrdered { holdings, index } => {
                self.index = self.index.max(*index);
                self.take_holdings(holdings);
            }
            Event::VolumesMade { .. } => self.make_holdings(&[]),
            Event::VolumesFailed { failures, .. } => self.make_holdings(failures),
            Event::UpdateAcked { key, uuid } => {
                self.change(key, |task| task.unacked.retain(|status| status.uuid != Some(*uuid)));
                self.forget_if_done(key);
            }
            Event::Guest(event) => self.fold_guest(event),
            of_executors => self.fold_executor(of_executors),
        }
    }

    fn change(&mut self, key: &Key, change: impl FnOnce(&mut Task)) {
        let Some(task) = self.tasks.get_mut(key) else { return };
        let before = task.deadline();
        change(task);
        let after = task.deadline();
        if before == after {
            return;
        }
        if let Some(at) = before {
            self.deadlines.remove(&(at, key.clone()));
        }
        if let Some(at) = after {
            self.deadlines.insert((at, key.clone()));
        }
    }

    fn forget_if_done(&mut self, key: &Key) {
        let done = self
            .tasks
            .get(key)
            .is_some_and(|task| task.phase == Phase::Ended && task.unacked.is_empty());
        if done && let Some(task) = self.tasks.remove(key) {
            if !task.is_custom() {
                self.containers.remove(&task.container_id);
            }
            self.forgotten.push_back(key.clone());
            if self.forgotten.len() > FORGOTTEN {
                self.forgotten.pop_front();
            }
        }
    }
}
