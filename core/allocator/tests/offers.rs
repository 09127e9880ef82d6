//! Who is offered what, case by case.

use base_clock::Timestamp;
use core_allocator::{Abilities, Allocator, Dirty, Filters, default_minimums};
use model_resources::{Resources, Role};

const NOW: Timestamp = Timestamp::EPOCH;

fn resources(text: &str) -> Resources {
    Resources::parse(text).unwrap()
}

fn role(text: &str) -> Role {
    Role::new(text).unwrap()
}

fn framework(allocator: &mut Allocator, slot: u32, roles: &[&str]) {
    let roles: Vec<Role> = roles.iter().map(|text| role(text)).collect();
    allocator.set_framework(slot, Abilities::default());
    allocator.set_wants(slot, &roles);
}

fn cluster(agents: &[&str]) -> Allocator {
    let mut allocator = Allocator::new(default_minimums());
    for (slot, total) in (0..).zip(agents) {
        allocator.add_agent(slot, &resources(total));
        allocator.set_ready(slot, true);
    }
    allocator
}

fn all(agents: u32) -> Dirty {
    Dirty {
        agents: (0..agents).collect(),
        ..Dirty::default()
    }
}

fn grants(allocator: &Allocator, agents: u32) -> Vec<(u32, u32)> {
    let grants = allocator.allocate(NOW, &Filters::default(), &all(agents));
    grants.into_iter().map(|grant| (grant.agent, grant.framework)).collect()
}

#[test]
fn the_dominant_share_decides() {
    // A uses memory, B cpus; of ten cpus and 1000 MiB each has the same part of its own, then A has more.
    let mut allocator = cluster(&["cpus:5;mem:500", "cpus:5;mem:500"]);
    framework(&mut allocator, 0, &["a"]);
    framework(&mut allocator, 1, &["b"]);
    allocator.charge(0, &role("a"), 0, &resources("cpus:1;mem:400"));
    allocator.charge(1, &role("b"), 0, &resources("cpus:3;mem:10"));
    assert_eq!(
        (allocator.role_share(&role("a")), allocator.role_share(&role("b"))),
        (0.4, 0.3)
    );
    assert_eq!(grants(&allocator, 2)[0], (0, 1));
    allocator.set_weight(role("a"), 4.0);
    assert_eq!(grants(&allocator, 2)[0], (0, 0));
}

#[test]
fn sub_roles_share_what_their_parent_is_due() {
    let mut allocator = cluster(&["cpus:1;mem:64"; 4]);
    framework(&mut allocator, 0, &["eng/a"]);
    framework(&mut allocator, 1, &["eng/b"]);
    framework(&mut allocator, 2, &["ops"]);
    let ops = grants(&allocator, 4)
        .iter()
        .filter(|(_, framework)| *framework == 2)
        .count();
    assert_eq!(ops, 2);
}

#[test]
fn among_equals_the_one_that_waits_longest_comes_first() {
    let mut allocator = cluster(&["cpus:1;mem:64"]);
    framework(&mut allocator, 0, &["a"]);
    framework(&mut allocator, 1, &["b"]);
    let mut served = Vec::new();
    for _ in 0..4 {
        let grant = allocator.allocate(NOW, &Filters::default(), &all(1)).remove(0);
        allocator.charge(grant.framework, &grant.role, grant.agent, &grant.resources);
        allocator.refund(grant.framework, &grant.role, grant.agent, &grant.resources);
        served.push(grant.framework);
    }
    assert_eq!(served, [0, 1, 0, 1]);
    // However often the first ones were served before a third came, it takes its turn and no more.
    framework(&mut allocator, 2, &["c"]);
    for _ in 0..3 {
        let grant = allocator.allocate(NOW, &Filters::default(), &all(1)).remove(0);
        allocator.charge(grant.framework, &grant.role, grant.agent, &grant.resources);
        allocator.refund(grant.framework, &grant.role, grant.agent, &grant.resources);
        served.push(grant.framework);
    }
    assert_eq!(served[4..], [2, 0, 1]);
}

#[test]
fn reserved_resources_go_to_their_role_and_below() {
    let mut allocator = cluster(&["cpus(eng):2;mem(eng):64;cpus:1;mem:32"]);
    framework(&mut allocator, 0, &["ops"]);
    framework(&mut allocator, 1, &["eng/web"]);
    let offered = allocator.allocate(NOW, &Filters::default(), &all(1));
    let offered: Vec<_> = offered
        .into_iter()
        .map(|g| (g.framework, g.resources.to_string()))
        .collect();
    assert_eq!(
        offered,
        [(0, "cpus:1;mem:32".into()), (1, "cpus(eng):2;mem(eng):64".into())]
    );
}

#[test]
fn a_filter_holds_for_no_more_than_was_declined() {
    let mut allocator = cluster(&["cpus:2;mem:64"]);
    framework(&mut allocator, 0, &["a"]);
    let mut filters = Filters::default();
    filters.insert(0, 0, role("a"), resources("cpus:1;mem:64"), Timestamp::from_millis(10));
    assert_eq!(allocator.allocate(NOW, &filters, &all(1)).len(), 1);
    allocator.charge(0, &role("a"), 0, &resources("cpus:1"));
    assert_eq!(allocator.allocate(NOW, &filters, &all(1)), []);
    assert_eq!(
        allocator.allocate(Timestamp::from_millis(10), &filters, &all(1)).len(),
        1
    );
    filters.clear(0, &[role("b")]);
    assert_eq!(allocator.allocate(NOW, &filters, &all(1)), []);
    filters.clear(0, &[role("a")]);
    assert_eq!(allocator.allocate(NOW, &filters, &all(1)).len(), 1);
    assert_eq!(filters.next_end(), None);
}

#[test]
fn too_little_is_not_offered() {
    let mut allocator = cluster(&["cpus:0.009;mem:31", "cpus:0.01", "mem:32"]);
    framework(&mut allocator, 0, &["a"]);
    assert_eq!(grants(&allocator, 3), [(1, 0), (2, 0)]);
}

#[test]
fn gpus_go_to_those_who_can_use_them() {
    let mut allocator = cluster(&["cpus:4;mem:64;gpus:1"]);
    framework(&mut allocator, 0, &["a"]);
    assert_eq!(grants(&allocator, 1), []);
    allocator.set_framework(
        0,
        Abilities {
            gpus: true,
            ..Abilities::default()
        },
    );
    assert_eq!(grants(&allocator, 1), [(0, 0)]);
}

#[test]
fn nobody_is_offered_an_agent_that_is_not_ready() {
    let mut allocator = cluster(&["cpus:4;mem:64"]);
    framework(&mut allocator, 0, &["a"]);
    allocator.set_ready(0, false);
    assert_eq!(grants(&allocator, 1), []);
}

#[test]
fn a_newcomer_is_asked_about_every_agent() {
    let mut allocator = cluster(&["cpus:1;mem:64", "cpus:1;mem:64"]);
    framework(&mut allocator, 0, &["a"]);
    framework(&mut allocator, 1, &["b"]);
    let dirty = Dirty {
        frameworks: [1u32].into_iter().collect(),
        ..Dirty::default()
    };
    let offered = allocator.allocate(NOW, &Filters::default(), &dirty);
    assert!(
        offered.iter().all(|grant| grant.framework == 1) && offered.len() == 2,
        "{offered:?}"
    );
}
