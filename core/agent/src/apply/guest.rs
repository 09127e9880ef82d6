use crate::{Agent, ContainerPath, Guest, GuestEvent, Owner, Phase};

impl Agent {
    pub(super) fn fold_guest(&mut self, event: &GuestEvent) {
        match event {
            GuestEvent::Accepted {
                path,
                spec,
                container_id,
            } => {
                self.forget_guest(path);
                let guest = Guest {
                    spec: spec.as_ref().clone(),
                    container_id: container_id.clone(),
                    phase: Phase::Accepted,
                    doomed: false,
                    end: None,
                };
                self.containers.insert(container_id.clone(), Owner::Guest(path.clone()));
                self.guests.insert(path.clone(), guest);
            }
            GuestEvent::Started { path } => self.change_guest(path, |guest| guest.phase = Phase::Running),
            GuestEvent::Doomed { path } => self.change_guest(path, |guest| guest.doomed = true),
            GuestEvent::Ended { path, end } => self.change_guest(path, |guest| {
                guest.phase = Phase::Ended;
                guest.end = Some(end.clone());
            }),
            GuestEvent::Removed { path } => self.forget_guest(path),
        }
    }

    fn change_guest(&mut self, path: &ContainerPath, change: impl FnOnce(&mut Guest)) {
        if let Some(guest) = self.guests.get_mut(path) {
            change(guest);
        }
    }

    fn forget_guest(&mut self, path: &ContainerPath) {
        if let Some(guest) = self.guests.remove(path) {
            self.containers.remove(&guest.container_id);
        }
    }
}
