//! The scheduler's state in Marathon's words.

mod app;
mod deployment;
mod group;
mod stats;
mod task;

pub(crate) use app::info;
pub(crate) use deployment::{info as deployment, plan, step};
pub(crate) use group::{Parts, group};
pub(crate) use task::{address, condition, task};
