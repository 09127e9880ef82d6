use base_ids::{AgentId, FrameworkId};
use core_control::Command;
use core_master::{Command as Pool, Launch};
use io_httpd::StatusCode;
use model_cluster::{Reason, Source, TaskSpec, TaskState, TaskStatus};
use wire_mesos::{
    cluster::{group_from_wire, status_to_wire, task_from_wire},
    v1::{
        self,
        offer::operation::Type,
        scheduler::{Event, call, event},
    },
};

use super::{calls, error::CallError, principal};
use crate::{Master, effects::of_type};

/// Launches tasks on offers. A task that can't be is answered with TASK_ERROR; the rest go on.
pub(super) async fn accept(master: &Master, framework_id: &FrameworkId, accept: call::Accept) -> Result<(), CallError> {
    let mut launches = Vec::new();
    let mut refused = Vec::new();
    for operation in &accept.operations {
        if operation.r#type() == Type::LaunchGroup {
            let Some(group) = &operation.launch_group else {
                continue;
            };
            match group_from_wire(group) {
                Ok(tasks) => launches.extend(
                    group
                        .task_group
                        .tasks
                        .iter()
                        .zip(tasks)
                        .map(|(info, task)| launch(info, task)),
                ),
                Err(why) => {
                    let infos = group.task_group.tasks.iter();
                    refused.extend(infos.map(|info| (info, Reason::TaskGroupInvalid, why.clone())));
                }
            }
            continue;
        }
        if operation.r#type() != Type::Launch {
            let message = format!(
                "{} operations are not served by this release",
                operation.r#type().as_str_name()
            );
            return Err(CallError::new(StatusCode::NOT_IMPLEMENTED, message));
        }
        for info in operation.launch.iter().flat_map(|launch| &launch.task_infos) {
            match task_from_wire(info) {
                Ok(task) => launches.push(launch(info, task)),
                Err(why) => refused.push((info, Reason::TaskInvalid, why)),
            }
        }
    }
    let offer_ids = calls::offer_ids(&accept.offer_ids);
    let refuse = calls::refuse(accept.filters.as_ref());
    let command = Pool::Accept {
        framework_id: framework_id.clone(),
        offer_ids,
        launches,
        refuse,
    };
    let outcome = master.handle.submit(&principal(), Command::Master(command)).await?;
    let snapshot = master.handle.state().await?;
    if let Some(connection) = snapshot.state.master.framework_connection(framework_id) {
        for (info, reason, why) in refused {
            master
                .frameworks
                .send(connection, &task_error(info, reason, why, outcome.at));
        }
    }
    Ok(())
}

fn launch(info: &v1::TaskInfo, task: TaskSpec) -> Launch {
    Launch {
        agent_id: AgentId::from(info.agent_id.value.as_str()),
        role: None,
        task,
    }
}

fn task_error(info: &v1::TaskInfo, reason: Reason, why: String, at: base_clock::Timestamp) -> Event {
    let task_id = base_ids::TaskId::from(info.task_id.value.as_str());
    let status = TaskStatus::new(task_id, TaskState::Error, Source::Master, at).because(reason, why);
    let agent_id = AgentId::from(info.agent_id.value.as_str());
    let update = event::Update {
        status: status_to_wire(&status, Some(&agent_id)),
    };
    Event {
        update: Some(update),
        ..of_type(event::Type::Update)
    }
}
