use base_ids::AgentId;
use model_cluster::{ExecutorSpec, FrameworkSpec, MachineId, TaskSpec};
use model_resources::Resource;

/// What is acted upon. An authorizer looks at as much of it as its rules speak of.
#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    /// Any object at all, or none in particular.
    Any,
    /// A role by its name.
    Role(&'a str),
    /// The path of an endpoint.
    Path(&'a str),
    /// A framework.
    Framework(&'a FrameworkSpec),
    /// A task, and the user as whom its framework runs what names no other.
    Task(&'a TaskSpec, &'a str),
    /// An executor, and the user as whom its framework runs what names no other.
    Executor(&'a ExecutorSpec, &'a str),
    /// A container within another: the user whom its command names, and as whom the outer one runs.
    Nested {
        /// Of the command.
        user: Option<&'a str>,
        /// Of the outer one.
        parent: &'a str,
    },
    /// Something of which no more is known than the user as whom it runs.
    User(&'a str),
    /// A resource: reserved, or a volume.
    Resource(&'a Resource),
    /// A machine under maintenance.
    Machine(&'a MachineId),
    /// An agent.
    Agent(&'a AgentId),
}

impl<'a> Object<'a> {
    /// The user as whom it runs, or what is in it: the task's own, then its executor's, then its framework's.
    pub fn user(&self) -> Option<&'a str> {
        match *self {
            Self::Framework(framework) => Some(&framework.user),
            Self::Task(task, user) => {
                let own = task.command.user.as_deref();
                let executor = || task.executor.as_ref().and_then(|executor| user_of(executor));
                Some(own.or_else(executor).unwrap_or(user))
            }
            Self::Executor(executor, user) => Some(user_of(executor).unwrap_or(user)),
            Self::User(user) | Self::Nested { parent: user, .. } => Some(user),
            _ => None,
        }
    }
}

fn user_of(executor: &ExecutorSpec) -> Option<&str> {
    executor.command.as_ref()?.user.as_deref()
}
