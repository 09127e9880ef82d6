//! The allocator against a slow model that adds everything up anew before each grant.

mod model;

use base_clock::Timestamp;
use core_allocator::{Abilities, Allocator, Dirty, Filters, default_minimums};
use model::{Model, Piece, resources};
use model_resources::Role;
use proptest::prelude::*;

const ROLES: [&str; 6] = ["*", "a", "a/b", "a/c", "d", "d/e/f"];
const TOTALS: [&str; 6] = [
    "cpus:4;mem:1024;ports:[31000-31009]",
    "cpus:16;mem:512",
    "cpus:2;mem:8192;disk:100",
    "cpus:2;mem:256;cpus(a):2;mem(a):512",
    "cpus:0.001;mem:8;cpus(d):1;cpus(a/b):3;mem(a):64",
    "cpus:8;mem:1024;gpus:2;widgets:50",
];
const NEEDS: [&str; 4] = ["cpus:0.5;mem:32", "cpus:1", "mem:128", "cpus:0.1;mem:16"];

#[derive(Clone, Debug)]
enum Op {
    AddAgent(u32, usize),
    RemoveAgent(u32),
    Ready(u32, bool),
    Framework(u32, bool),
    Want(u32, Vec<usize>),
    Weight(usize, u8),
    Use(u32, usize, u32, usize),
    Free(usize),
    Filter(u32, usize, u32, i64),
    Revive(u32),
    Allocate(Vec<u32>, Vec<u32>),
}

fn op() -> impl Strategy<Value = Op> {
    let (agent, framework, role) = (0..5u32, 0..6u32, 0..ROLES.len());
    prop_oneof![
        2 => (agent.clone(), 0..TOTALS.len()).prop_map(|(a, t)| Op::AddAgent(a, t)),
        1 => agent.clone().prop_map(Op::RemoveAgent),
        2 => (agent.clone(), prop::bool::weighted(0.9)).prop_map(|(a, r)| Op::Ready(a, r)),
        2 => (framework.clone(), any::<bool>()).prop_map(|(f, g)| Op::Framework(f, g)),
        1 => (framework.clone(), prop::collection::vec(role.clone(), 0..3)).prop_map(|(f, r)| Op::Want(f, r)),
        2 => (role.clone(), 1..5u8).prop_map(|(r, w)| Op::Weight(r, w)),
        6 => (framework.clone(), role.clone(), agent.clone(), 0..NEEDS.len())
            .prop_map(|(f, r, a, n)| Op::Use(f, r, a, n)),
        6 => any::<usize>().prop_map(Op::Free),
        2 => (framework.clone(), role, agent.clone(), 0..20i64).prop_map(|(f, r, a, t)| Op::Filter(f, r, a, t)),
        1 => framework.clone().prop_map(Op::Revive),
        4 => (prop::collection::vec(agent, 0..6), prop::collection::vec(framework, 0..3))
            .prop_map(|(a, f)| Op::Allocate(a, f)),
    ]
}

fn role(at: usize) -> Role {
    Role::new(ROLES[at]).unwrap()
}

/// A cluster in which something can happen.
fn beginning() -> Vec<Op> {
    let agents = (0..4).flat_map(|agent| [Op::AddAgent(agent, agent as usize), Op::Ready(agent, true)]);
    let wishes = [vec![0, 1], vec![2], vec![2, 3], vec![1, 5], vec![4], vec![3]];
    let frameworks = (0..)
        .zip(wishes)
        .flat_map(|(slot, roles)| [Op::Framework(slot, slot % 2 == 0), Op::Want(slot, roles)]);
    agents.chain(frameworks).collect()
}

fn run(ops: Vec<Op>) -> Result<(), TestCaseError> {
    let (mut allocator, mut filters, mut model) = (
        Allocator::new(default_minimums()),
        Filters::default(),
        Model::new(default_minimums()),
    );
    for (time, op) in (0..).zip(beginning().into_iter().chain(ops)) {
        let now = Timestamp::from_millis(time);
        match op {
            Op::AddAgent(agent, total) if !model.agents.contains_key(&agent) => {
                allocator.add_agent(agent, &resources(TOTALS[total]));
                model.agents.insert(agent, (resources(TOTALS[total]), false));
            }
            Op::RemoveAgent(agent) => {
                allocator.remove_agent(agent);
                model.agents.remove(&agent);
                model.pieces.retain(|piece| piece.agent != agent);
            }
            Op::Ready(agent, ready) => {
                allocator.set_ready(agent, ready);
                model.agents.entry(agent).and_modify(|known| known.1 = ready);
            }
            Op::Framework(framework, gpus) => {
                allocator.set_framework(
                    framework,
                    Abilities {
                        gpus,
                        ..Abilities::default()
                    },
                );
                model.frameworks.entry(framework).or_default().0 = gpus;
            }
            Op::Want(framework, roles) => {
                let roles: Vec<Role> = roles.into_iter().map(role).collect();
                allocator.set_wants(framework, &roles);
                model.frameworks.entry(framework).and_modify(|known| known.1 = roles);
            }
            Op::Weight(at, weight) => {
                allocator.set_weight(role(at), weight.into());
                model.weights.insert(role(at), weight.into());
            }
            Op::Use(framework, at, agent, needs) => {
                let piece = Piece {
                    framework,
                    role: role(at),
                    agent,
                    resources: resources(NEEDS[needs]),
                };
                let fits = model.free(agent).contains(&piece.resources);
                if fits && model.frameworks.contains_key(&framework) {
                    allocator.charge(framework, &piece.role, agent, &piece.resources);
                    model.pieces.push(piece);
                }
            }
            Op::Free(at) if !model.pieces.is_empty() => {
                let piece = model.pieces.swap_remove(at % model.pieces.len());
                allocator.refund(piece.framework, &piece.role, piece.agent, &piece.resources);
            }
            Op::Filter(framework, at, agent, length) => {
                let (refused, until) = (model.free(agent), Timestamp::from_millis(time + length));
                filters.insert(framework, agent, role(at), refused.clone(), until);
                model.filters.push((framework, role(at), agent, refused, until));
            }
            Op::Revive(framework) => {
                filters.clear(framework, &[]);
                model.filters.retain(|filter| filter.0 != framework);
            }
            Op::Allocate(agents, frameworks) => {
                let ended = filters.expire(now);
                prop_assert!(filters.next_end().is_none_or(|end| end > now), "{ended:?}");
                let dirty = Dirty {
                    agents: agents.into_iter().collect(),
                    frameworks: frameworks.into_iter().collect(),
                };
                let grants = allocator.allocate(now, &filters, &dirty);
                for grant in &grants {
                    allocator.charge(grant.framework, &grant.role, grant.agent, &grant.resources);
                }
                model.follow(now, &dirty, grants).map_err(TestCaseError::fail)?;
                allocator.settle();
            }
            _ => {}
        }
        for agent in model.agents.keys() {
            prop_assert_eq!(allocator.free(*agent), Some(&model.free(*agent)));
        }
        prop_assert!(allocator.agrees_with(&model.rebuild()), "after {} operations", time + 1);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_grant_is_the_models(ops in prop::collection::vec(op(), 1..80)) {
        run(ops)?;
    }
}
