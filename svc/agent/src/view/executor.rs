use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use base_ids::{ContainerId, FrameworkId};
use core_agent::{ContainerPath, ExecutorKey, Key, Phase, Task};
use core_authorizer::Object;
use model_cluster::{ExecutorSpec, FrameworkSpec, Program};
use model_resources::{Resources, Role};
use wire_mesos::{
    cluster::{executor_to_wire, of_framework, task_to_wire as info_to_wire},
    resource::{Format, all_to_wire},
    v1::{self, agent::response},
};

use crate::{access::Viewer, sandboxes};

/// What runs tasks: an executor that a framework asked for, or the one that a command task stands for.
#[derive(Clone, Copy)]
pub(crate) enum Executor<'a> {
    /// It has the id of its task.
    OfTask(&'a Key, &'a Task),
    /// It has an id of its own.
    Asked(&'a ExecutorKey, &'a core_agent::Executor),
    /// It had one, and is over before the last of its tasks is acknowledged, which tells of it.
    Over(&'a Key, &'a Task, &'a ExecutorSpec),
}

impl<'a> Executor<'a> {
    /// All executors, those of tasks included whose end is not acknowledged.
    pub(crate) fn all(state: &'a core_agent::Agent) -> impl Iterator<Item = Self> {
        let asked = state.executors().map(|(key, executor)| Self::Asked(key, executor));
        let mut told = BTreeSet::new();
        let tasks = state.tasks().filter_map(move |(key, task)| match &task.spec.executor {
            None => Some(Self::OfTask(key, task)),
            Some(spec) => {
                let executor = task.executor(&key.framework_id)?;
                let over = state.executor(&executor).is_none() && told.insert(executor);
                over.then_some(Self::Over(key, task, spec))
            }
        });
        asked.chain(tasks)
    }

    /// The one in whose container a container is, if it is in any.
    pub(crate) fn around(state: &'a core_agent::Agent, path: &ContainerPath) -> Option<Self> {
        let root = path.ids().first()?;
        Self::all(state).find(|executor| executor.container_id() == root)
    }

    /// Whose it is.
    pub(crate) fn framework_id(self) -> &'a FrameworkId {
        match self {
            Self::OfTask(key, _) | Self::Over(key, ..) => &key.framework_id,
            Self::Asked(key, _) => &key.framework_id,
        }
    }

    /// What its framework says of itself, if the agent was told.
    pub(crate) fn framework(self) -> Option<&'a FrameworkSpec> {
        match self {
            Self::OfTask(..) | Self::Over(..) => None,
            Self::Asked(_, executor) => Some(&executor.framework),
        }
    }

    /// As rules speak of it.
    pub(crate) fn object(self) -> Object<'a> {
        match self {
            Self::OfTask(_, task) => Object::Task(&task.spec, &task.default_user),
            Self::Asked(_, executor) => Object::Executor(&executor.spec, &executor.default_user),
            Self::Over(_, task, spec) => Object::Executor(spec, &task.default_user),
        }
    }

    /// Its id.
    pub(crate) fn id(self) -> &'a str {
        match self {
            Self::OfTask(key, _) => key.task_id.as_str(),
            Self::Asked(key, _) => key.executor_id.as_str(),
            Self::Over(_, _, spec) => spec.executor_id.as_str(),
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> String {
        let task = match self {
            Self::OfTask(_, task) => task,
            Self::Asked(_, executor) => return executor.spec.name.clone().unwrap_or_default(),
            Self::Over(_, _, spec) => return spec.name.clone().unwrap_or_default(),
        };
        let command = match &task.spec.command.program {
            Program::Shell(text) => format!("sh -c '{text}'"),
            Program::Exec(argv) => argv.join(" "),
            Program::Absent => String::new(),
        };
        format!("Command Executor (Task: {}) (Command: {command})", task.spec.task_id)
    }

    /// Where it comes from, in its framework's words.
    pub(crate) fn source(self) -> &'a str {
        match self {
            Self::OfTask(key, _) => key.task_id.as_str(),
            Self::Asked(_, executor) => executor.spec.source.as_deref().unwrap_or_default(),
            Self::Over(_, _, spec) => spec.source.as_deref().unwrap_or_default(),
        }
    }

    /// `DEFAULT` or `CUSTOM`, if it was asked for.
    pub(crate) fn kind(self) -> Option<&'static str> {
        match self {
            Self::OfTask(..) => None,
            Self::Asked(_, executor) => Some(executor_to_wire(&executor.spec).r#type().as_str_name()),
            Self::Over(_, _, spec) => Some(executor_to_wire(spec).r#type().as_str_name()),
        }
    }

    /// Its container; of the agent's own executor, the one that holds those of its tasks, or held one of them.
    pub(crate) fn container_id(self) -> &'a ContainerId {
        match self {
            Self::OfTask(_, task) | Self::Over(_, task, _) => &task.container_id,
            Self::Asked(_, executor) => &executor.container_id,
        }
    }

    /// How far it is.
    pub(crate) fn phase(self) -> Phase {
        match self {
            Self::OfTask(_, task) => task.phase,
            Self::Asked(_, executor) if executor.is_custom() && !executor.running => Phase::Accepted,
            Self::Asked(..) => Phase::Running,
            Self::Over(..) => Phase::Ended,
        }
    }

    /// Whom it runs as unless its command says so.
    pub(crate) fn default_user(self) -> &'a str {
        match self {
            Self::OfTask(_, task) | Self::Over(_, task, _) => &task.default_user,
            Self::Asked(_, executor) => &executor.default_user,
        }
    }

    /// What it and its tasks use.
    pub(crate) fn allocated(self, state: &core_agent::Agent) -> Resources {
        match self {
            Self::OfTask(_, task) => task.spec.resources.clone(),
            Self::Asked(key, _) => state.size_of(key),
            Self::Over(..) => Resources::new(),
        }
    }

    /// The role that its resources are for, as far as an agent is told.
    pub(crate) fn role(self) -> Role {
        match self {
            Self::OfTask(_, task) | Self::Over(_, task, _) => super::role(task),
            Self::Asked(_, executor) => {
                let reserved = executor.spec.resources.iter().find_map(|r| r.reserved_role());
                reserved
                    .or(executor.framework.roles.first())
                    .cloned()
                    .unwrap_or_else(Role::any)
            }
        }
    }

    /// Its tasks, those included whose end is not acknowledged.
    pub(crate) fn tasks(self, state: &'a core_agent::Agent) -> Vec<(&'a Key, &'a Task)> {
        match self {
            Self::OfTask(key, task) => vec![(key, task)],
            Self::Asked(key, _) => state.tasks_of(key).collect(),
            Self::Over(key, task, _) => match task.executor(&key.framework_id) {
                Some(executor) => {
                    let tasks = state.tasks();
                    let of_it =
                        |(key, task): &(&Key, &Task)| task.executor(&key.framework_id).as_ref() == Some(&executor);
                    tasks.filter(of_it).collect()
                }
                None => Vec::new(),
            },
        }
    }

    /// Its sandbox below the agent's directory; none before the agent has joined.
    pub(crate) fn directory(self, dir: &Path, state: &core_agent::Agent) -> Option<PathBuf> {
        let agent_id = state.agent_id()?;
        Some(match self {
            Self::OfTask(key, task) => sandboxes::path(dir, state, agent_id, key, task),
            Self::Asked(key, executor) => sandboxes::executor_path(dir, agent_id, key, &executor.container_id),
            Self::Over(key, task, _) => {
                let executor = task.executor(&key.framework_id).filter(|_| task.is_custom())?;
                sandboxes::executor_path(dir, agent_id, &executor, &task.container_id)
            }
        })
    }

    fn to_wire(self, state: &core_agent::Agent) -> v1::ExecutorInfo {
        let info = match self {
            Self::OfTask(key, task) => v1::ExecutorInfo {
                executor_id: v1::ExecutorId {
                    value: key.task_id.to_string(),
                },
                command: state
                    .agent_id()
                    .and_then(|agent_id| info_to_wire(&task.spec, agent_id).command),
                resources: all_to_wire(&task.spec.resources, Format::PostRefinement),
                name: Some(self.name()),
                source: Some(self.source().to_owned()),
                ..Default::default()
            },
            Self::Asked(_, executor) => v1::ExecutorInfo {
                resources: all_to_wire(&executor.spec.resources, Format::PostRefinement),
                ..executor_to_wire(&executor.spec)
            },
            Self::Over(_, _, spec) => executor_to_wire(spec),
        };
        of_framework(info, self.framework_id())
    }
}

/// The executors in the v1 API that a viewer may see.
pub(crate) fn executors(state: &core_agent::Agent, viewer: &Viewer) -> response::GetExecutors {
    let there = Executor::all(state).filter(|executor| executor.phase() != Phase::Ended && viewer.executor(*executor));
    let executor = |executor: Executor<'_>| response::get_executors::Executor {
        executor_info: executor.to_wire(state),
    };
    response::GetExecutors {
        executors: there.map(executor).collect(),
        completed_executors: Vec::new(),
    }
}
