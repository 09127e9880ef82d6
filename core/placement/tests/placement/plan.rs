//! Plans on small pools: what goes where, and why the rest does not.

use crate::pool::{agent, constraint, demand, pool_of, racks, uuids};
use base_ids::AgentId;
use core_placement::{Candidate, Closed, Demand, Policy, PortAsk, Reason, explain, plan};
use model_resources::{Role, Scalar};

#[track_caller]
fn hosts(plan: &core_placement::Plan) -> Vec<&str> {
    plan.placements.iter().map(|p| p.agent_id.as_str()).collect()
}

#[test]
fn spreads_before_it_stacks() {
    let pool = pool_of([
        agent("a", "cpus:4;mem:4096"),
        agent("b", "cpus:64;mem:65536"),
        agent("c", "cpus:8;mem:8192"),
    ]);
    let plan = plan(&pool, &[demand(1, 4)], Policy::Spread);
    assert_eq!(hosts(&plan), ["b", "c", "a", "b"]);
    assert_eq!(plan.refusals, [None]);
}

#[test]
fn existing_instances_count_for_the_spread() {
    let pool = pool_of([agent("a", "cpus:4;mem:4096"), agent("b", "cpus:64;mem:65536")]);
    let demand = Demand {
        existing: vec![(AgentId::from("b"), 2)],
        ..demand(1, 3)
    };
    assert_eq!(hosts(&plan(&pool, &[demand], Policy::Spread)), ["a", "a", "b"]);
}

#[test]
fn packs_the_fullest_agent_that_fits() {
    let pool = pool_of([
        agent("a", "cpus:4;mem:4096"),
        agent("b", "cpus:1;mem:1024"),
        agent("c", "cpus:2;mem:2048"),
    ]);
    let plan = plan(&pool, &[demand(1, 5)], Policy::Pack);
    assert_eq!(hosts(&plan), ["b", "c", "c", "a", "a"]);
}

#[test]
fn later_demands_see_what_earlier_ones_took() {
    let pool = pool_of([agent("a", "cpus:2;mem:4096")]);
    let plan = plan(&pool, &[demand(1, 1), demand(2, 1)], Policy::Spread);
    assert_eq!(hosts(&plan), ["a"]);
    let refusal = plan.refusals[1].as_ref().unwrap();
    assert_eq!(
        (refusal.unplaced, refusal.refused.as_slice()),
        (1, &[(Reason::Cpus, 1)][..])
    );
    assert_eq!(refusal.never, None);
    assert_eq!(
        refusal.help,
        ["Cpus 2 is asked for, the most of 1 agent is 1: ask for less, free some or add agents."]
    );
}

#[test]
fn says_that_it_can_never_fit() {
    let mut busy = agent("a", "cpus:1;mem:4096");
    busy.total = crate::pool::resources("cpus:8;mem:4096");
    let pool = pool_of([busy, agent("b", "cpus:2;mem:128")]);
    let refusal = explain(&pool, &demand(4, 1));
    assert_eq!((refusal.count(Reason::Cpus), refusal.never), (2, None));
    let refusal = explain(&pool, &demand(16, 1));
    let never = refusal.never.unwrap();
    assert_eq!(
        never,
        "Not even an empty agent could take it: cpus 16 is asked for, the most of 2 agents is 8."
    );
}

#[test]
fn the_first_filter_that_refuses_counts() {
    let mut off = agent("off", "cpus:64;mem:65536");
    off.connected = false;
    let closed = |name: &str, why| Candidate {
        closed: Some(why),
        ..agent(name, "cpus:64;mem:65536")
    };
    let pool = pool_of([
        off,
        closed("draining", Closed::Draining),
        closed("out", Closed::Deactivated),
        closed("soon", Closed::Maintenance),
        agent("reserved", "cpus(db):64;mem(db):65536"),
        agent("small", "cpus:0.5;mem:65536"),
        agent("lean", "cpus:4;mem:64"),
        agent("portless", "cpus:4;mem:4096"),
        agent("rack", "cpus:4;mem:4096;ports:[31000-31005]"),
    ]);
    let demand = Demand {
        ports: vec![PortAsk::Any],
        constraints: vec![constraint("hostname", "UNLIKE", Some("rack"))],
        ..demand(1, 1)
    };
    let refusal = explain(&pool, &demand);
    let expected = [
        (Reason::Disconnected, 1),
        (Reason::Draining, 1),
        (Reason::Deactivated, 1),
        (Reason::Maintenance, 1),
        (Reason::Role, 1),
        (Reason::Constraint, 1),
        (Reason::Cpus, 1),
        (Reason::Mem, 1),
        (Reason::Ports, 1),
    ];
    assert_eq!(
        (refusal.considered, refusal.fitting(), refusal.refused.as_slice()),
        (9, 0, &expected[..])
    );
    assert_eq!(refusal.constraints, [("hostname:UNLIKE:rack".to_owned(), 1)]);
    assert_eq!(
        refusal.to_string(),
        "9 agents considered: 1 disconnected, 1 draining, 1 deactivated, 1 maintenance, 1 role, 1 constraint, 1 cpus, 1 mem, 1 ports"
    );
    assert_eq!(refusal.help.len(), 9);
    assert_eq!(
        refusal.help[1..4],
        [
            "1 agent draining or drained: reactivate them once they are drained.",
            "1 agent deactivated: reactivate them.",
            "1 agent in maintenance or soon to be: wait until it is over, or take them out of the schedule.",
        ]
    );
}

#[test]
fn an_empty_pool_is_said_to_be_empty() {
    let refusal = explain(&pool_of([]), &demand(1, 1));
    assert_eq!(refusal.help, ["There are no agents: add one."]);
}

#[test]
fn gives_the_very_ports() {
    let pool = pool_of([agent("a", "cpus:4;mem:4096;ports:[8080-8080,31000-31003]")]);
    let ports = vec![PortAsk::Any, PortAsk::Fixed(8080), PortAsk::Any];
    let plan = plan(&pool, &[Demand { ports, ..demand(1, 2) }], Policy::Spread);
    let [placement] = plan.placements.as_slice() else {
        panic!("8080 is there once")
    };
    assert_eq!((placement.ports.len(), placement.ports[1]), (3, 8080));
    assert!(
        placement
            .ports
            .iter()
            .all(|p| *p == 8080 || (31_000..=31_003).contains(p))
    );
    assert_eq!(plan.refusals[0].as_ref().unwrap().count(Reason::Ports), 1);
}

#[test]
fn takes_reserved_resources_first_and_only_those_of_its_role() {
    let pool = pool_of([agent(
        "a",
        "cpus:1;mem:1024;cpus(web):1.5;mem(web):512;cpus(db):8;mem(db):8192",
    )]);
    let role = Role::new("web").unwrap();
    let ask = Demand {
        role: role.clone(),
        ..demand(2, 1)
    };
    let placed = plan(&pool, std::slice::from_ref(&ask), Policy::Spread);
    assert_eq!(
        placed.placements[0].resources,
        crate::pool::resources("cpus(web):1.5;cpus:0.5;mem(web):128")
    );
    let only_open = Demand {
        accepted_roles: vec![Role::any()],
        ..ask.clone()
    };
    assert_eq!(explain(&pool, &only_open).count(Reason::Cpus), 1);
    let only_reserved = Demand {
        accepted_roles: vec![role],
        cpus: Scalar::from_millis(1500),
        ..ask
    };
    assert_eq!(explain(&pool, &only_reserved).fitting(), 1);
}

#[test]
fn unique_and_max_per_limit_a_value() {
    let pool = racks(&["r1", "r1", "r2"]);
    let rule = |operator, value| vec![constraint("rack", operator, value)];
    let placed = |constraints| {
        plan(
            &pool,
            &[Demand {
                constraints,
                ..demand(1, 9)
            }],
            Policy::Spread,
        )
        .placements
        .len()
    };
    assert_eq!(placed(rule("UNIQUE", None)), 2);
    assert_eq!(placed(rule("MAX_PER", Some("2"))), 4);
    assert_eq!(placed(vec![constraint("@hostname", "UNIQUE", None)]), 3);
}

#[test]
fn cluster_stays_on_one_value() {
    let pool = racks(&["r1", "r2", "r2"]);
    let ask = |value| Demand {
        constraints: vec![constraint("rack", "CLUSTER", value)],
        ..demand(1, 3)
    };
    assert_eq!(hosts(&plan(&pool, &[ask(Some("r2"))], Policy::Spread)), ["1", "2", "1"]);
    let existing = Demand {
        existing: vec![(AgentId::from("0"), 1)],
        ..ask(None)
    };
    assert_eq!(hosts(&plan(&pool, &[existing], Policy::Spread)), ["0", "0", "0"]);
}

#[test]
fn group_by_fills_every_known_value_evenly() {
    let pool = racks(&["r1", "r1", "r1", "r2", "r3"]);
    let ask = |instances| Demand {
        constraints: vec![constraint("rack", "GROUP_BY", None)],
        ..demand(1, instances)
    };
    let plan = plan(&pool, &[ask(9)], Policy::Spread);
    let per_rack = |hosts: &[&str]| {
        plan.placements
            .iter()
            .filter(|p| hosts.contains(&p.agent_id.as_str()))
            .count()
    };
    assert_eq!(
        [per_rack(&["0", "1", "2"]), per_rack(&["3"]), per_rack(&["4"])],
        [3, 3, 3]
    );
}

#[test]
fn group_by_waits_for_a_full_group_and_says_so() {
    let mut pool = racks(&["r1", "r2"]);
    pool.agents[1].free = crate::pool::resources("cpus:1;mem:4096");
    let ask = Demand {
        constraints: vec![constraint("rack", "GROUP_BY", Some("2"))],
        ..demand(1, 4)
    };
    let plan = plan(&pool, &[ask], Policy::Spread);
    assert_eq!(plan.placements.len(), 3);
    let refusal = plan.refusals[0].as_ref().unwrap();
    assert_eq!(refusal.refused, [(Reason::Constraint, 1), (Reason::Cpus, 1)]);
}

#[test]
fn fields_are_hostname_region_zone_and_attributes() {
    let mut pool = racks(&["r1"]);
    pool.agents[0].domain = Some(model_cluster::Domain {
        region: "eu".into(),
        zone: "eu-1".into(),
    });
    pool.agents[0].attributes = model_resources::Attributes::parse("speed:1.50;span:[5-6,1-2];os:linux").unwrap();
    for (field, operator, value, fits) in [
        ("hostname", "LIKE", "host-[0-9]", true),
        ("hostname", "LIKE", "host", false),
        ("@hostname", "UNLIKE", "host", true),
        ("@region", "IS", "eu", true),
        ("@zone", "LIKE", "eu-.", true),
        ("@zone", "IS", "eu", false),
        ("speed", "IS", "1.5", true),
        ("speed", "IS", "1.500", true),
        ("span", "LIKE", r"\[1-2,5-6\]", true),
        ("os", "CLUSTER", "linux", true),
        ("os", "CLUSTER", "windows", false),
        ("gone", "LIKE", ".*", false),
        ("gone", "UNLIKE", ".*", true),
    ] {
        let constraints = vec![constraint(field, operator, Some(value))];
        let fitting = explain(
            &pool,
            &Demand {
                constraints,
                ..demand(1, 1)
            },
        )
        .fitting();
        assert_eq!(fitting == 1, fits, "{field} {operator} {value}");
    }
}

#[test]
fn an_agent_without_the_field_is_refused() {
    let pool = pool_of([agent("a", "cpus:4;mem:4096")]);
    for operator in ["UNIQUE", "CLUSTER", "GROUP_BY"] {
        let constraints = vec![constraint("rack", operator, None)];
        let refusal = explain(
            &pool,
            &Demand {
                constraints,
                ..demand(1, 1)
            },
        );
        assert_eq!(refusal.count(Reason::Constraint), 1, "{operator}");
        assert!(refusal.never.is_some(), "{operator}");
    }
}

#[test]
fn placements_name_the_first_instances_in_order() {
    let pool = pool_of([agent("a", "cpus:2;mem:4096")]);
    let plan = plan(&pool, &[demand(1, 3)], Policy::Spread);
    let placed: Vec<_> = plan.placements.iter().map(|p| p.instance).collect();
    assert_eq!(placed, uuids(3)[..2]);
}
