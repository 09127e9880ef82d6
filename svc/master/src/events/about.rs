use std::sync::Arc;

use model_cluster::{FrameworkSpec, TaskSpec};
use wire_mesos::v1::{self, master::Event};

use crate::access::Viewer;

/// Whom an event may be shown to, and what may be hidden in it.
#[derive(Clone, Debug)]
pub(super) enum About {
    /// Of what is known no more; only whoever may see all of it is told.
    Unknown,
    /// Everybody may know.
    Everybody,
    /// It names resources, which may be of roles that not everybody may see.
    Agent(Arc<Event>),
    /// The same of a framework.
    Framework(Arc<FrameworkSpec>, Arc<Event>),
    /// A framework that is gone.
    Gone(Arc<FrameworkSpec>),
    /// A task.
    Task(Arc<TaskSpec>, Arc<FrameworkSpec>),
}

/// What a viewer sees of an event.
pub(super) enum Seen {
    Nothing,
    /// As it was written for everybody.
    AsItIs,
    /// Less than everybody.
    Part(Box<Event>),
}

impl About {
    pub(super) fn seen_by(&self, viewer: &Viewer) -> Seen {
        let is_seen = match self {
            Self::Unknown => false,
            Self::Everybody => true,
            Self::Agent(event) => return part(event, viewer),
            Self::Framework(spec, event) if viewer.framework(spec) => return part(event, viewer),
            Self::Framework(spec, _) | Self::Gone(spec) => viewer.framework(spec),
            Self::Task(task, framework) => viewer.framework(framework) && viewer.task_of(task, framework),
        };
        if is_seen { Seen::AsItIs } else { Seen::Nothing }
    }
}

/// The event without the resources of roles that are hidden.
fn part(event: &Event, viewer: &Viewer) -> Seen {
    if viewer.sees_all_roles() {
        return Seen::AsItIs;
    }
    let mut event = event.clone();
    let keep = |resources: &mut Vec<v1::Resource>| resources.retain(|resource| is_seen(resource, viewer));
    if let Some(added) = &mut event.agent_added {
        keep(&mut added.agent.agent_info.resources);
        keep(&mut added.agent.total_resources);
        keep(&mut added.agent.allocated_resources);
        keep(&mut added.agent.offered_resources);
    }
    let added = event.framework_added.as_mut().map(|added| &mut added.framework);
    let updated = event.framework_updated.as_mut().map(|updated| &mut updated.framework);
    for framework in added.into_iter().chain(updated) {
        keep(&mut framework.allocated_resources);
        keep(&mut framework.offered_resources);
    }
    Seen::Part(Box::new(event))
}

fn is_seen(resource: &v1::Resource, viewer: &Viewer) -> bool {
    let reserved = resource
        .reservations
        .iter()
        .filter_map(|reservation| reservation.role.as_deref());
    let allocated = resource.allocation_info.iter().filter_map(|info| info.role.as_deref());
    let older = resource.role.as_deref().filter(|role| *role != "*");
    let mut roles = reserved.chain(allocated).chain(older);
    roles.all(|role| viewer.role(role))
}
