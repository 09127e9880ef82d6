use std::collections::BTreeMap;

use crate::{Agent, Key, Task};

/// The whole environment of a task's process: what every task gets, then what its spec adds. Nothing is inherited.
///
/// Names as Mesos gives them; `HOST` and the `PORT` family are the framework's to set.
pub fn environment(agent: &Agent, key: &Key, task: &Task, sandbox: &str) -> BTreeMap<String, String> {
    let ours = [
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("MESOS_SANDBOX", sandbox),
        ("MESOS_DIRECTORY", sandbox),
        ("MESOS_TASK_ID", key.task_id.as_str()),
        ("MESOS_EXECUTOR_ID", key.task_id.as_str()),
        ("MESOS_FRAMEWORK_ID", key.framework_id.as_str()),
        ("MESOS_CONTAINER_ID", task.container_id.as_str()),
        ("MESOS_SLAVE_ID", agent.agent_id().map_or("", |id| id.as_str())),
        ("MESOS_AGENT_ID", agent.agent_id().map_or("", |id| id.as_str())),
    ];
    let mut env: BTreeMap<String, String> = ours.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    env.extend(
        task.spec
            .command
            .env
            .iter()
            .map(|var| (var.name.clone(), var.value.clone())),
    );
    env
}
