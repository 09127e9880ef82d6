use std::sync::Arc;

use base_clock::Timestamp;
use model_cluster::{MachineId, Window};

use crate::{Answer, InverseEvent, InverseOffer, Master};

impl Master {
    pub(super) fn schedule_machines(&mut self, windows: &[Window]) {
        self.hard.maintenance.windows = windows.to_vec();
        self.review_machines();
    }

    pub(super) fn take_machines_down(&mut self, machines: &[MachineId]) {
        self.hard.maintenance.down.extend_from_slice(machines);
        self.review_machines();
    }

    pub(super) fn bring_machines_up(&mut self, machines: &[MachineId]) {
        let maintenance = &mut self.hard.maintenance;
        maintenance.down.retain(|machine| !machines.contains(machine));
        for window in &mut maintenance.windows {
            window.machines.retain(|machine| !machines.contains(machine));
        }
        maintenance.windows.retain(|window| !window.machines.is_empty());
        self.review_machines();
    }

    pub(super) fn apply_inverse(&mut self, at: Timestamp, event: &InverseEvent) {
        match event {
            InverseEvent::Made { offers } => self.add_inverse_offers(at, offers),
            InverseEvent::Dropped { offer } => self.soft.inverse.remove(offer.number),
            InverseEvent::Answered { offer, accepted, until } => {
                self.answer_inverse_offer(at, offer.number, *accepted, *until);
            }
        }
    }

    fn add_inverse_offers(&mut self, at: Timestamp, offers: &[InverseOffer]) {
        let inverse = &mut self.soft.inverse;
        inverse.due.clear();
        let ended: Vec<_> = inverse
            .ends
            .iter()
            .take_while(|(until, _)| *until <= at)
            .map(|(_, pair)| *pair)
            .collect();
        ended.into_iter().for_each(|pair| inverse.unfilter(pair));
        if let Some(first) = offers.first() {
            inverse.latest = first.number;
        }
        self.soft.offer_count += offers.len() as u64;
        for offer in offers {
            let agent = self.agent_slots.get(&offer.agent_id).copied();
            let framework = self.framework_slots.get(&offer.framework_id).copied();
            if let Some(pair) = agent.zip(framework) {
                let inverse = &mut self.soft.inverse;
                inverse.by_number.insert(offer.number, pair);
                inverse.offers.insert(pair, Arc::new(offer.clone()));
            }
        }
    }

    fn answer_inverse_offer(&mut self, at: Timestamp, number: u64, accepted: bool, until: Timestamp) {
        let inverse = &mut self.soft.inverse;
        let Some(pair) = inverse.by_number.get(&number).copied() else {
            return;
        };
        inverse.remove(number);
        inverse.answers.insert(pair, Answer { accepted, at });
        inverse.filter(pair, until);
    }

    /// Has whoever has tasks on an agent asked whether they can do without it, if it will not be there for a while.
    pub(super) fn ask_about(&mut self, slot: u32) {
        if self.scheduled.contains_key(&slot) {
            self.soft.inverse.due.insert(slot);
        }
    }

    /// Whose machine is scheduled, and whose is down.
    pub(crate) fn review_machines(&mut self) {
        let slots: Vec<u32> = self.hard.agents.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            self.review_machine(slot);
        }
    }

    /// The same of one agent.
    pub(super) fn review_machine(&mut self, slot: u32) {
        let Some(agent) = self.hard.agents.get(slot) else {
            self.scheduled.remove(&slot);
            self.down.remove(&slot);
            return;
        };
        let down = self.hard.maintenance.is_down(&agent.spec);
        let unavailability = self.hard.maintenance.unavailability_of(&agent.spec);
        if unavailability != self.scheduled.get(&slot).copied() {
            self.soft.inverse.forget(|(of, _)| of == slot);
            match unavailability {
                Some(unavailability) => {
                    self.scheduled.insert(slot, unavailability);
                    self.soft.inverse.due.insert(slot);
                }
                None => {
                    self.scheduled.remove(&slot);
                    self.soft.inverse.due.remove(&slot);
                }
            }
        }
        if down {
            self.down.insert(slot);
        } else if self.down.remove(&slot).is_some() {
            self.soft.dirty.agents.insert(slot);
        }
    }
}
