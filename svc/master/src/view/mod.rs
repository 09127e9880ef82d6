//! The nouns of the pool as Mesos shows them: of each the older JSON and the message of the v1 API.

mod agent;
mod executor;
mod field;
mod framework;
mod offer;
mod role;
mod task;
mod written;

pub(crate) use agent::{agent_in_full, agent_to_json, agent_to_wire, is_present};
pub(crate) use executor::executor_to_message;
pub(crate) use field::message;
pub use framework::Pids;
pub(crate) use framework::{
    completed_to_json, completed_to_wire, framework_to_json, framework_to_wire, is_connected, is_removed,
    summary_to_json,
};
pub(crate) use role::shares_of_roles;
pub(crate) use task::{Kind, completed_tasks, kind_of, task_to_json, task_to_wire};
pub(crate) use written::task as write_task;

use base_clock::Timestamp;
use wire_mesos::v1;

/// A point in time, in nanoseconds.
fn time(at: Timestamp) -> v1::TimeInfo {
    v1::TimeInfo {
        nanoseconds: at.as_micros() * 1000,
    }
}
