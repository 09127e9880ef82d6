use core_master::{Agent, Drain, Master as Pool};
use model_resources::Resources;
use wire_mesos::{
    json::Json,
    resource::{Format, all_to_wire, attributes_to_wire},
    state::{self, Version},
    v1::{self, agent_info::capability, master::response::get_agents},
};

use super::time;
use crate::{access::Viewer, effects::domain_to_wire};

/// What every agent of ours can do.
const CAPABILITIES: [capability::Type; 6] = [
    capability::Type::MultiRole,
    capability::Type::HierarchicalRole,
    capability::Type::ReservationRefinement,
    capability::Type::ResizeVolume,
    capability::Type::AgentOperationFeedback,
    capability::Type::AgentDraining,
];

/// Whether an agent is shown as registered: one that is unreachable is not.
pub(crate) fn is_present(agent: &Agent) -> bool {
    agent.unreachable_since.is_none()
}

fn pid(agent: &Agent) -> String {
    format!("slave(1)@{}:{}", agent.spec.ip, agent.spec.port)
}

/// What is known of an agent's drain.
fn drain_info(drain: &Drain) -> v1::DrainInfo {
    let state = if drain.drained {
        v1::DrainState::Drained
    } else {
        v1::DrainState::Draining
    };
    let nanoseconds = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    v1::DrainInfo {
        state: state as i32,
        config: v1::DrainConfig {
            max_grace_period: drain.max_grace_ms.map(|ms| v1::DurationInfo {
                nanoseconds: nanoseconds(ms),
            }),
            mark_gone: Some(drain.mark_gone),
        },
    }
}

/// An agent in the older JSON; to a viewer, without the reservations for roles that it may not see.
pub(crate) fn agent_to_json<'a>(
    pool: &'a Pool,
    slot: u32,
    agent: &'a Agent,
    viewer: Option<&Viewer>,
) -> state::Agent<'a> {
    let spec = &agent.spec;
    let total = pool.total_of(slot);
    let reserved = total.by_reservation().into_iter();
    let reserved = reserved.filter(|(role, _)| viewer.is_none_or(|viewer| viewer.role(role.as_str())));
    state::Agent {
        identity: state::AgentIdentity {
            id: agent.agent_id.to_string(),
            hostname: spec.hostname.clone(),
            port: spec.port,
            attributes: (&spec.attributes).into(),
            domain: spec.domain.as_ref().map(|domain| Json(domain_to_wire(domain))),
        },
        pid: pid(agent),
        registered_time: agent.joined_at.as_secs_f64(),
        reregistered_time: agent.returned_at.map(|at| at.as_secs_f64()),
        unreserved_resources: total.unreserved().into(),
        resources: total.into_owned().into(),
        used_resources: (&agent.used).into(),
        offered_resources: pool.offered(slot).into(),
        reserved_resources: reserved
            .map(|(role, resources)| (role.to_string(), resources.into()))
            .collect(),
        active: pool.is_agent_ready(slot),
        deactivated: agent.deactivated,
        version: Version::MESOS.to_owned(),
        capabilities: CAPABILITIES.map(|known| known.as_str_name().to_owned()).to_vec(),
        drain_info: agent.drain.as_ref().map(drain_info).map(Json),
        estimated_drain_start_time_seconds: agent.drain.map(|drain| drain.since.as_secs_f64()),
    }
}

/// An agent in `/slaves`.
pub(crate) fn agent_in_full<'a>(
    pool: &'a Pool,
    slot: u32,
    agent: &'a Agent,
    viewer: &Viewer,
) -> state::AgentInFull<'a> {
    let full = |resources: &Resources| -> Vec<Json<v1::Resource>> {
        let wire = all_to_wire(&viewer.resources(resources), Format::Endpoint);
        wire.into_iter().map(Json).collect()
    };
    let total = pool.total_of(slot);
    let reserved = total.by_reservation().into_iter();
    let reserved = reserved.filter(|(role, _)| viewer.role(role.as_str()));
    state::AgentInFull {
        agent: agent_to_json(pool, slot, agent, Some(viewer)),
        reserved_resources_full: reserved
            .map(|(role, resources)| (role.to_string(), full(&resources)))
            .collect(),
        unreserved_resources_full: full(&total.unreserved()),
        used_resources_full: full(&agent.used),
        offered_resources_full: full(&pool.offered(slot)),
    }
}

/// An agent in the v1 API; to a viewer, without the resources of roles that it may not see.
pub(crate) fn agent_to_wire(pool: &Pool, slot: u32, agent: &Agent, viewer: Option<&Viewer>) -> get_agents::Agent {
    let shown = |resources: &Resources, format| match viewer {
        Some(viewer) => all_to_wire(&viewer.resources(resources), format),
        None => all_to_wire(resources, format),
    };
    let spec = &agent.spec;
    let info = v1::AgentInfo {
        hostname: spec.hostname.clone(),
        port: Some(i32::from(spec.port)),
        resources: shown(&agent.total, Format::PostRefinement),
        attributes: attributes_to_wire(&spec.attributes),
        id: Some(v1::AgentId {
            value: agent.agent_id.to_string(),
        }),
        domain: spec.domain.as_ref().map(domain_to_wire),
    };
    get_agents::Agent {
        agent_info: info,
        active: pool.is_agent_ready(slot),
        deactivated: Some(agent.deactivated),
        drain_info: agent.drain.as_ref().map(drain_info),
        estimated_drain_start_time: agent.drain.map(|drain| time(drain.since)),
        version: Version::MESOS.to_owned(),
        pid: Some(pid(agent)),
        registered_time: Some(time(agent.joined_at)),
        reregistered_time: agent.returned_at.map(time),
        total_resources: shown(&pool.total_of(slot), Format::Endpoint),
        allocated_resources: shown(&agent.used, Format::Endpoint),
        offered_resources: shown(&pool.offered(slot), Format::Endpoint),
        capabilities: CAPABILITIES
            .iter()
            .map(|known| v1::agent_info::Capability {
                r#type: Some(*known as i32),
            })
            .collect(),
        ..Default::default()
    }
}
