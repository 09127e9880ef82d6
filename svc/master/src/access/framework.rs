use std::{collections::BTreeMap, sync::Arc};

use core_authorizer::{Action, Approver, Object};
use model_cluster::{FrameworkSpec, TaskSpec};
use model_resources::Operation;

use super::{Caller, asks, is_of, named};
use crate::Master;

/// Whether a framework may subscribe with its roles; if not, what it is told.
pub(crate) fn may_register(master: &Master, id: Option<&str>, spec: &FrameworkSpec) -> Result<(), String> {
    let caller = named(master, principal(spec));
    if caller.may(Action::RegisterFramework, &Object::Framework(spec)) {
        return Ok(());
    }
    let roles: Vec<&str> = spec.roles.iter().map(|role| role.as_str()).collect();
    Err(format!(
        "Not authorized to register framework {} with roles {{ {} }}",
        id.unwrap_or_default(),
        roles.join(", ")
    ))
}

fn principal(spec: &FrameworkSpec) -> Option<&str> {
    spec.principal.as_ref().map(|principal| principal.as_str())
}

/// What a framework may do with its offers: its own principal is asked, whoever carries the request.
pub(crate) struct Rights {
    spec: Arc<FrameworkSpec>,
    caller: Caller,
    run: Arc<dyn Approver>,
    convert: BTreeMap<Action, Arc<dyn Approver>>,
}

impl Rights {
    pub(crate) fn of(master: &Master, spec: Arc<FrameworkSpec>) -> Self {
        let caller = named(master, principal(&spec));
        Self {
            run: caller.approver(Action::RunTask),
            caller,
            spec,
            convert: BTreeMap::new(),
        }
    }

    fn name(&self) -> &str {
        principal(&self.spec).unwrap_or_default()
    }

    /// Why it may not run a task.
    pub(crate) fn refuse(&self, task: &TaskSpec) -> Option<String> {
        let object = Object::Task(task, &self.spec.user);
        (!self.run.approves(&object)).then(|| {
            format!(
                "Principal '{}' is not authorized to launch task {} under user '{}'",
                self.name(),
                task.task_id,
                object.user().unwrap_or_default()
            )
        })
    }

    /// Why it may not run all tasks of a group.
    pub(crate) fn refuse_group(&self, tasks: &[TaskSpec]) -> Option<String> {
        tasks.iter().find_map(|task| self.refuse(task))
    }

    /// Why it may not convert resources of an offer.
    pub(crate) fn refuse_to_convert(&mut self, operation: &Operation) -> Option<String> {
        for (action, resource) in asks(operation) {
            let caller = &self.caller;
            let approver = self.convert.entry(action).or_insert_with(|| caller.approver(action));
            if !approver.approves(&is_of(resource.as_ref())) {
                return Some(format!("Principal '{}' is not authorized to {action}", self.name()));
            }
        }
        None
    }
}
