use std::fmt;

use base_fault::Class;
use minicbor::{Decode, Encode};

/// A command to one of the machines.
#[derive(Clone, Debug)]
pub enum Command {
    /// To the pool.
    Master(core_master::Command),
    /// To the app scheduler.
    Apps(core_apps::Command),
    /// To all: time has passed.
    Tick,
}

/// A fact of one of the machines.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Event {
    /// Of the pool.
    #[n(0)]
    Master(#[n(0)] core_master::Event),
    /// Of the app scheduler.
    #[n(1)]
    Apps(#[n(0)] core_apps::Event),
}

/// Why one of the machines says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reject {
    /// The pool.
    Master(core_master::Reject),
    /// The app scheduler.
    Apps(core_apps::Reject),
}

impl Reject {
    /// The class for callers.
    pub fn class(&self) -> Class {
        match self {
            Self::Master(reject) => reject.class(),
            Self::Apps(reject) => reject.class(),
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Master(reject) => reject.fmt(f),
            Self::Apps(reject) => write!(f, "{reject:?}"),
        }
    }
}

/// Whom a fact of one of the machines concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// In the pool.
    Master(core_master::Key),
    /// In the app scheduler.
    Apps(core_apps::Key),
}

/// An order of one of the machines.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Of the pool.
    Master(core_master::Effect),
    /// Of the app scheduler.
    Apps(core_apps::Effect),
}
