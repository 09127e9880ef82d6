//! Reservations of whole collections.
use crate::{Flaw, Invalid, Reservation, Resource, Resources};

impl Resources {
    /// Everything with `reservation` pushed on its stack; an error if the stack of one would not be valid.
    pub fn push_reservation(&self, reservation: &Reservation) -> Result<Resources, Invalid> {
        let push = |r: &Resource| {
            let pushed = r.clone().with_reservation(reservation.clone());
            pushed.validate().map(|()| pushed)
        };
        self.iter().map(push).collect()
    }

    /// Everything without its current reservation; an error if one is not reserved.
    pub fn pop_reservation(&self) -> Result<Resources, Invalid> {
        let pop = |r: &Resource| {
            let mut popped = r.clone();
            let mut last = None;
            popped.update(|d| last = d.reservations.pop());
            last.map(|_| popped).ok_or_else(|| Flaw::NotReserved.of(r))
        };
        self.iter().map(pop).collect()
    }

    /// Everything without any reservation.
    pub fn to_unreserved(&self) -> Resources {
        self.map(|mut r| {
            r.update(|d| d.reservations.clear());
            r
        })
    }
}
