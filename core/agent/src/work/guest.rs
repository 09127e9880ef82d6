use crate::{Agent, ContainerPath, Effect, Phase};

impl Agent {
    /// What is to be done about a guest now.
    pub(super) fn work_on_guest(&self, path: &ContainerPath, effects: &mut Vec<Effect>) {
        let Some(guest) = self.guests.get(path) else { return };
        let container_id = guest.container_id.clone();
        match guest.phase {
            Phase::Accepted => effects.push(Effect::LaunchGuest(path.clone())),
            Phase::Running => effects.push(Effect::Watch {
                container_id: container_id.clone(),
                health_check: None,
            }),
            Phase::Ended => effects.push(Effect::Destroy(container_id.clone())),
        }
        if guest.doomed && guest.phase == Phase::Running {
            effects.push(Effect::Kill {
                container_id,
                grace_ms: 0,
            });
        }
    }
}
