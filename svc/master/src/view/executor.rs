use core_master::{Framework, Master as Pool};
use wire_mesos::{cluster::executor_to_wire, json::Json, state::Executor};

/// The executors of a framework in the older JSON.
pub(crate) fn executors_to_json<'a>(pool: &'a Pool, framework: &Framework) -> Vec<Executor<'a>> {
    let id = framework.framework_id.clone();
    let own = pool.executors_of(&id);
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
