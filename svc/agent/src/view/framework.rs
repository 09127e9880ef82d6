use std::collections::BTreeMap;

use base_ids::FrameworkId;
use wire_mesos::{
    cluster::framework_to_wire,
    v1::{self, agent::response},
};

use super::Executor;

/// The executors of each framework.
pub(crate) fn by_framework(state: &core_agent::Agent) -> BTreeMap<&FrameworkId, Vec<Executor<'_>>> {
    let mut frameworks: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for executor in Executor::all(state) {
        frameworks.entry(executor.framework_id()).or_default().push(executor);
    }
    frameworks
}

/// All frameworks in the v1 API. An agent is told no more than their id and user, unless they have executors of their own.
pub(crate) fn frameworks(state: &core_agent::Agent) -> response::GetFrameworks {
    let framework = |(id, executors): (&FrameworkId, Vec<Executor<'_>>)| response::get_frameworks::Framework {
        framework_info: match executors.iter().find_map(Executor::framework) {
            Some(spec) => framework_to_wire(id, spec),
            None => v1::FrameworkInfo {
                user: executors
                    .first()
                    .map(|executor| executor.default_user().to_owned())
                    .unwrap_or_default(),
                id: Some(v1::FrameworkId { value: id.to_string() }),
                ..Default::default()
            },
        },
    };
    response::GetFrameworks {
        frameworks: by_framework(state).into_iter().map(framework).collect(),
        completed_frameworks: Vec::new(),
    }
}
