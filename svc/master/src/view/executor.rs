use base_ids::FrameworkId;
use core_master::{Agent, Framework, Master as Pool};
use wire_mesos::{
    cluster::{executor_to_wire, of_framework},
    json::Json,
    state::Executor,
    v1::{self, master::response::get_executors},
};

use crate::access::Viewer;

/// The executors of a framework in the older JSON, as far as a viewer may see them.
pub(crate) fn executors_to_json<'a>(
    pool: &'a Pool,
    framework: &Framework,
    viewer: Option<&Viewer>,
) -> Vec<Executor<'a>> {
    let id = framework.framework_id.clone();
    let own = pool.executors_of(&id);
    let own = own.filter(|(_, executor)| viewer.is_none_or(|viewer| viewer.executor(executor, framework)));
    own.map(|(agent, executor)| {
        let spec = &executor.spec;
        let wire = executor_to_wire(spec);
        Executor {
            executor_id: spec.executor_id.to_string(),
            name: spec.name.clone().unwrap_or_default(),
            framework_id: id.to_string(),
            command: wire.command.as_ref().map(Into::into).unwrap_or_default(),
            resources: (&spec.resources).into(),
            role: Some(executor.role.to_string()),
            kind: Some(wire.r#type().as_str_name().to_owned()),
            labels: wire.labels.map(|labels| labels.labels.into_iter().map(Json).collect()),
            slave_id: agent.agent_id.to_string(),
        }
    })
    .collect()
}

/// An executor of a framework in the v1 API.
pub(crate) fn executor_to_message(
    framework_id: &FrameworkId,
    agent: &Agent,
    executor: &core_master::Executor,
) -> get_executors::Executor {
    get_executors::Executor {
        executor_info: of_framework(executor_to_wire(&executor.spec), framework_id),
        agent_id: v1::AgentId {
            value: agent.agent_id.to_string(),
        },
    }
}
