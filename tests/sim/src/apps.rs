//! The app scheduler's edge: places are looked for on snapshots, and what was found is submitted later.

use std::collections::{BTreeMap, BTreeSet};

use base_ids::{AppId, TaskId};
use core_apps::Effect;
use core_control::{Command, Planner, follow};

use crate::fault::Fault;
use crate::master::{Reply, Wanted};
use crate::world::{Event, SECOND, World};

/// What waits for the next look.
#[derive(Debug, Default)]
pub(crate) struct AppsEdge {
    placing: BTreeSet<AppId>,
    launching: BTreeMap<TaskId, Wanted>,
    planned: bool,
    planner: Planner,
}

impl World {
    pub(crate) fn apps_effect(&mut self, effect: Effect) {
        match effect {
            Effect::Place { app } => {
                self.master.apps.placing.insert(app);
            }
            Effect::Launch {
                instance,
                task_id,
                agent_id,
            } => {
                self.master
                    .apps
                    .launching
                    .insert(task_id.clone(), (instance, task_id, agent_id));
            }
            Effect::Kill {
                task_id,
                agent_id,
                grace_ms,
            } => {
                return self.tell("marathon", follow::kill(task_id, agent_id, grace_ms));
            }
        }
        if !self.master.apps.planned {
            self.master.apps.planned = true;
            let life = self.master.life;
            self.after(200, 20_000, Event::AppsTurn { life });
        }
    }

    /// Plans on what is there now. Rarely it takes so long that much has changed before the plan arrives.
    pub(crate) fn apps_turn(&mut self, life: u64) {
        if life != self.master.life {
            return;
        }
        let edge = std::mem::take(&mut self.master.apps);
        let mut planner = edge.planner;
        let Some(engine) = &self.master.engine else { return };
        let (control, config, now) = (engine.driver.state(), engine.driver.config(), self.wall());
        let apps: Vec<AppId> = edge.placing.into_iter().collect();
        let wanted: Vec<Wanted> = edge.launching.into_values().collect();
        assert!(
            planner.is_true_to(control, &config.apps, now),
            "the planner's index is another than that of a new one"
        );
        let mut commands: Vec<(Command, Reply)> = planner
            .place(control, &config.apps, now, &apps)
            .into_iter()
            .map(|command| (command, Reply::Nobody))
            .collect();
        commands.extend(follow::launch(control, &wanted).map(|command| (command, Reply::Commit)));
        self.master.apps.planner = planner;
        if commands.is_empty() {
            return;
        }
        if self.stormy && self.chance(8) {
            self.count(Fault::StalePlan);
            self.after(SECOND, 20 * SECOND, Event::AppsSubmit { life, commands });
        } else {
            self.after(100, 50_000, Event::AppsSubmit { life, commands });
        }
    }

    pub(crate) fn apps_submit(&mut self, life: u64, commands: Vec<(Command, Reply)>) {
        if life == self.master.life {
            for (command, reply) in commands {
                self.ask("marathon", command, reply);
            }
        }
    }
}
