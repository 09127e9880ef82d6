//! What holds for every plan.

use std::collections::BTreeMap;

use crate::pool::{agent, constraint, pool_of, uuids};
use base_ids::AgentId;
use core_placement::{Candidate, Demand, Plan, Policy, Pool, PortAsk, plan};
use model_resources::{Resources, Role, Scalar};
use proptest::prelude::*;

fn candidates() -> impl Strategy<Value = Pool> {
    let one = (0u32..9, 0u32..5, 0u32..4, 0u32..4, 0u32..4, prop::bool::weighted(0.9));
    prop::collection::vec(one, 0..12).prop_map(|agents| {
        let agents = agents
            .into_iter()
            .enumerate()
            .map(|(i, (cpus, gib, ports, rack, reserved, connected))| {
                let mut text = format!("cpus:{cpus};mem:{};disk:100", gib * 1024);
                if ports > 0 {
                    text += &format!(";ports:[8080-{}]", 8079 + ports);
                }
                if reserved > 0 {
                    text += &format!(";cpus(web):{reserved};mem(web):512");
                }
                let attributes = if rack == 0 {
                    String::new()
                } else {
                    format!("rack:r{rack}")
                };
                Candidate {
                    attributes: model_resources::Attributes::parse(&attributes).unwrap(),
                    connected,
                    closed: None,
                    ..agent(&i.to_string(), &text)
                }
            });
        pool_of(agents)
    })
}

fn demands() -> impl Strategy<Value = Vec<Demand>> {
    let rule = prop::sample::select(vec!["", "UNIQUE", "MAX_PER", "GROUP_BY", "CLUSTER", "LIKE"]);
    let one = (
        0i64..3000,
        0u32..2048,
        0usize..3,
        any::<bool>(),
        any::<bool>(),
        rule,
        0u32..8,
    );
    prop::collection::vec(one, 0..6).prop_map(|demands| {
        let demands = demands.into_iter();
        demands
            .map(|(millis, mem, ports, fixed, web, rule, count)| Demand {
                role: if web { Role::new("web").unwrap() } else { Role::any() },
                ports: vec![
                    if fixed { PortAsk::Fixed(8080) } else { PortAsk::Any };
                    ports.min(if fixed { 1 } else { 3 })
                ],
                constraints: rules(rule),
                ..Demand::plain(Scalar::from_millis(millis), Scalar::from_units(mem), uuids(count))
            })
            .collect()
    })
}

fn rules(operator: &str) -> Vec<model_app::Constraint> {
    match operator {
        "" => Vec::new(),
        "MAX_PER" => vec![constraint("rack", operator, Some("2"))],
        "LIKE" => vec![constraint("rack", operator, Some("r[12]"))],
        _ => vec![constraint("rack", operator, None)],
    }
}

/// The placements of each demand: those that were not refused are the first of its instances.
fn by_demand<'a>(plan: &'a Plan, demands: &[Demand]) -> Vec<&'a [core_placement::Placement]> {
    let mut rest = plan.placements.as_slice();
    let placed = demands.iter().zip(&plan.refusals).map(|(demand, refusal)| {
        let unplaced = refusal.as_ref().map_or(0, |r| r.unplaced as usize);
        let (now, later) = rest.split_at(demand.instances.len() - unplaced);
        rest = later;
        now
    });
    placed.collect()
}

fn rack(pool: &Pool, agent: &AgentId) -> Option<String> {
    let agent = pool.agents.iter().find(|a| a.agent_id == *agent)?;
    agent.attributes.text("rack").map(str::to_owned)
}

proptest! {
    #[test]
    fn never_takes_what_is_not_there(pool in candidates(), demands in demands(), pack in any::<bool>()) {
        let policy = if pack { Policy::Pack } else { Policy::Spread };
        let plan = plan(&pool, &demands, policy);
        let mut free: BTreeMap<AgentId, Resources> =
            pool.agents.iter().filter(|a| a.connected).map(|a| (a.agent_id.clone(), a.free.clone())).collect();
        for placement in &plan.placements {
            let free = free.get_mut(&placement.agent_id).expect("a connected agent");
            prop_assert!(free.take(&placement.resources), "{} of {free:?}", placement.agent_id);
        }
        for (demand, placements) in demands.iter().zip(by_demand(&plan, &demands)) {
            for placement in placements {
                prop_assert_eq!(placement.ports.len(), demand.ports.len());
                let cpus: Scalar = placement.resources.iter().filter(|r| r.name.as_str() == "cpus").filter_map(|r| r.value.as_scalar()).sum();
                prop_assert_eq!(cpus, demand.cpus);
            }
        }
    }

    #[test]
    fn keeps_constraints(pool in candidates(), demands in demands()) {
        let plan = plan(&pool, &demands, Policy::Spread);
        for (demand, placements) in demands.iter().zip(by_demand(&plan, &demands)) {
            let Some(rule) = demand.constraints.first() else { continue };
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for placement in placements {
                let rack = rack(&pool, &placement.agent_id);
                prop_assert!(rack.is_some());
                *counts.entry(rack.unwrap_or_default()).or_default() += 1;
            }
            let (least, most) = (counts.values().min(), counts.values().max());
            match rule.operator.as_str() {
                "UNIQUE" => prop_assert!(most.is_none_or(|n| *n == 1)),
                "MAX_PER" => prop_assert!(most.is_none_or(|n| *n <= 2)),
                "CLUSTER" => prop_assert!(counts.len() <= 1),
                "GROUP_BY" => prop_assert!(most.zip(least).is_none_or(|(m, l)| m - l <= 1)),
                _ => prop_assert!(counts.keys().all(|r| r == "r1" || r == "r2")),
            }
        }
    }

    #[test]
    fn says_the_same_twice_and_leaves_no_room_unused(pool in candidates(), demands in demands(), pack in any::<bool>()) {
        let policy = if pack { Policy::Pack } else { Policy::Spread };
        let first = plan(&pool, &demands, policy);
        prop_assert_eq!(&first, &plan(&pool, &demands, policy));
        for refusal in first.refusals.iter().flatten() {
            prop_assert_eq!(refusal.fitting(), 0, "{}", refusal);
        }
    }
}
