use std::collections::BTreeMap;

use base_ids::FrameworkId;
use core_master::{CompletedFramework, Face, Framework, Master as Pool, Offer};
use model_resources::Resources;
use wire_mesos::{
    cluster,
    json::Json,
    resource::{Format, all_to_wire},
    state::{FrameworkHead, FrameworkSummary},
    v1::master::response::get_frameworks,
};

use super::{executor::executors_to_json, offer::offer_to_json, time};
use crate::{
    access::Viewer,
    effects::{inverse_offer_to_wire, offer_to_wire},
};

/// Where the native drivers of frameworks are, which are the only ones with a libprocess name.
pub type Pids = BTreeMap<FrameworkId, String>;

/// Whether a framework was removed, and only its tasks are waited for.
pub(crate) fn is_removed(framework: &Framework) -> bool {
    framework.removed.is_some()
}

/// Whether its scheduler is there. That of the app scheduler is in this process.
pub(crate) fn is_connected(pool: &Pool, framework: &Framework) -> bool {
    framework.face == Face::Watch && framework.deadline.is_none()
        || pool.framework_connection(&framework.framework_id).is_some()
}

/// What the tasks of a framework use, and its offers.
struct Holdings<'a> {
    used: Resources,
    offered: Resources,
    offers: Vec<&'a Offer>,
}

impl<'a> Holdings<'a> {
    fn of(pool: &'a Pool, framework: &Framework) -> Self {
        let mut used = Resources::new();
        for task in framework.tasks.iter().filter_map(|slot| pool.task_at(*slot)) {
            if !task.is_over() {
                used += &task.spec.resources;
            }
        }
        for (_, executor) in pool.executors_of(&framework.framework_id) {
            used += &executor.spec.resources;
        }
        let offers: Vec<_> = pool.offers_of(&framework.framework_id).collect();
        let mut offered = Resources::new();
        for offer in &offers {
            offered += &offer.resources;
        }
        Self { used, offered, offers }
    }
}

/// A framework in short, in the older JSON.
pub(crate) fn summary_to_json(pool: &Pool, pids: &Pids, framework: &Framework) -> FrameworkSummary<'static> {
    let Holdings { used, offered, .. } = Holdings::of(pool, framework);
    FrameworkSummary {
        used_resources: used.into(),
        offered_resources: offered.into(),
        pid: pids.get(&framework.framework_id).cloned(),
        ..summary(pool, framework)
    }
}

fn summary(pool: &Pool, framework: &Framework) -> FrameworkSummary<'static> {
    let spec = &framework.spec;
    let wire = cluster::framework_to_wire(&framework.framework_id, spec);
    let connected = is_connected(pool, framework);
    FrameworkSummary {
        id: framework.framework_id.to_string(),
        name: spec.name.clone(),
        capabilities: wire
            .capabilities
            .iter()
            .map(|known| known.r#type().as_str_name().to_owned())
            .collect(),
        hostname: spec.hostname.clone().unwrap_or_default(),
        webui_url: spec.webui_url.clone().unwrap_or_default(),
        active: connected,
        connected,
        recovered: framework.adopted,
        ..FrameworkSummary::default()
    }
}

/// A framework in the older JSON, without its tasks.
pub(crate) fn framework_to_json<'a>(
    pool: &'a Pool,
    pids: &Pids,
    framework: &Framework,
    viewer: Option<&Viewer>,
) -> FrameworkHead<'a> {
    let holdings = Holdings::of(pool, framework);
    let mut head = head(pool, framework);
    head.offers = holdings.offers.into_iter().map(offer_to_json).collect();
    head.executors = executors_to_json(pool, framework, viewer);
    head.resources = (&holdings.used + &holdings.offered).into();
    head.summary.pid = pids.get(&framework.framework_id).cloned();
    head.summary.used_resources = holdings.used.into();
    head.summary.offered_resources = holdings.offered.into();
    head
}

/// A framework that is history in the older JSON, without its tasks.
pub(crate) fn completed_to_json(pool: &Pool, past: &CompletedFramework) -> FrameworkHead<'static> {
    let mut head = head(pool, &past.framework);
    head.unregistered_time = past.at.as_secs_f64();
    (head.summary.active, head.summary.connected) = (false, false);
    head
}

fn head(pool: &Pool, framework: &Framework) -> FrameworkHead<'static> {
    let spec = &framework.spec;
    let wire = cluster::framework_to_wire(&framework.framework_id, spec);
    let roles: Vec<String> = spec.roles.iter().map(ToString::to_string).collect();
    FrameworkHead {
        summary: summary(pool, framework),
        user: spec.user.clone(),
        failover_timeout: spec.failover_timeout_ms as f64 / 1000.0,
        checkpoint: spec.checkpoint,
        registered_time: framework.registered_at.as_secs_f64(),
        principal: spec.principal.as_ref().map(ToString::to_string),
        reregistered_time: framework.reregistered_at.map(|at| at.as_secs_f64()),
        role: if spec.multi_role { None } else { roles.first().cloned() },
        roles: spec.multi_role.then_some(roles),
        offer_constraints: Json(cluster::constraints_to_wire(spec)),
        labels: wire.labels.map(|labels| labels.labels.into_iter().map(Json).collect()),
        ..FrameworkHead::default()
    }
}

/// A framework in the v1 API; to a viewer, without the resources of roles that it may not see.
pub(crate) fn framework_to_wire(
    pool: &Pool,
    framework: &Framework,
    viewer: Option<&Viewer>,
) -> get_frameworks::Framework {
    let Holdings {
        mut used,
        mut offered,
        offers,
    } = Holdings::of(pool, framework);
    if let Some(viewer) = viewer {
        (used, offered) = (viewer.resources(&used), viewer.resources(&offered));
    }
    let connected = is_connected(pool, framework);
    get_frameworks::Framework {
        active: connected,
        connected,
        recovered: framework.adopted,
        offers: offers
            .into_iter()
            .filter_map(|offer| offer_to_wire(pool.agent(&offer.agent_id)?, offer, Format::PostRefinement, true))
            .collect(),
        inverse_offers: pool
            .inverse_offers_of(&framework.framework_id)
            .map(|offer| inverse_offer_to_wire(pool, offer))
            .collect(),
        allocated_resources: all_to_wire(&used, Format::Endpoint),
        offered_resources: all_to_wire(&offered, Format::Endpoint),
        ..bare(framework)
    }
}

/// A framework that is history in the v1 API.
pub(crate) fn completed_to_wire(past: &CompletedFramework) -> get_frameworks::Framework {
    get_frameworks::Framework {
        unregistered_time: Some(time(past.at)),
        ..bare(&past.framework)
    }
}

fn bare(framework: &Framework) -> get_frameworks::Framework {
    get_frameworks::Framework {
        framework_info: cluster::framework_to_wire(&framework.framework_id, &framework.spec),
        registered_time: Some(time(framework.registered_at)),
        reregistered_time: Some(time(framework.reregistered_at.unwrap_or(framework.registered_at))),
        offer_constraints: Some(cluster::constraints_to_wire(&framework.spec)),
        ..Default::default()
    }
}
