use std::fmt;

use minicbor::{Decode, Encode};

/// Why an agent was refused. The order is that in which filters are asked; the first that refuses counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Reason {
    /// It is not connected.
    #[n(0)]
    Disconnected,
    /// Its work is being taken off it.
    #[n(110)]
    Draining,
    /// An operator took it out.
    #[n(111)]
    Deactivated,
    /// Its machine is down for maintenance, or will be soon.
    #[n(112)]
    Maintenance,
    /// It has nothing for the demand's roles.
    #[n(1)]
    Role,
    /// A constraint forbids it.
    #[n(2)]
    Constraint,
    /// Too few cores are free.
    #[n(3)]
    Cpus,
    /// Too little memory is free.
    #[n(4)]
    Mem,
    /// Too little disk is free.
    #[n(5)]
    Disk,
    /// Too few GPUs are free.
    #[n(6)]
    Gpus,
    /// Ports are taken or too few.
    #[n(7)]
    Ports,
}

impl Reason {
    /// Every reason, in the order in which filters are asked.
    pub const ALL: [Self; 11] = [
        Self::Disconnected,
        Self::Draining,
        Self::Deactivated,
        Self::Maintenance,
        Self::Role,
        Self::Constraint,
        Self::Cpus,
        Self::Mem,
        Self::Disk,
        Self::Gpus,
        Self::Ports,
    ];

    /// The word for people and for Harmony's own API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Draining => "draining",
            Self::Deactivated => "deactivated",
            Self::Maintenance => "maintenance",
            Self::Role => "role",
            Self::Constraint => "constraint",
            Self::Cpus => "cpus",
            Self::Mem => "mem",
            Self::Disk => "disk",
            Self::Gpus => "gpus",
            Self::Ports => "ports",
        }
    }

    /// The word of Marathon's `/v2/queue` (`NoOfferMatchReason`).
    pub fn marathon_name(self) -> &'static str {
        match self {
            Self::Disconnected | Self::Draining | Self::Deactivated | Self::Maintenance => "AgentMaintenance",
            Self::Role => "UnfulfilledRole",
            Self::Constraint => "UnfulfilledConstraint",
            Self::Cpus => "InsufficientCpus",
            Self::Mem => "InsufficientMemory",
            Self::Disk => "InsufficientDisk",
            Self::Gpus => "InsufficientGpus",
            Self::Ports => "InsufficientPorts",
        }
    }
}

/// Why some instances of a demand have no place.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Refusal {
    /// How many instances have none.
    #[n(0)]
    pub unplaced: u32,
    /// How many agents were considered.
    #[n(1)]
    pub considered: u32,
    /// How many agents each filter refused, in the order of `Reason::ALL`; only what is above zero. An agent counts once.
    #[n(2)]
    pub refused: Vec<(Reason, u32)>,
    /// How many agents each constraint refused, as `field:OPERATOR:value`; only what is above zero.
    #[n(3)]
    pub constraints: Vec<(String, u32)>,
    /// One sentence for each thing that would help.
    #[n(4)]
    pub help: Vec<String>,
    /// Why no agent of the pool can ever take one, even when it is empty; `None` if one could.
    #[n(5)]
    pub never: Option<String>,
}

impl Refusal {
    /// How many agents a filter refused.
    pub fn count(&self, reason: Reason) -> u32 {
        self.refused.iter().find(|(r, _)| *r == reason).map_or(0, |(_, n)| *n)
    }

    /// How many agents no filter refused.
    pub fn fitting(&self) -> u32 {
        self.considered - self.refused.iter().map(|(_, n)| n).sum::<u32>()
    }
}

impl fmt::Display for Refusal {
    /// `3 agents considered: 2 cpus, 1 ports`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} agents considered", self.considered)?;
        for (i, (reason, agents)) in self.refused.iter().enumerate() {
            write!(f, "{} {agents} {}", if i == 0 { ":" } else { "," }, reason.as_str())?;
        }
        Ok(())
    }
}
