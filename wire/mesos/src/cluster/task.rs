use base_ids::{AgentId, TaskId};
use model_cluster::{
    Command, Discovery, DiscoveryPort, Env, EnvVar, EnvVarRef, ExecutorKind, ExecutorSpec, Program, TaskSpec, Uri,
};

use super::{
    executor::{executor_from_wire, executor_to_wire},
    health::{health_from, health_to},
    labels_from, labels_to,
};
use crate::{
    resource::{Format, all_from_wire, all_to_wire},
    v1::{self, environment::variable},
};

/// A task as a framework asks for it: with a command, or with an executor that knows what to do.
///
/// # Errors
/// Which part cannot be, in a sentence for a TASK_ERROR.
pub fn task_from_wire(wire: &v1::TaskInfo) -> Result<TaskSpec, String> {
    if wire.command.is_some() == wire.executor.is_some() {
        return Err("Task should have at least one (but not both) of CommandInfo or ExecutorInfo present".to_owned());
    }
    let executor = wire.executor.as_ref().map(executor_from_wire).transpose()?;
    if executor
        .as_ref()
        .is_some_and(|executor| executor.kind == ExecutorKind::Default)
    {
        return Err("Task uses the default executor, which takes tasks by LAUNCH_GROUP only".to_owned());
    }
    spec_from(wire, executor)
}

/// A group of tasks as a framework asks for it, for one executor.
///
/// # Errors
/// Which part cannot be, in a sentence for the TASK_ERROR of all of them.
pub fn group_from_wire(wire: &v1::offer::operation::LaunchGroup) -> Result<Vec<TaskSpec>, String> {
    if wire.executor.r#type() == v1::executor_info::Type::Unknown {
        return Err("'ExecutorInfo.type' must be set".to_owned());
    }
    let executor = executor_from_wire(&wire.executor)?;
    let infos = &wire.task_group.tasks;
    let group: Vec<TaskId> = infos
        .iter()
        .map(|info| TaskId::from(info.task_id.value.as_str()))
        .collect();
    let member = |info: &v1::TaskInfo| {
        if info.executor.as_ref().is_some_and(|own| *own != wire.executor) {
            return Err("The `ExecutorInfo` of a task differs from the one of its group".to_owned());
        }
        if executor.kind == ExecutorKind::Default && info.command.is_none() {
            return Err("'TaskInfo.command' must be set for the 'DEFAULT' executor".to_owned());
        }
        if info.agent_id != infos[0].agent_id {
            return Err("The tasks of a group are for different agents".to_owned());
        }
        let spec = spec_from(info, Some(executor.clone()))?;
        Ok(TaskSpec {
            group: group.clone(),
            ..spec
        })
    };
    infos.iter().map(member).collect()
}

fn spec_from(wire: &v1::TaskInfo, executor: Option<ExecutorSpec>) -> Result<TaskSpec, String> {
    if wire
        .container
        .as_ref()
        .is_some_and(|container| container.docker.is_some() || container.mesos.is_some())
    {
        return Err("Task uses a container image, which this release does not run".to_owned());
    }
    let command = match &wire.command {
        Some(command) => command_from(command)?,
        None => Command {
            program: Program::Absent,
            env: Env::default(),
            user: None,
            uris: Vec::new(),
        },
    };
    let resources = all_from_wire(&wire.resources).map_err(|error| format!("Task uses invalid resources: {error}"))?;
    let grace = wire
        .kill_policy
        .as_ref()
        .and_then(|policy| policy.grace_period.as_ref());
    let max_run_ms = millis(wire.max_completion_time.as_ref(), "max_completion_time")?;
    Ok(TaskSpec {
        task_id: TaskId::from(wire.task_id.value.as_str()),
        name: wire.name.clone(),
        resources: resources.map(|resource| resource.with_allocation(None)),
        command,
        health_check: wire.health_check.as_ref().map(health_from).transpose()?.map(Box::new),
        kill_grace_ms: millis(grace, "kill_policy.grace_period")?,
        labels: labels_from(wire.labels.as_ref()),
        discovery: wire.discovery.as_ref().map(discovery_from).map(Box::new),
        data: wire.data.clone(),
        executor: executor.map(Box::new),
        group: Vec::new(),
        // Mesos takes a time of nothing for none.
        max_run_ms: max_run_ms.filter(|most| *most > 0),
    })
}

/// A time in milliseconds, rounded up.
fn millis(wire: Option<&v1::DurationInfo>, name: &str) -> Result<Option<u64>, String> {
    let millis = wire.map(|wire| u64::try_from(wire.nanoseconds).map(|nanos| nanos.div_ceil(1_000_000)));
    millis
        .transpose()
        .map_err(|_| format!("Task's '{name}' must be non-negative"))
}

fn duration_to(millis: u64) -> v1::DurationInfo {
    let nanoseconds = i64::try_from(millis).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    v1::DurationInfo { nanoseconds }
}

/// A command on the wire.
///
/// # Errors
/// Which part cannot be, in a sentence for a person.
pub fn command_from_wire(wire: &v1::CommandInfo) -> Result<Command, String> {
    command_from(wire)
}

pub(super) fn command_from(wire: &v1::CommandInfo) -> Result<Command, String> {
    let program = match (wire.shell(), &wire.value) {
        (true, Some(value)) => Program::Shell(value.clone()),
        (true, None) => return Err("Shell command is not specified".to_owned()),
        // The arguments begin with the name that the program sees as its own.
        (false, value) => {
            let file = value.clone().or_else(|| wire.arguments.first().cloned());
            let file = file.ok_or("Executable is not specified")?;
            Program::Exec(
                std::iter::once(file)
                    .chain(wire.arguments.iter().skip(1).cloned())
                    .collect(),
            )
        }
    };
    let variables = wire
        .environment
        .as_ref()
        .map(|env| env.variables.as_slice())
        .unwrap_or_default();
    let env = variables.iter().map(|var| {
        if var.r#type() == variable::Type::Secret {
            return Err(format!(
                "Environment variable '{}' is a secret, which this release does not resolve",
                var.name
            ));
        }
        Ok(EnvVar {
            name: var.name.clone(),
            value: var.value.clone().unwrap_or_default(),
        })
    });
    let uri = |uri: &v1::command_info::Uri| Uri {
        value: uri.value.clone(),
        executable: uri.executable(),
        extract: uri.extract(),
        cache: uri.cache(),
        output_file: uri.output_file.clone(),
    };
    Ok(Command {
        program,
        env: env.collect::<Result<_, _>>()?,
        user: wire.user.clone(),
        uris: wire.uris.iter().map(uri).collect(),
    })
}

pub(super) fn discovery_from(wire: &v1::DiscoveryInfo) -> Discovery {
    let ports = wire
        .ports
        .as_ref()
        .map(|ports| ports.ports.as_slice())
        .unwrap_or_default();
    let port = |port: &v1::Port| {
        Some(DiscoveryPort {
            number: u16::try_from(port.number).ok()?,
            name: port.name.clone(),
            protocol: port.protocol.clone(),
            labels: labels_from(port.labels.as_ref()),
        })
    };
    Discovery {
        name: wire.name.clone(),
        visibility: u8::try_from(wire.visibility).unwrap_or(0),
        ports: ports.iter().filter_map(port).collect(),
        labels: labels_from(wire.labels.as_ref()),
    }
}

/// What is shown of a task wherever tasks are shown, beside its names and resources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskDetails {
    /// Its labels, if it has any.
    pub labels: Option<v1::Labels>,
    /// How others find it.
    pub discovery: Option<v1::DiscoveryInfo>,
    /// The container it asks for.
    pub container: Option<v1::ContainerInfo>,
    /// Its health check.
    pub health_check: Option<v1::HealthCheck>,
    /// How it is ended.
    pub kill_policy: Option<v1::KillPolicy>,
}

/// The details of a task.
pub fn task_details(task: &TaskSpec) -> TaskDetails {
    TaskDetails {
        labels: labels_to(task.labels.iter()),
        ..rare_details(task)
    }
}

/// The details that most tasks have not: all but the labels.
pub fn rare_details(task: &TaskSpec) -> TaskDetails {
    TaskDetails {
        labels: None,
        discovery: task.discovery.as_deref().map(discovery_to),
        container: None,
        health_check: task.health_check.as_deref().map(health_to),
        kill_policy: task.kill_grace_ms.map(|millis| v1::KillPolicy {
            grace_period: Some(duration_to(millis)),
        }),
    }
}

/// A task as the master shows it.
pub fn task_to_wire(task: &TaskSpec, agent_id: &AgentId) -> v1::TaskInfo {
    let details = task_details(task);
    v1::TaskInfo {
        name: task.name.clone(),
        task_id: v1::TaskId {
            value: task.task_id.to_string(),
        },
        agent_id: v1::AgentId {
            value: agent_id.to_string(),
        },
        resources: all_to_wire(&task.resources, Format::Endpoint),
        command: (task.command.program != Program::Absent).then(|| command_to(&task.command)),
        executor: task.executor.as_deref().map(executor_to_wire),
        health_check: details.health_check,
        kill_policy: details.kill_policy,
        max_completion_time: task.max_run_ms.map(duration_to),
        data: task.data.clone(),
        labels: details.labels,
        discovery: details.discovery,
        container: details.container,
        ..Default::default()
    }
}

pub(super) fn command_to(command: &Command) -> v1::CommandInfo {
    let (shell, value, arguments) = match &command.program {
        Program::Shell(text) => (true, Some(text.clone()), Vec::new()),
        Program::Exec(argv) => (false, argv.first().cloned(), argv.clone()),
        Program::Absent => (true, None, Vec::new()),
    };
    let variable = |var: EnvVarRef<'_>| v1::environment::Variable {
        name: var.name.to_owned(),
        value: Some(var.value.to_owned()),
        ..Default::default()
    };
    let uri = |uri: &Uri| v1::command_info::Uri {
        value: uri.value.clone(),
        executable: Some(uri.executable),
        extract: Some(uri.extract),
        cache: Some(uri.cache),
        output_file: uri.output_file.clone(),
    };
    v1::CommandInfo {
        uris: command.uris.iter().map(uri).collect(),
        environment: Some(v1::Environment {
            variables: command.env.iter().map(variable).collect(),
        }),
        shell: Some(shell),
        value,
        arguments,
        user: command.user.clone(),
    }
}

pub(super) fn discovery_to(discovery: &Discovery) -> v1::DiscoveryInfo {
    let port = |port: &DiscoveryPort| v1::Port {
        number: u32::from(port.number),
        name: port.name.clone(),
        protocol: port.protocol.clone(),
        labels: labels_to(port.labels.iter()),
        ..Default::default()
    };
    v1::DiscoveryInfo {
        visibility: i32::from(discovery.visibility),
        name: discovery.name.clone(),
        ports: Some(v1::Ports {
            ports: discovery.ports.iter().map(port).collect(),
        }),
        labels: labels_to(discovery.labels.iter()),
        ..Default::default()
    }
}
