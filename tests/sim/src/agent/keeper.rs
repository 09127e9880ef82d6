//! An agent's containers: each order is carried out once however often it is given.

use base_ids::ContainerId;
use core_agent::{ChangeHealth, Command, Effect, Exit, Key};
use model_cluster::{Enforcer, HealthCheck};
use rand::Rng;
use wire_link::ToMaster;

use super::Prober;
use crate::fault::Fault;
use crate::runtime::{Container, Status};
use crate::world::{Event, SECOND, World};

impl World {
    pub(super) fn agent_effects(&mut self, number: usize, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(update) => {
                    if let Some(connection) = self.agents[number].uplink {
                        self.send_master(connection, &ToMaster::Update(update));
                    }
                }
                Effect::MakeVolumes(version) => self.tell_agent(number, Command::VolumesMade(version)),
                Effect::SendHeld(held) => {
                    if let Some(connection) = self.agents[number].uplink {
                        self.send_master(connection, &ToMaster::Held(held));
                    }
                }
                Effect::SendUnmade(unmade) => {
                    if let Some(connection) = self.agents[number].uplink {
                        self.send_master(connection, &ToMaster::Unmade(unmade));
                    }
                }
                Effect::SendOversubscribed(resources) => {
                    if let Some(connection) = self.agents[number].uplink {
                        self.send_master(connection, &ToMaster::Oversubscribed(resources));
                    }
                }
                Effect::Launch(key) => self.launch(number, &key),
                Effect::Watch {
                    container_id,
                    health_check,
                } => self.watch(number, container_id, health_check),
                Effect::Kill { container_id, grace_ms } => self.kill(number, container_id, grace_ms),
                Effect::Destroy(container_id) => self.destroy(number, container_id),
                Effect::LaunchGuest(path) => {
                    self.fail(format!(
                        "agent {number} starts {path}, but nobody here asks for containers"
                    ));
                }
                Effect::LaunchExecutor(_)
                | Effect::Resize { .. }
                | Effect::Tell { .. }
                | Effect::Reconnect { .. }
                | Effect::SendExit(_) => {
                    self.fail(format!(
                        "agent {number} has an executor, but no framework here asks for one"
                    ));
                }
            }
        }
    }

    pub(super) fn launch(&mut self, number: usize, key: &Key) {
        let agent = &mut self.agents[number];
        let Some(task) = agent.state().and_then(|state| state.task(key)).cloned() else {
            return;
        };
        if !agent.keeper.launched.insert(task.container_id.clone()) {
            return;
        }
        agent.keeper.starting.insert(task.container_id.clone());
        let life = agent.life;
        self.after(
            5_000,
            800_000,
            Event::Launched {
                agent: number,
                life,
                container: task.container_id,
            },
        );
    }

    pub(crate) fn launched(&mut self, number: usize, life: u64, id: &ContainerId) {
        if life != self.agents[number].life || !self.agents[number].keeper.starting.remove(id) {
            return;
        }
        if self.stormy && self.chance(8) {
            self.count(Fault::LaunchFailure);
            let why = Exit::NotStarted("the disk of this node is in a bad mood".into());
            return self.tell_agent(number, Command::ContainerExited(id.clone(), why));
        }
        self.run_container(number, id);
        self.tell_agent(number, Command::ContainerStarted(id.clone()));
        if let Some(grace_ms) = self.agents[number].keeper.kills.get(id).copied() {
            self.signal(number, id, grace_ms);
        }
    }

    /// A container's process comes to be.
    pub(super) fn run_container(&mut self, number: usize, id: &ContainerId) {
        let known = self.agents[number].state().and_then(|state| state.task_of(id));
        let Some((key, spec)) = known.map(|(key, task)| (key.clone(), task.spec.clone())) else {
            return self.fail(format!(
                "agent {number} starts container {id} without a task in its journal"
            ));
        };
        self.note(format_args!("agent {number} runs {} in {id}", key.task_id));
        let stubborn = self.chance(30);
        let container = Container {
            key,
            spec,
            status: Status::Running,
            dies_at: None,
            stubborn,
            healthy_from: self.now + self.rng.random_range(SECOND / 2..6 * SECOND),
        };
        self.plan_life(number, id, &container.spec);
        self.agents[number].runtime.containers.insert(id.clone(), container);
        self.check_started(number, id);
    }

    pub(super) fn watch(&mut self, number: usize, id: ContainerId, check: Option<HealthCheck>) {
        let (now, agent) = (self.now, &mut self.agents[number]);
        if agent.keeper.watched.contains_key(&id) {
            return;
        }
        agent.keeper.launched.insert(id.clone());
        let life = agent.life;
        let delay = check.as_ref().map(|check| check.delay_ms * 1000);
        let prober = check.map(|check| Prober {
            check,
            started: now,
            health: None,
            failures: 0,
            idle: false,
        });
        agent.keeper.watched.insert(id.clone(), prober);
        if let Some(delay) = delay {
            let container = id.clone();
            self.queue.put(
                now + delay + 1000,
                Event::Probe {
                    agent: number,
                    life,
                    container,
                },
            );
        }
        let ended = match self.agents[number].runtime.containers.get(&id) {
            Some(container) => container.end(),
            None => Some(Exit::Vanished("the task's supervisor can't be asked".into())),
        };
        if let Some(exit) = ended {
            self.tell_agent(number, Command::ContainerExited(id, exit));
        }
    }

    /// A repeated order counts only if it leaves less time. One for a container on its way is carried out once it runs.
    pub(super) fn kill(&mut self, number: usize, id: ContainerId, grace_ms: u64) {
        let keeper = &mut self.agents[number].keeper;
        if keeper.kills.get(&id).is_some_and(|given| *given <= grace_ms) {
            return;
        }
        keeper.kills.insert(id.clone(), grace_ms);
        self.signal(number, &id, grace_ms);
    }

    pub(super) fn signal(&mut self, number: usize, id: &ContainerId, grace_ms: u64) {
        let soon = self.now + self.rng.random_range(1_000..500_000);
        let hard = self.now + grace_ms * 1000;
        let running = self.agents[number]
            .runtime
            .containers
            .get_mut(id)
            .filter(|container| container.is_running());
        let Some(container) = running else { return };
        let at = if container.stubborn { hard } else { soon.min(hard) };
        if container.dies_at.is_some_and(|planned| planned <= at) {
            return;
        }
        container.dies_at = Some(at);
        let exit = Exit::Signal(if at == hard { 9 } else { 15 });
        let stubborn = container.stubborn;
        if stubborn {
            self.count(Fault::StubbornTask);
        }
        self.queue.put(
            at,
            Event::Exit {
                agent: number,
                container: id.clone(),
                exit,
                killed: Some(at),
            },
        );
    }

    pub(super) fn destroy(&mut self, number: usize, id: ContainerId) {
        let agent = &mut self.agents[number];
        if !agent.keeper.destroyed.insert(id.clone()) {
            return;
        }
        agent.keeper.watched.remove(&id);
        agent.keeper.kills.remove(&id);
        agent.keeper.launched.remove(&id);
        if agent.runtime.containers.get(&id).is_some_and(Container::is_running) {
            return self.fail(format!("agent {number} destroys container {id}, which runs"));
        }
        agent.runtime.containers.remove(&id);
    }

    pub(crate) fn exit(&mut self, number: usize, id: &ContainerId, exit: Exit, killed: Option<u64>) {
        let running = self.agents[number]
            .runtime
            .containers
            .get_mut(id)
            .filter(|container| container.is_running());
        let Some(container) = running else { return };
        if killed.is_some() && killed != container.dies_at {
            return;
        }
        container.status = if matches!(exit, Exit::Vanished(_)) {
            Status::Lost
        } else {
            Status::Exited(exit)
        };
        let end = container.end();
        let task_id = container.key.task_id.clone();
        self.note(format_args!("agent {number}: {task_id} ends, {end:?}"));
        let watched = self.agents[number].keeper.watched.contains_key(id);
        if let (true, Some(end)) = (watched, end) {
            self.tell_agent(number, Command::ContainerExited(id.clone(), end));
        }
    }

    /// The container's health has changed.
    pub(crate) fn wake_prober(&mut self, number: usize, id: &ContainerId) {
        let life = self.agents[number].life;
        let Some(Some(prober)) = self.agents[number].keeper.watched.get_mut(id) else {
            return;
        };
        if std::mem::take(&mut prober.idle) {
            let interval = prober.check.interval_ms.max(1) * 1000;
            self.after(
                0,
                interval,
                Event::Probe {
                    agent: number,
                    life,
                    container: id.clone(),
                },
            );
        }
    }

    pub(crate) fn probe(&mut self, number: usize, life: u64, id: &ContainerId) {
        let (now, agent) = (self.now, &mut self.agents[number]);
        let running = agent
            .runtime
            .containers
            .get(id)
            .filter(|container| container.is_running());
        let (Some(Some(prober)), Some(container), true) =
            (agent.keeper.watched.get_mut(id), running, life == agent.life)
        else {
            return;
        };
        let healthy = container.healthy_from <= now;
        let change = prober.judge(healthy, now);
        prober.idle = healthy && prober.health == Some(true);
        if !prober.idle {
            let at = now + prober.check.interval_ms.max(1) * 1000;
            self.queue.put(
                at,
                Event::Probe {
                    agent: number,
                    life,
                    container: id.clone(),
                },
            );
        }
        if let Some((healthy, failures, end)) = change {
            self.note(format_args!("agent {number}: {id} is healthy: {healthy}"));
            let message = "asked by the simulator".to_owned();
            let container_id = id.clone();
            let change = ChangeHealth {
                container_id,
                healthy,
                failures,
                message,
                end,
            };
            self.tell_agent(number, Command::ChangeHealth(change));
        }
    }
}

impl Prober {
    /// What the agent is told of one probe: health, failures in a row, and whether it must end the task.
    fn judge(&mut self, healthy: bool, now: u64) -> Option<(bool, u32, bool)> {
        if healthy {
            self.failures = 0;
            let news = self.health != Some(true);
            self.health = Some(true);
            return news.then_some((true, 0, false));
        }
        if self.health.is_none() && now - self.started < self.check.grace_period_ms * 1000 {
            return None;
        }
        let limit = self.check.consecutive_failures.max(1);
        self.failures = self.failures.saturating_add(1);
        let end = self.check.enforcer == Enforcer::Agent && self.failures >= limit;
        let news = self.health != Some(false) || self.failures == limit || end;
        self.health = Some(false);
        news.then_some((false, self.failures, end))
    }
}
