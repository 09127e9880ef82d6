//! Between Marathon's JSON and the domain's app.

mod container;
mod from_spec;
mod health;
mod into_spec;
mod legacy;
mod network;
mod normalise;
mod volume;

pub(crate) use into_spec::spec;
pub(crate) use legacy::legacy_violations;
pub(crate) use normalise::{canonical, normalise};
