use std::sync::Arc;

use core_agent::{Agent, ContainerPath, Task};
use core_authorizer::{Action, Approver, Object};
use model_resources::{Resource, Resources};

use super::Caller;
use crate::view::Executor;

/// What somebody may see of an agent.
pub(crate) struct Viewer {
    frameworks: Arc<dyn Approver>,
    tasks: Arc<dyn Approver>,
    executors: Arc<dyn Approver>,
    containers: Arc<dyn Approver>,
    roles: Arc<dyn Approver>,
    flags: bool,
}

impl Viewer {
    pub(crate) fn of(caller: &Caller) -> Self {
        Self {
            frameworks: caller.approver(Action::ViewFramework),
            tasks: caller.approver(Action::ViewTask),
            executors: caller.approver(Action::ViewExecutor),
            containers: caller.approver(Action::ViewContainer),
            roles: caller.approver(Action::ViewRole),
            flags: caller.may(Action::ViewFlags, &Object::Any),
        }
    }

    pub(crate) fn flags(&self) -> bool {
        self.flags
    }

    /// The framework of an executor. An agent may know no more of it than its user.
    pub(crate) fn framework(&self, executor: Executor<'_>) -> bool {
        let object = match executor.framework() {
            Some(spec) => Object::Framework(spec),
            None => Object::User(executor.default_user()),
        };
        self.frameworks.approves(&object)
    }

    pub(crate) fn executor(&self, executor: Executor<'_>) -> bool {
        self.framework(executor) && self.executors.approves(&executor.object())
    }

    /// A task of an executor that may be seen.
    pub(crate) fn task(&self, task: &Task) -> bool {
        self.tasks.approves(&Object::Task(&task.spec, &task.default_user))
    }

    pub(crate) fn container(&self, executor: Executor<'_>) -> bool {
        self.containers.approves(&executor.object())
    }

    /// A container that somebody asked for: as the one of the executor that it is in.
    pub(crate) fn guest(&self, state: &Agent, path: &ContainerPath) -> bool {
        match Executor::around(state, path) {
            Some(executor) => self.container(executor),
            None => self.containers.approves(&Object::Any),
        }
    }

    pub(crate) fn role(&self, role: &str) -> bool {
        self.roles.approves(&Object::Role(role))
    }

    /// Those of some resources that may be seen, by all of their reservations.
    pub(crate) fn resources(&self, all: &Resources) -> Resources {
        let seen = |resource: &Resource| {
            let mut roles = resource
                .detail()
                .reservations
                .iter()
                .map(|reservation| &reservation.role);
            roles.all(|role| self.role(role.as_str()))
        };
        all.filter(seen)
    }
}
