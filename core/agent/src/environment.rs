use std::collections::BTreeMap;

use model_cluster::Command;

use crate::{Agent, Config, Executor, ExecutorKey, Key, Task};

/// The whole environment of a task's process: what every task gets, then what its spec adds. Nothing is inherited.
///
/// Names as Mesos gives them; `HOST` and the `PORT` family are the framework's to set.
pub fn environment(agent: &Agent, key: &Key, task: &Task, sandbox: &str) -> BTreeMap<String, String> {
    let executor_id = task
        .spec
        .executor
        .as_ref()
        .map(|executor| executor.executor_id.as_str());
    let executor_id = executor_id.unwrap_or(key.task_id.as_str());
    let ours = [
        ("PATH", PATH),
        ("MESOS_SANDBOX", sandbox),
        ("MESOS_DIRECTORY", sandbox),
        ("MESOS_TASK_ID", key.task_id.as_str()),
        ("MESOS_EXECUTOR_ID", executor_id),
        ("MESOS_FRAMEWORK_ID", key.framework_id.as_str()),
        ("MESOS_CONTAINER_ID", task.container_id.as_str()),
        ("MESOS_SLAVE_ID", agent.agent_id().map_or("", |id| id.as_str())),
        ("MESOS_AGENT_ID", agent.agent_id().map_or("", |id| id.as_str())),
    ];
    merge(ours.map(|(name, value)| (name, value.to_owned())), &task.spec.command)
}

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// How long an executor waits for its agent to come back: Mesos' default for `--recovery_timeout`.
const RECOVERY_TIMEOUT: &str = "15mins";
/// How long an executor waits between two attempts to subscribe, at most: the highest that Mesos allows.
const BACKOFF_MAX: &str = "15secs";

/// The whole environment of an executor's process, as `src/slave/slave.cpp` gives it. `endpoint` is the agent's `ip:port`.
/// Every executor outlives its agent here, so every one is told that it is checkpointed.
pub fn executor_environment(
    agent: &Agent,
    config: &Config,
    key: &ExecutorKey,
    executor: &Executor,
    sandbox: &str,
    endpoint: &str,
) -> BTreeMap<String, String> {
    let agent_id = agent.agent_id().map_or("", |id| id.as_str());
    let grace_ms = executor.spec.shutdown_grace_ms.unwrap_or(config.shutdown_grace_ms);
    let ours = [
        ("PATH", PATH.to_owned()),
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
        ("MESOS_RECOVERY_TIMEOUT", RECOVERY_TIMEOUT.to_owned()),
        ("MESOS_SUBSCRIPTION_BACKOFF_MAX", BACKOFF_MAX.to_owned()),
        ("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", duration(grace_ms)),
        ("MESOS_HTTP_COMMAND_EXECUTOR", "0".to_owned()),
    ];
    match &executor.spec.command {
        Some(command) => merge(ours, command),
        None => ours.map(|(name, value)| (name.to_owned(), value)).into(),
    }
}

/// A duration as Mesos writes it: whole seconds, or milliseconds.
fn duration(millis: u64) -> String {
    if millis.is_multiple_of(1000) {
        format!("{}secs", millis / 1000)
    } else {
        format!("{millis}ms")
    }
}

fn merge<const N: usize>(ours: [(&str, String); N], command: &Command) -> BTreeMap<String, String> {
    let mut env: BTreeMap<String, String> = ours.map(|(name, value)| (name.to_owned(), value)).into();
    env.extend(
        command
            .env
            .iter()
            .map(|var| (var.name.to_owned(), var.value.to_owned())),
    );
    env
}
