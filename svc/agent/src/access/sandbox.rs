use std::path::{Component, Path};

use core_authorizer::{Action, Object};

use super::Caller;
use crate::view::Executor;

/// Whether somebody may read a file or directory, which is named by its place below the directory of all sandboxes. What is in
/// the sandbox of an executor belongs to it; whatever holds several may be read by whoever may read all.
pub(crate) fn may_read(caller: &Caller, state: &core_agent::Agent, place: &Path) -> bool {
    let approver = caller.approver(Action::AccessSandbox);
    if approver.approves_all() {
        return true;
    }
    let parts: Vec<&str> = place
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    // <agent>/frameworks/<framework>/executors/<executor>/...
    let [_, "frameworks", framework, "executors", id, ..] = parts[..] else {
        return approver.approves(&Object::Any);
    };
    let mut all = Executor::all(state);
    let known = all.find(|executor| executor.framework_id().as_str() == framework && executor.id() == id);
    match known {
        Some(executor) => approver.approves(&executor.object()),
        None => approver.approves(&Object::Any),
    }
}
