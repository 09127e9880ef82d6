//! `Reservation`: one step of a reservation stack.
use std::fmt;

use base_ids::Principal;

use crate::{Labels, Role};

/// Who made a reservation, and so who may undo it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum ReservationKind {
    /// Made by the agent's command line; only a change of the agent undoes it.
    #[n(1)]
    Static,
    /// Made by a RESERVE operation; UNRESERVE undoes it.
    #[n(2)]
    Dynamic,
}

impl ReservationKind {
    /// The name in Mesos' JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::Dynamic => "DYNAMIC",
        }
    }
}

/// A reservation for a role. Each one of a stack refines the one before: its role lies strictly below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub struct Reservation {
    /// Who made it.
    #[n(0)]
    pub kind: ReservationKind,
    /// Whom it is for; never `*`.
    #[n(1)]
    pub role: Role,
    /// Who reserved it, if known; the UNRESERVE permission is asked for this principal.
    #[n(2)]
    pub principal: Option<Principal>,
    /// What its maker noted; they tell reservations apart.
    #[n(3)]
    pub labels: Labels,
}

impl Reservation {
    /// A reservation of the agent's operator for `role`.
    pub fn fixed(role: Role) -> Self {
        Self {
            kind: ReservationKind::Static,
            role,
            principal: None,
            labels: Labels::default(),
        }
    }

    /// A reservation made at run time for `role`.
    pub fn dynamic(role: Role, principal: Option<Principal>) -> Self {
        Self {
            kind: ReservationKind::Dynamic,
            role,
            principal,
            labels: Labels::default(),
        }
    }

    /// True for a reservation made at run time.
    pub fn is_dynamic(&self) -> bool {
        self.kind == ReservationKind::Dynamic
    }
}

impl fmt::Display for Reservation {
    /// `DYNAMIC,eng,alice,{key: value}`, as Mesos logs it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.kind.as_str(), self.role)?;
        if let Some(principal) = &self.principal {
            write!(f, ",{principal}")?;
        }
        if !self.labels.is_empty() {
            write!(f, ",{}", self.labels)?;
        }
        Ok(())
    }
}
