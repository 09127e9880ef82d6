use base_clock::Timestamp;
use base_ids::AppId;
use core_apps::{Command as AppsCommand, Placed};
use core_master::{Mark, Master};
use core_placement::{Outcome, Placer, Policy, Pool};

use crate::{Command, Control};

/// How many places go into one command at most: what follows from it is one fact, which must stay well below the journal's
/// limit for a batch.
const PLACES: usize = 1000;

/// Finds places for the app scheduler, on one snapshot after the other. It keeps its index of the pool and follows what has
/// changed, so a plan costs as much as it places, however many agents there are.
#[derive(Debug)]
pub struct Planner {
    mark: Option<Mark>,
    /// The slots of the placer's agents, in its order.
    slots: Vec<u32>,
    /// The agents that are in the schedule of maintenance: whether they take work changes with time.
    scheduled: Vec<u32>,
    placer: Placer,
}

impl Default for Planner {
    fn default() -> Self {
        Self {
            mark: None,
            slots: Vec::new(),
            scheduled: Vec::new(),
            placer: Placer::new(Pool::default(), Policy::Spread),
        }
    }
}

impl Planner {
    /// Finds places for the waiting instances of some apps, all on this one snapshot: each sees what the ones before it
    /// took. An app that nothing waits for gives no command, one with many instances several.
    pub fn place(
        &mut self,
        control: &Control,
        config: &core_apps::Config,
        now: Timestamp,
        apps: &[AppId],
    ) -> Vec<Command> {
        let demands: Vec<_> = apps
            .iter()
            .filter_map(|app| Some((app, control.apps.demand(app, config.placement_batch)?)))
            .collect();
        if demands.is_empty() {
            return Vec::new();
        }
        self.follow(&control.master, now, now + config.maintenance_lead);
        demands
            .into_iter()
            .flat_map(|(app, demand)| place_app(control, app, self.placer.place(&demand)))
            .collect()
    }

    /// Brings the index to a later snapshot, or to one of another life of the pool. What earlier plans took counts only as
    /// far as the snapshot knows of it.
    fn follow(&mut self, master: &Master, now: Timestamp, until: Timestamp) {
        let changed = self.mark.as_ref().and_then(|mark| master.changed_since(mark));
        self.mark = Some(master.mark());
        let Some(changed) = changed else {
            self.slots = master.agents().map(|(slot, _)| slot).collect();
            self.placer = Placer::new(master.pool(now, until), Policy::Spread);
            self.scheduled = master.scheduled_agents().collect();
            return;
        };
        let changed = changed.iter().filter_map(|slot| self.slots.binary_search(slot).ok());
        let taken = self.placer.taken().map(|at| at as usize);
        let scheduled: Vec<u32> = master.scheduled_agents().collect();
        let before = std::mem::replace(&mut self.scheduled, scheduled);
        let timed = before.iter().chain(&self.scheduled);
        let timed = timed.filter_map(|slot| self.slots.binary_search(slot).ok());
        let stale: Vec<usize> = changed.chain(taken).chain(timed).collect();
        for at in stale {
            if let Some(candidate) = master.candidate(self.slots[at], now, until)
                && self.placer.is_stale(at as u32, &candidate)
            {
                self.placer.refresh(at as u32, candidate);
            }
        }
    }

    /// Whether the index, brought to a snapshot, is what a new one would be: for tests and the simulator.
    pub fn is_true_to(&mut self, control: &Control, config: &core_apps::Config, now: Timestamp) -> bool {
        let until = now + config.maintenance_lead;
        self.follow(&control.master, now, until);
        self.placer == Placer::new(control.master.pool(now, until), Policy::Spread)
    }
}

/// The answer to one app; why the rest has no place comes with the last command.
fn place_app(control: &Control, app: &AppId, outcome: Outcome) -> Vec<Command> {
    let mut placed = outcome.placements.into_iter().filter_map(|placement| {
        let agent = control.master.agent(&placement.agent_id)?;
        Some(Placed {
            instance: placement.instance,
            agent_id: placement.agent_id,
            hostname: agent.spec.hostname.clone(),
            ip: agent.spec.ip,
            domain: agent.spec.domain.clone(),
            ports: placement.ports,
            resources: placement.resources,
        })
    });
    let mut parts = Vec::new();
    loop {
        let part: Vec<Placed> = placed.by_ref().take(PLACES).collect();
        if part.is_empty() {
            break;
        }
        parts.push((part, None));
    }
    match parts.last_mut() {
        Some((_, refusal)) => *refusal = outcome.refusal,
        None => parts.push((Vec::new(), outcome.refusal)),
    }
    let command = |(placed, refusal)| {
        Command::Apps(AppsCommand::InstancesPlaced {
            app: app.clone(),
            placed,
            refusal,
        })
    };
    parts.into_iter().map(command).collect()
}
