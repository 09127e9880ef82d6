//! Pools and demands for tests.

use base_ids::{AgentId, Uuid};
use core_placement::{Candidate, Demand, Pool};
use model_app::Constraint;
use model_resources::{Attributes, Resources, Scalar};

pub fn resources(text: &str) -> Resources {
    Resources::parse(text).unwrap()
}

pub fn agent(name: &str, free: &str) -> Candidate {
    Candidate {
        agent_id: AgentId::from(name),
        hostname: name.to_owned(),
        ip: [127, 0, 0, 1].into(),
        attributes: Attributes::new(),
        domain: None,
        free: resources(free),
        total: Resources::new(),
        connected: true,
        closed: None,
    }
}

pub fn pool_of(agents: impl IntoIterator<Item = Candidate>) -> Pool {
    Pool {
        agents: agents.into_iter().collect(),
    }
}

/// Agents `0`, `1` ... called `host-0` and so on, of 4 cores and 4 GiB each, in these racks.
pub fn racks(racks: &[&str]) -> Pool {
    let agents = racks.iter().enumerate().map(|(i, rack)| Candidate {
        hostname: format!("host-{i}"),
        attributes: Attributes::parse(&format!("rack:{rack}")).unwrap(),
        ..agent(&i.to_string(), "cpus:4;mem:4096;ports:[31000-31009]")
    });
    pool_of(agents)
}

pub fn uuids(count: u32) -> Vec<Uuid> {
    (0..count).map(|n| Uuid::from_random(u128::from(n) * 7919)).collect()
}

/// Instances of some cores and 128 MiB.
pub fn demand(cpus: u32, instances: u32) -> Demand {
    Demand::plain(Scalar::from_units(cpus), Scalar::from_units(128), uuids(instances))
}

pub fn constraint(field: &str, operator: &str, value: Option<&str>) -> Constraint {
    let parts: Vec<String> = [Some(field), Some(operator), value]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect();
    Constraint::parse(&parts).unwrap()
}
