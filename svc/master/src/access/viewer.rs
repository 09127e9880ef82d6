use std::sync::Arc;

use core_authorizer::{Action, Approver, Object};
use core_master::{Executor, Framework, Task};
use model_cluster::{FrameworkSpec, TaskSpec};
use model_resources::{Resource, Resources};

use super::Caller;

/// What somebody may see of the pool.
#[derive(Clone)]
pub(crate) struct Viewer {
    frameworks: Arc<dyn Approver>,
    tasks: Arc<dyn Approver>,
    executors: Arc<dyn Approver>,
    roles: Arc<dyn Approver>,
    flags: bool,
}

impl Viewer {
    pub(crate) fn of(caller: &Caller) -> Self {
        Self {
            frameworks: caller.approver(Action::ViewFramework),
            tasks: caller.approver(Action::ViewTask),
            executors: caller.approver(Action::ViewExecutor),
            roles: caller.approver(Action::ViewRole),
            flags: caller.may(Action::ViewFlags, &Object::Any),
        }
    }

    /// Whether nothing is hidden: what was written for somebody else may be shown.
    pub(crate) fn sees_all(&self) -> bool {
        self.frameworks.approves_all()
            && self.tasks.approves_all()
            && self.executors.approves_all()
            && self.sees_all_roles()
            && self.flags
    }

    pub(crate) fn sees_all_roles(&self) -> bool {
        self.roles.approves_all()
    }

    pub(crate) fn flags(&self) -> bool {
        self.flags
    }

    pub(crate) fn framework(&self, spec: &FrameworkSpec) -> bool {
        self.frameworks.approves(&Object::Framework(spec))
    }

    /// A task of a framework that may be seen.
    pub(crate) fn task_of(&self, task: &TaskSpec, framework: &FrameworkSpec) -> bool {
        self.tasks.approves(&Object::Task(task, &framework.user))
    }

    /// A task and its framework.
    pub(crate) fn task(&self, task: &Task, framework: &Framework) -> bool {
        self.framework(&framework.spec) && self.task_of(&task.spec, &framework.spec)
    }

    pub(crate) fn executor(&self, executor: &Executor, framework: &Framework) -> bool {
        let object = Object::Executor(&executor.spec, &framework.spec.user);
        self.framework(&framework.spec) && self.executors.approves(&object)
    }

    pub(crate) fn role(&self, role: &str) -> bool {
        self.roles.approves(&Object::Role(role))
    }

    /// A resource, by all of its reservations and whom it is allocated to.
    pub(crate) fn resource(&self, resource: &Resource) -> bool {
        let reservations = &resource.detail().reservations;
        let reserved = reservations.iter().map(|reservation| &reservation.role);
        let mut roles = reserved.chain(&resource.allocation_role);
        roles.all(|role| self.role(role.as_str()))
    }

    /// Those of some resources that may be seen.
    pub(crate) fn resources(&self, all: &Resources) -> Resources {
        all.filter(|resource| self.resource(resource))
    }
}
