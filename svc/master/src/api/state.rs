//! `/state`: the whole pool in the shape that Mesos' tools read.

use std::collections::BTreeMap;

use core_master::{Agent, Framework, Master as Pool, Offer, Task};
use io_httpd::{HttpError, Json, State};
use model_cluster::{Domain, TaskState};
use wire_mesos::{
    cluster::{framework_to_wire, task_to_wire},
    json::Json as Wire,
    state::{
        Agent as AgentShape, AgentIdentity, Framework as FrameworkShape, FrameworkSummary, LeaderInfo,
        Master as MasterShape, Offer as OfferShape, Task as TaskShape, TaskStatus as StatusShape,
    },
    v1,
};

use crate::{Master, identity};

/// `GET /state`.
pub(super) async fn show(State(master): State<Master>) -> Result<Json<MasterShape>, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let options = &master.options;
    let (id, pid) = (identity::id(options), identity::pid(options));
    let count = |wanted: &str| {
        let of = pool
            .agents()
            .filter(|(slot, agent)| super::agents::state_of(pool, *slot, agent) == wanted);
        of.count() as f64
    };
    let present = pool.agents().filter(|(_, agent)| agent.unreachable_since.is_none());
    let started = master.started_before(&snapshot);
    Ok(Json(MasterShape {
        start_time: started,
        elected_time: Some(started),
        id: id.clone(),
        pid: pid.clone(),
        hostname: options.hostname.clone(),
        activated_slaves: count("connected"),
        deactivated_slaves: count("disconnected"),
        unreachable_slaves: count("unreachable"),
        leader: Some(pid.clone()),
        leader_info: Some(LeaderInfo {
            id,
            pid,
            port: options.address.port(),
            hostname: options.hostname.clone(),
            domain: None,
        }),
        cluster: Some("harmony".to_owned()),
        flags: Some(BTreeMap::new()),
        slaves: present.map(|(slot, agent)| agent_shape(pool, slot, agent)).collect(),
        frameworks: pool
            .frameworks()
            .map(|(_, framework)| {
                let mut shape = framework_shape(pool, framework);
                let connection = pool.framework_connection(&framework.framework_id);
                let driver = connection.and_then(|connection| master.frameworks.driver(connection));
                shape.summary.pid = driver.map(|pid| pid.to_string());
                shape
            })
            .collect(),
        completed_frameworks: pool
            .completed_frameworks()
            .iter()
            .map(|past| completed_shape(past))
            .collect(),
        ..MasterShape::default()
    }))
}

fn domain(domain: &Domain) -> Wire<v1::DomainInfo> {
    use v1::domain_info::{
        FaultDomain,
        fault_domain::{RegionInfo, ZoneInfo},
    };
    Wire(v1::DomainInfo {
        fault_domain: Some(FaultDomain {
            region: RegionInfo {
                name: domain.region.clone(),
            },
            zone: ZoneInfo {
                name: domain.zone.clone(),
            },
        }),
    })
}

fn agent_shape(pool: &Pool, slot: u32, agent: &Agent) -> AgentShape {
    let spec = &agent.spec;
    let mut reserved: BTreeMap<String, model_resources::Resources> = BTreeMap::new();
    for resource in spec.resources.iter() {
        if let Some(role) = resource.reserved_role() {
            reserved.entry(role.to_string()).or_default().insert(resource.clone());
        }
    }
    AgentShape {
        identity: AgentIdentity {
            id: agent.agent_id.to_string(),
            hostname: spec.hostname.clone(),
            port: spec.port,
            attributes: (&spec.attributes).into(),
            domain: spec.domain.as_ref().map(domain),
        },
        pid: format!("slave(1)@{}:{}", spec.ip, spec.port),
        registered_time: agent.joined_at.as_secs_f64(),
        reregistered_time: agent.returned_at.map(|at| at.as_secs_f64()),
        resources: (&spec.resources).into(),
        used_resources: (&agent.used).into(),
        offered_resources: (&pool.offered(slot)).into(),
        reserved_resources: reserved
            .iter()
            .map(|(role, resources)| (role.clone(), resources.into()))
            .collect(),
        unreserved_resources: (&spec.resources.unreserved()).into(),
        active: pool.is_agent_ready(slot),
        deactivated: false,
        version: "1.11.0".to_owned(),
        capabilities: ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"]
            .map(str::to_owned)
            .to_vec(),
        drain_info: None,
        estimated_drain_start_time_seconds: None,
    }
}

fn framework_shape(pool: &Pool, framework: &Framework) -> FrameworkShape {
    let tasks = || framework.tasks.iter().filter_map(|slot| pool.task_at(*slot));
    let mut used = model_resources::Resources::new();
    for task in tasks().filter(|task| !task.is_over()) {
        used += &task.spec.resources;
    }
    let mut offered = model_resources::Resources::new();
    let offers = || {
        pool.offers()
            .filter(|offer| offer.framework_id == framework.framework_id)
    };
    for offer in offers() {
        offered += &offer.resources;
    }
    let of = |keep: fn(TaskState) -> bool| {
        let kept = tasks().filter(|task| keep(task.state()));
        kept.map(|task| task_shape(framework, task)).collect::<Vec<_>>()
    };
    let mut shape = shape_of(framework);
    shape.summary.used_resources = (&used).into();
    shape.summary.offered_resources = (&offered).into();
    shape.resources = (&(used + &offered)).into();
    shape.summary.active = framework.deadline.is_none();
    shape.summary.connected = framework.deadline.is_none();
    shape.tasks = of(|state| !state.is_terminal() && state != TaskState::Unreachable);
    shape.unreachable_tasks = of(|state| state == TaskState::Unreachable);
    shape.completed_tasks = of(TaskState::is_terminal);
    shape
        .completed_tasks
        .extend(framework.completed.iter().map(|task| task_shape(framework, task)));
    shape.offers = offers().map(offer_shape).collect();
    shape
}

fn completed_shape(past: &core_master::CompletedFramework) -> FrameworkShape {
    let mut shape = shape_of(&past.framework);
    shape.unregistered_time = past.at.as_secs_f64();
    let tasks = past.framework.completed.iter();
    shape.completed_tasks = tasks.map(|task| task_shape(&past.framework, task)).collect();
    shape
}

fn shape_of(framework: &Framework) -> FrameworkShape {
    let spec = &framework.spec;
    let wire = framework_to_wire(&framework.framework_id, spec);
    let roles: Vec<String> = spec.roles.iter().map(ToString::to_string).collect();
    FrameworkShape {
        summary: FrameworkSummary {
            id: framework.framework_id.to_string(),
            name: spec.name.clone(),
            capabilities: wire
                .capabilities
                .iter()
                .map(|known| known.r#type().as_str_name().to_owned())
                .collect(),
            hostname: spec.hostname.clone().unwrap_or_default(),
            webui_url: spec.webui_url.clone().unwrap_or_default(),
            ..FrameworkSummary::default()
        },
        user: spec.user.clone(),
        failover_timeout: spec.failover_timeout_ms as f64 / 1000.0,
        checkpoint: spec.checkpoint,
        registered_time: framework.registered_at.as_secs_f64(),
        principal: spec.principal.as_ref().map(ToString::to_string),
        reregistered_time: framework.reregistered_at.map(|at| at.as_secs_f64()),
        role: if spec.multi_role { None } else { roles.first().cloned() },
        roles: spec.multi_role.then_some(roles),
        labels: wire.labels.map(|labels| labels.labels.into_iter().map(Wire).collect()),
        ..FrameworkShape::default()
    }
}

fn task_shape(framework: &Framework, task: &Task) -> TaskShape {
    let wire = task_to_wire(&task.spec, &task.agent_id);
    let statuses = task.seen.iter().map(|seen| StatusShape {
        state: seen.state.name().to_owned(),
        timestamp: seen.at.as_secs_f64(),
        healthy: seen.healthy,
        ..StatusShape::default()
    });
    let user = task
        .spec
        .command
        .user
        .clone()
        .or_else(|| Some(framework.spec.user.clone()));
    TaskShape {
        id: task.spec.task_id.to_string(),
        name: task.spec.name.clone(),
        framework_id: framework.framework_id.to_string(),
        executor_id: String::new(),
        slave_id: task.agent_id.to_string(),
        state: task.state().name().to_owned(),
        resources: (&task.spec.resources).into(),
        limits: BTreeMap::new(),
        role: task.role.to_string(),
        statuses: statuses.collect(),
        user: user.filter(|user| !user.is_empty()),
        labels: wire.labels.map(|labels| labels.labels.into_iter().map(Wire).collect()),
        discovery: wire.discovery.map(Wire),
        container: None,
        health_check: wire.health_check.map(Wire),
    }
}

fn offer_shape(offer: &Offer) -> OfferShape {
    OfferShape {
        id: offer.offer_id.to_string(),
        framework_id: offer.framework_id.to_string(),
        allocation_info: Wire(v1::resource::AllocationInfo {
            role: Some(offer.role.to_string()),
        }),
        slave_id: offer.agent_id.to_string(),
        resources: (&offer.resources).into(),
    }
}
