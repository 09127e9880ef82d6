use std::collections::BTreeMap;

use base_ids::FrameworkId;
use wire_mesos::{
    cluster::framework_to_wire,
    v1::{self, agent::response},
};

use super::Executor;
use crate::access::Viewer;

/// Executors by their framework.
pub(crate) fn by_framework<'a>(
    executors: impl Iterator<Item = Executor<'a>>,
) -> BTreeMap<&'a FrameworkId, Vec<Executor<'a>>> {
    let mut frameworks: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for executor in executors {
        frameworks.entry(executor.framework_id()).or_default().push(executor);
    }
    frameworks
}

/// The frameworks in the v1 API. An agent is told no more than their id and user, unless they have executors of their own.
pub(crate) fn frameworks(state: &core_agent::Agent, viewer: &Viewer) -> response::GetFrameworks {
    let framework = |(id, executors): (&FrameworkId, Vec<Executor<'_>>)| response::get_frameworks::Framework {
        framework_info: match executors.iter().find_map(|executor| executor.framework()) {
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
    let seen = Executor::all(state).filter(|executor| viewer.framework(*executor));
    response::GetFrameworks {
        frameworks: by_framework(seen).into_iter().map(framework).collect(),
        completed_frameworks: Vec::new(),
    }
}
