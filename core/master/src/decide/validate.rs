use model_cluster::{ExecutorSpec, TaskSpec};

use crate::Event;

/// The longest task id in bytes: it is a file name in the sandbox's path.
const MAX_ID: usize = 255;

/// What is wrong with a task by itself; `None` if nothing is (Mesos' `validation::task`).
pub(super) fn flaw_of(task: &TaskSpec) -> Option<String> {
    flaw_of_id("Task", task.task_id.as_str()).or_else(|| {
        if task.resources.is_empty() {
            return Some("Task uses no resources".into());
        }
        task.resources
            .validate_for_task()
            .err()
            .map(|invalid| format!("Task uses invalid resources: {invalid}"))
    })
}

/// A task, those of its group that are launched before it, and their executor have no name both revocable and not
/// (Mesos' `validateTaskAndExecutorResources` and `validateTaskGroupAndExecutorResources`).
pub(super) fn check_mix(task: &TaskSpec, launched: &[Event]) -> Result<(), String> {
    let whose = |task: &TaskSpec| task.executor.as_ref().map(|executor| executor.executor_id.clone());
    let mut total = task.resources.clone();
    if let Some(executor) = &task.executor {
        total += &executor.resources;
    }
    for event in launched {
        if let Event::TaskLaunched { task: member, .. } = event
            && task.group.contains(&member.task_id)
            && whose(member) == whose(task)
        {
            total += &member.resources;
        }
    }
    let what = if task.group.is_empty() {
        "Task and its executor"
    } else {
        "Task group and its executor"
    };
    let mixed = total.check_revocable();
    mixed.map_err(|invalid| format!("{what} mix revocable and other resources: {invalid}"))
}

/// What is wrong with an executor by itself (Mesos' `validation::executor`).
pub(super) fn flaw_of_executor(executor: &ExecutorSpec) -> Option<String> {
    flaw_of_id("Executor", executor.executor_id.as_str()).or_else(|| {
        let invalid = executor.resources.validate_for_task().err()?;
        Some(format!("Executor uses invalid resources: {invalid}"))
    })
}

fn flaw_of_id(whose: &str, id: &str) -> Option<String> {
    let why = match id {
        "" => "is empty".into(),
        "." | ".." => format!("'{id}' is a relative path"),
        id if id.len() > MAX_ID => format!("has {} bytes, more than {MAX_ID}", id.len()),
        id if id.contains(|c: char| c == '/' || c == '\\' || c.is_control()) => {
            format!("{id:?} holds a slash, a backslash or a control character")
        }
        _ => return None,
    };
    Some(format!("{whose} has an invalid id: it {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_must_be_a_file_name() {
        for bad in ["", ".", "..", "a/b", "a\\b", "a\n"] {
            assert!(flaw_of_id("Task", bad).is_some(), "{bad:?}");
        }
        assert!(flaw_of_id("Task", &"x".repeat(256)).is_some());
        for good in ["web.1", "a b", "ä", &"x".repeat(255)] {
            assert_eq!(flaw_of_id("Task", good), None);
        }
    }
}
