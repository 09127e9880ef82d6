//! The filters, one file each: may an agent take one instance more of a demand?

pub(crate) mod constraint;
pub(crate) mod cpus;
pub(crate) mod disk;
pub(crate) mod gpus;
pub(crate) mod mem;
pub(crate) mod open;
pub(crate) mod ports;
pub(crate) mod role;

use crate::{
    Demand, Reason,
    node::{Amounts, Share},
};

/// The filters on amounts, in order; the first that refuses is the reason.
pub(crate) fn amounts(share: &Share, need: &Amounts, demand: &Demand) -> Option<Reason> {
    if !cpus::fits(share, need) {
        Some(Reason::Cpus)
    } else if !mem::fits(share, need) {
        Some(Reason::Mem)
    } else if !disk::fits(share, need) {
        Some(Reason::Disk)
    } else if !gpus::fits(share, need) {
        Some(Reason::Gpus)
    } else if !ports::fits(&share.ports, &demand.ports) {
        Some(Reason::Ports)
    } else {
        None
    }
}
