//! What must always hold, judged from outside the machines.

mod acked;
mod floor;
mod holdings;
mod once;
mod rest;

use base_ids::{ContainerId, Uuid};
use core_control::Event as ControlEvent;
use core_machine::Machine;
use model_resources::Resources;

pub(crate) use acked::Acked;
pub(crate) use floor::Floor;
pub(crate) use once::Once;

use crate::engine::Engine;
use crate::world::World;

/// What the oracles remember.
#[derive(Debug, Default)]
pub(crate) struct Oracles {
    pub(crate) acked: Acked,
    pub(crate) floor: Floor,
    pub(crate) once: Once,
}

impl World {
    fn must(&mut self, result: Result<(), String>) {
        if let Err(why) = result {
            self.fail(why);
        }
    }

    /// After the journal was loaded: nothing acknowledged is missing.
    pub(crate) fn check_loaded(&mut self) {
        let Some(state) = self.master.state().cloned() else {
            return;
        };
        self.oracles.floor.restart(&state.apps);
        let acked = self.oracles.acked.check(&state.apps);
        self.must(acked);
    }

    /// Facts that are durable now.
    pub(crate) fn seen_by_oracles(&mut self, events: &[ControlEvent]) {
        for event in events {
            if let ControlEvent::Apps(event) = event {
                let floor = self.oracles.floor.see(event);
                if let core_apps::Event::AppRemoved { app } = event {
                    self.note(format_args!("{app} is gone"));
                }
                self.must(floor);
            }
            if let ControlEvent::Master(core_master::Event::HoldingsChanged { agent_id, holdings }) = event {
                let volumes = holdings.resources.iter().filter(|held| held.is_persistent_volume());
                let (volumes, all) = (volumes.count(), holdings.resources.len());
                self.note(format_args!(
                    "{agent_id} is to hold {all} reservations, {volumes} of them volumes"
                ));
            }
        }
    }

    pub(crate) fn check_master_replay(&mut self) {
        let result = self.master.engine.as_mut().map_or(Ok(()), Engine::check_replay);
        self.must(result.map_err(|why| format!("the master's journal: {why}")));
    }

    pub(crate) fn check_agent_replay(&mut self, number: usize) {
        let result = self.agents[number].engine.as_mut().map_or(Ok(()), Engine::check_replay);
        self.must(result.map_err(|why| format!("the journal of agent {number}: {why}")));
    }

    /// A container was started: its task for the first time ever, and with all others it fits on its node.
    pub(crate) fn check_started(&mut self, number: usize, id: &ContainerId) {
        let Some(container) = self.agents[number].runtime.containers.get(id) else {
            return;
        };
        let once = self.oracles.once.started(&container.key, id);
        self.must(once);
        let fits = self.check_node(number);
        self.must(fits);
    }

    /// Running containers share their node's resources, and no port is used twice.
    fn check_node(&self, number: usize) -> Result<(), String> {
        let agent = &self.agents[number];
        let mut used = Resources::new();
        for (_, container) in agent.runtime.running() {
            let sum = used
                .checked_add(&container.spec.resources)
                .filter(|_| container.spec.resources.ports().is_disjoint(&used.ports()));
            let Some(sum) = sum else {
                return Err(format!(
                    "agent {number}: task {} uses what another one uses",
                    container.key.task_id
                ));
            };
            used = sum;
        }
        // What was given beyond may be more than is left of it.
        if agent.spec.resources.contains(&used.non_revocable()) {
            return Ok(());
        }
        Err(format!(
            "agent {number} has {} and runs containers of {used}",
            agent.spec.resources
        ))
    }

    /// A look at everything.
    pub(crate) fn audit(&mut self) {
        for number in 0..self.agents.len() {
            let fits = self.check_node(number).and_then(|()| self.check_known(number));
            self.must(fits);
        }
        let holdings = self.check_holdings();
        self.must(holdings);
        let Some(state) = self.master.state().cloned() else {
            return;
        };
        let acked = self.oracles.acked.check(&state.apps);
        self.must(acked);
        let all = state.master.check_all().and_then(|()| state.check(&state.keys()));
        self.must(all.map_err(|violation| format!("the master's machines: {violation}")));
    }

    /// Every running container is one of the journal's.
    fn check_known(&self, number: usize) -> Result<(), String> {
        let Some(state) = self.agents[number].state() else {
            return Ok(());
        };
        let stranger = self.agents[number]
            .runtime
            .running()
            .find(|(id, _)| state.task_of(id).is_none());
        stranger.map_or(Ok(()), |(id, container)| {
            let task = &container.key.task_id;
            Err(format!(
                "agent {number}: {task} runs in {id} and the journal does not know it"
            ))
        })
    }
}

/// The instance of a task of the app scheduler.
fn instance_of(task_id: &base_ids::TaskId) -> Option<Uuid> {
    core_apps::parse_instance_id(task_id.as_str())
}
