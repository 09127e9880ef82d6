use base_ids::{AgentId, FrameworkId};
use core_control::Command;
use core_master::{Command as Pool, Launch, OfferOperation};
use model_cluster::{Reason, Source, TaskSpec, TaskState, TaskStatus};
use wire_mesos::{
    cluster::{group_from_wire, operation_from_wire, operation_id_from_wire, status_to_wire, task_from_wire},
    v1::{
        self,
        offer::operation::Type,
        scheduler::{Event, call, event},
    },
};

use super::{calls, error::CallError};
use crate::{
    Master,
    access::{Caller, Rights},
    effects::of_type,
};

/// Does what a framework asks for with offers, in order. A task that can't be is answered with TASK_ERROR, an operation with
/// an id with OPERATION_ERROR; the rest go on.
pub(super) async fn accept(
    master: &Master,
    caller: &Caller,
    framework_id: &FrameworkId,
    accept: call::Accept,
) -> Result<(), CallError> {
    let snapshot = master.handle.state().await?;
    let framework = snapshot.state.master.framework(framework_id);
    let framework = framework.ok_or_else(|| CallError::bad("Framework cannot be found"))?;
    let mut rights = Rights::of(master, framework.spec.clone());
    let mut operations = Vec::new();
    let mut refused = Vec::new();
    for operation in &accept.operations {
        let with_id = operation_id_from_wire(operation).is_some();
        match operation.r#type() {
            Type::Launch => {}
            Type::LaunchGroup => {
                let Some(group) = &operation.launch_group else {
                    continue;
                };
                let infos = &group.task_group.tasks;
                match group_from_wire(group).and_then(|tasks| without_id(with_id, "LAUNCH_GROUP", tasks)) {
                    Ok(tasks) => match rights.refuse_group(&tasks) {
                        None => operations.extend(infos.iter().zip(tasks).map(|(info, task)| launch(info, task))),
                        Some(why) => {
                            let unauthorized = Reason::TaskGroupUnauthorized;
                            refused.extend(infos.iter().map(|info| (info, unauthorized, why.clone())));
                        }
                    },
                    Err(why) => refused.extend(infos.iter().map(|info| (info, Reason::TaskGroupInvalid, why.clone()))),
                }
                continue;
            }
            // Mesos passes over what it does not know.
            Type::Unknown => continue,
            _ => {
                operations.push(conversion(operation, &mut rights));
                continue;
            }
        }
        for info in operation.launch.iter().flat_map(|launch| &launch.task_infos) {
            match task_from_wire(info).and_then(|task| without_id(with_id, "LAUNCH", task)) {
                Ok(task) => match rights.refuse(&task) {
                    None => operations.push(launch(info, task)),
                    Some(why) => refused.push((info, Reason::TaskUnauthorized, why)),
                },
                Err(why) => refused.push((info, Reason::TaskInvalid, why)),
            }
        }
    }
    let offer_ids = calls::offer_ids(&accept.offer_ids);
    let refuse = calls::refuse(accept.filters.as_ref());
    let command = Pool::Accept {
        framework_id: framework_id.clone(),
        offer_ids,
        operations,
        refuse,
    };
    let outcome = master
        .handle
        .submit(&caller.principal_or("framework"), Command::Master(command))
        .await?;
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

fn launch(info: &v1::TaskInfo, task: TaskSpec) -> OfferOperation {
    OfferOperation::Launch(Launch {
        agent_id: AgentId::from(info.agent_id.value.as_str()),
        role: None,
        task,
    })
}

fn conversion(wire: &v1::offer::Operation, rights: &mut Rights) -> OfferOperation {
    let operation_id = operation_id_from_wire(wire);
    let allowed = operation_from_wire(wire).and_then(|operation| match rights.refuse_to_convert(&operation) {
        None => Ok(operation),
        Some(why) => Err(why),
    });
    match allowed {
        Ok(operation) => OfferOperation::Convert {
            operation_id,
            operation,
        },
        Err(why) => OfferOperation::Invalid { operation_id, why },
    }
}

/// Tasks have statuses of their own, so a launch has no id.
fn without_id<T>(with_id: bool, name: &str, launched: T) -> Result<T, String> {
    if with_id {
        Err(format!("The `id` field cannot be set on {name} operations"))
    } else {
        Ok(launched)
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
