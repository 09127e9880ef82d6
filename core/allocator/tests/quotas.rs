//! Roles that have their quota are not asked any more, and that changes nothing of what the others get.

use std::collections::BTreeMap;

use base_clock::Timestamp;
use core_allocator::{Abilities, Allocator, Dirty, Filters, default_minimums};
use model_cluster::{FrameworkSpec, Quota};
use model_resources::{Name, Resources, Role, Scalar};
use proptest::prelude::*;

const ROLES: usize = 6;
const AGENTS: [&str; 4] = [
    "cpus:2;mem:2048",
    "cpus:8;mem:1024;disk:500",
    "cpus:1;mem:64;cpus(role1):1;mem(role1):32",
    "cpus:4;mem:4096;mem(role2):512;ports:[1-9]",
];

/// A guarantee and a limit of cpus and of memory, for each role that has a quota.
type Quotas = Vec<Option<[(u32, Option<u32>); 2]>>;

fn role(number: usize) -> Role {
    Role::new(&format!("role{number}")).unwrap()
}

fn quota([cpus, mem]: [(u32, Option<u32>); 2]) -> Quota {
    let amounts = |unit: fn(&(u32, Option<u32>)) -> Option<u32>| {
        let all = [(Name::Cpus, unit(&cpus), 1), (Name::Mem, unit(&mem), 256)];
        let all = all
            .into_iter()
            .filter_map(|(name, amount, times)| Some((name, amount? * times)));
        all.map(|(name, amount)| (name, Scalar::from_units(amount)))
            .collect::<BTreeMap<_, _>>()
    };
    Quota {
        guarantees: amounts(|bound| Some(bound.0)).into_iter().collect(),
        limits: amounts(|bound| bound.1.map(|more| bound.0 + more)),
    }
}

fn world(agents: &[usize], quotas: &Quotas, used: &[(usize, usize)]) -> Allocator {
    let mut allocator = Allocator::new(default_minimums());
    for (slot, kind) in (0..).zip(agents) {
        allocator.add_agent(slot, &Resources::parse(AGENTS[*kind]).unwrap());
        allocator.set_ready(slot, true);
    }
    for number in 0..ROLES {
        allocator.set_framework(number as u32, Abilities::default());
        allocator.set_wants(number as u32, &[role(number)]);
        if let Some(Some(bounds)) = quotas.get(number) {
            allocator.set_quota(&role(number), &quota(*bounds));
        }
    }
    for (number, agent) in used.iter().filter(|(_, agent)| *agent < agents.len()) {
        let piece = Resources::parse("cpus:0.5;mem:32").unwrap();
        if allocator.free(*agent as u32).is_some_and(|free| free.contains(&piece)) {
            allocator.charge(*number as u32, &role(*number), *agent as u32, &piece);
        }
    }
    allocator
}

/// A framework that wants nothing, but has minimums of its own: with one about, all roles are asked always.
fn ask_all_always(allocator: &mut Allocator) {
    let minimums = BTreeMap::from([(role(0), default_minimums())]);
    let spec = FrameworkSpec {
        name: String::new(),
        user: String::new(),
        roles: Vec::new(),
        suppressed: Vec::new(),
        capabilities: Vec::new(),
        failover_timeout_ms: 0,
        checkpoint: false,
        hostname: None,
        principal: None,
        webui_url: None,
        labels: Vec::new(),
        multi_role: true,
        minimums,
        constraints: BTreeMap::new(),
    };
    allocator.set_framework(ROLES as u32, Abilities::default());
    allocator.set_demands(ROLES as u32, &spec);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn everybody_gets_what_they_got_when_all_were_asked(
        agents in prop::collection::vec(0..AGENTS.len(), 1..20),
        quotas in prop::collection::vec(prop::option::of([(0..4u32, prop::option::of(0..3u32)), (0..4u32, prop::option::of(0..3u32))]), ROLES),
        used in prop::collection::vec((0..ROLES, 0..20usize), 0..12),
        eager in prop::option::of(0..ROLES as u32),
    ) {
        let few = world(&agents, &quotas, &used);
        let mut all = few.clone();
        ask_all_always(&mut all);
        let dirty = Dirty {
            agents: (0..agents.len() as u32).filter(|agent| eager.is_none() || agent % 2 == 0).collect(),
            frameworks: eager.into_iter().collect(),
        };
        let (few, all) = [few, all].map(|a| a.plan(Timestamp::EPOCH, &Filters::default(), &dirty, 0)).into();
        prop_assert_eq!(few.grants, all.grants);
        prop_assert!(all.held.iter().all(|agent| few.held.contains(agent)), "{:?} {:?}", few.held, all.held);
    }
}
