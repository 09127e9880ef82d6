use wire_link::Update;

use crate::{Agent, Effect, Key, Phase};

impl Agent {
    /// What is to be done about the reservations and volumes now.
    pub(crate) fn work_on_holdings(&self, effects: &mut Vec<Effect>) {
        effects.push(match self.held() {
            Some(held) => Effect::SendHeld(held.clone()),
            None => Effect::MakeVolumes(self.holdings.version),
        });
    }

    /// What is to be done about a task now: in this order, so that a kill reaches a container that is being started.
    pub(crate) fn work_on(&self, key: &Key, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get(key) else { return };
        match task.phase {
            Phase::Accepted => effects.push(Effect::Launch(key.clone())),
            Phase::Running => effects.push(Effect::Watch {
                container_id: task.container_id.clone(),
                health_check: task.spec.health_check.clone(),
            }),
            Phase::Ended => effects.push(Effect::Destroy(task.container_id.clone())),
        }
        if let (Phase::Accepted | Phase::Running, Some((_, grace_ms))) = (task.phase, task.kill) {
            effects.push(Effect::Kill {
                container_id: task.container_id.clone(),
                grace_ms,
            });
        }
        if let Some(status) = task.unacked.front() {
            effects.push(Effect::Send(Update {
                framework_id: key.framework_id.clone(),
                status: status.clone(),
            }));
        }
    }
}
