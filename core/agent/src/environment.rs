use std::collections::BTreeMap;

use model_cluster::Command;

use crate::{Agent, Config, Executor, ExecutorKey, Key, Task};

/// The whole environment of a task's process: what every task gets, then what its spec adds. Nothing is inherited.
///
/// Names as Mesos gives them; `HOST` and the `PORT` family are the framework's to set.
pub fn environment(agent: &Agent, config: &Config, key: &Key, task: &Task, sandbox: &str) -> BTreeMap<String, String> {
    let executor_id = task
        .spec
        .executor
        .as_ref()
        .map(|executor| executor.executor_id.as_str());
    let executor_id = executor_id.unwrap_or(key.task_id.as_str());
    let ours = [
        ("MESOS_SANDBOX", sandbox),
        ("MESOS_DIRECTORY", sandbox),
        ("MESOS_TASK_ID", key.task_id.as_str()),
        ("MESOS_EXECUTOR_ID", executor_id),
        ("MESOS_FRAMEWORK_ID", key.framework_id.as_str()),
        ("MESOS_CONTAINER_ID", task.container_id.as_str()),
        ("MESOS_SLAVE_ID", agent.agent_id().map_or("", |id| id.as_str())),
        ("MESOS_AGENT_ID", agent.agent_id().map_or("", |id| id.as_str())),
    ];
    let ours = ours.map(|(name, value)| (name, value.to_owned()));
    merge(config, ours, Some(&task.spec.command))
}

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// How long an executor waits between two attempts to subscribe, at most: the highest that Mesos allows.
const BACKOFF_MAX_MS: u64 = 15_000;

/// The whole environment of an executor's process, as `src/slave/slave.cpp` gives it. `endpoint` is the agent's `ip:port`,
/// `token` what the executor proves itself by. Every executor outlives its agent here, so every one is told that it is
/// checkpointed, whatever its framework says.
pub fn executor_environment(
    agent: &Agent,
    config: &Config,
    key: &ExecutorKey,
    executor: &Executor,
    sandbox: &str,
    endpoint: &str,
    token: Option<String>,
) -> BTreeMap<String, String> {
    let agent_id = agent.agent_id().map_or("", |id| id.as_str());
    let grace_ms = executor.spec.shutdown_grace_ms.unwrap_or(config.shutdown_grace_ms);
    let backoff_ms = config.reregistration_timeout_ms.min(BACKOFF_MAX_MS);
    let ours = [
        ("LIBPROCESS_PORT", "0".to_owned()),
        ("MESOS_SANDBOX", sandbox.to_owned()),
        ("MESOS_DIRECTORY", sandbox.to_owned()),
        ("MESOS_EXECUTOR_ID", key.executor_id.to_string()),
        ("MESOS_FRAMEWORK_ID", key.framework_id.to_string()),
        ("MESOS_CONTAINER_ID", executor.container_id.to_string()),
        ("MESOS_SLAVE_ID", agent_id.to_owned()),
        ("MESOS_AGENT_ID", agent_id.to_owned()),
        ("MESOS_SLAVE_PID", format!("slave(1)@{endpoint}")),
        ("MESOS_AGENT_ENDPOINT", endpoint.to_owned()),
        ("MESOS_CHECKPOINT", "1".to_owned()),
        ("MESOS_RECOVERY_TIMEOUT", duration(config.recovery_timeout_ms)),
        ("MESOS_SUBSCRIPTION_BACKOFF_MAX", duration(backoff_ms)),
        ("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", duration(grace_ms)),
        ("MESOS_HTTP_COMMAND_EXECUTOR", "0".to_owned()),
    ];
    let token = token.map(|token| ("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", token));
    merge(config, ours.into_iter().chain(token), executor.spec.command.as_ref())
}

/// The whole environment of a guest's process: Mesos gives it nothing but its sandbox.
pub fn guest_environment(command: &Command, sandbox: &str) -> BTreeMap<String, String> {
    merge(
        &Config::default(),
        [("MESOS_SANDBOX", sandbox.to_owned())],
        Some(command),
    )
}

/// The units in which a duration is written, in milliseconds.
const UNITS: [(&str, u64); 3] = [("mins", 60_000), ("secs", 1000), ("ms", 1)];

/// A duration as Mesos writes it, in the largest unit of which it is a multiple.
fn duration(millis: u64) -> String {
    let whole = UNITS.iter().find(|(_, unit)| millis.is_multiple_of(*unit));
    let (name, unit) = whole.unwrap_or(&("ms", 1));
    format!("{}{name}", millis / unit)
}

/// What the agent's settings say, then what Mesos sets, then what the command asks for; the later counts.
fn merge<'a>(
    config: &Config,
    ours: impl IntoIterator<Item = (&'a str, String)>,
    command: Option<&Command>,
) -> BTreeMap<String, String> {
    let mut env = BTreeMap::from([("PATH".to_owned(), PATH.to_owned())]);
    env.extend(config.env.clone());
    env.extend(ours.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let asked = command.into_iter().flat_map(|command| command.env.iter());
    env.extend(asked.map(|var| (var.name.to_owned(), var.value.to_owned())));
    env
}
