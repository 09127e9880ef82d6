//! The order by lot, and resources that count for nobody's share.

use std::collections::BTreeMap;

use base_clock::Timestamp;
use core_allocator::{Abilities, Allocator, Dirty, Filters, Sorter, default_minimums};
use model_resources::{Name, Resources, Role};

const NOW: Timestamp = Timestamp::EPOCH;

fn role(text: &str) -> Role {
    Role::new(text).unwrap()
}

fn cluster(agents: u32, total: &str, frameworks: &[(u32, &str)]) -> Allocator {
    let mut allocator = Allocator::new(default_minimums());
    for slot in 0..agents {
        allocator.add_agent(slot, &Resources::parse(total).unwrap());
        allocator.set_ready(slot, true);
    }
    for (slot, text) in frameworks {
        let gpus = Abilities {
            gpus: true,
            ..Abilities::default()
        };
        allocator.set_framework(*slot, gpus);
        allocator.set_wants(*slot, &[role(text)]);
    }
    allocator
}

/// Who gets each of the agents, in their order.
fn winners(allocator: &Allocator, agents: u32, seed: u64) -> Vec<u32> {
    let dirty = Dirty {
        agents: (0..agents).collect(),
        ..Dirty::default()
    };
    let grants = allocator.plan(NOW, &Filters::default(), &dirty, seed).grants;
    grants.into_iter().map(|grant| grant.framework).collect()
}

fn counts(allocator: &Allocator, agents: u32, seeds: u64) -> BTreeMap<u32, f64> {
    let mut counts = BTreeMap::new();
    for seed in 0..seeds {
        for winner in winners(allocator, agents, seed) {
            *counts.entry(winner).or_default() += 1.0;
        }
    }
    counts
}

fn is_about(part: f64, expected: f64) {
    assert!((part - expected).abs() < 0.02, "{part} is not about {expected}");
}

#[test]
fn roles_come_by_lot_as_often_as_they_weigh() {
    let mut allocator = cluster(20, "cpus:1;mem:64", &[(0, "a"), (1, "b"), (2, "c")]);
    allocator.set_weight(role("c"), 3.0);
    allocator.set_sorters(Sorter::Random, Sorter::Drf);
    // What they have already does not matter.
    let much = Resources::parse("cpus:1").unwrap();
    allocator.charge(2, &role("c"), 0, &much);
    let counts = counts(&allocator, 20, 500);
    let all: f64 = counts.values().sum();
    is_about(counts[&0] / all, 0.2);
    is_about(counts[&1] / all, 0.2);
    is_about(counts[&2] / all, 0.6);
}

#[test]
fn frameworks_of_a_role_come_by_lot_and_roles_by_their_shares() {
    let mut allocator = cluster(20, "cpus:1;mem:64", &[(0, "a"), (1, "a"), (2, "b")]);
    allocator.set_sorters(Sorter::Drf, Sorter::Random);
    let first: Vec<u32> = (0..100)
        .map(|seed| {
            winners(&allocator, 20, seed)
                .iter()
                .filter(|winner| **winner == 2)
                .count() as u32
        })
        .collect();
    assert!(first.iter().all(|count| *count == 10), "half of all is b's: {first:?}");
    let counts = counts(&allocator, 20, 500);
    is_about(counts[&0] / (counts[&0] + counts[&1]), 0.5);
    let orders: std::collections::BTreeSet<_> = (0..20).map(|seed| winners(&allocator, 20, seed)).collect();
    assert!(orders.len() > 10, "{orders:?}");
}

#[test]
fn sub_roles_draw_among_themselves() {
    let mut allocator = cluster(20, "cpus:1;mem:64", &[(0, "a/x"), (1, "a/y"), (2, "b")]);
    allocator.set_sorters(Sorter::Random, Sorter::Random);
    let counts = counts(&allocator, 20, 500);
    let all: f64 = counts.values().sum();
    is_about(counts[&0] / all, 0.25);
    is_about(counts[&1] / all, 0.25);
    is_about(counts[&2] / all, 0.5);
}

#[test]
fn a_seed_says_all_and_nothing_without_a_lot() {
    let mut allocator = cluster(20, "cpus:1;mem:64", &[(0, "a"), (1, "b")]);
    assert_eq!(winners(&allocator, 20, 1), winners(&allocator, 20, 2));
    allocator.set_sorters(Sorter::Random, Sorter::Random);
    assert_eq!(winners(&allocator, 20, 1), winners(&allocator, 20, 1));
    assert_ne!(winners(&allocator, 20, 1), winners(&allocator, 20, 2));
}

#[test]
fn whoever_refuses_is_passed_over() {
    let mut allocator = cluster(1, "cpus:1;mem:64", &[(0, "a"), (1, "b")]);
    allocator.set_sorters(Sorter::Random, Sorter::Random);
    let mut filters = Filters::default();
    let all = Resources::parse("cpus:1;mem:64").unwrap();
    filters.insert(0, 0, role("a"), all, Timestamp::from_millis(1000));
    let dirty = Dirty {
        agents: [0u32].into_iter().collect(),
        ..Dirty::default()
    };
    for seed in 0..20 {
        let grants = allocator.plan(NOW, &filters, &dirty, seed).grants;
        assert_eq!(grants.iter().map(|grant| grant.framework).collect::<Vec<_>>(), [1]);
    }
}

#[test]
fn an_excluded_name_counts_for_no_share() {
    let mut allocator = cluster(1, "cpus:10;mem:1000;gpus:2", &[(0, "a"), (1, "b")]);
    allocator.charge(0, &role("a"), 0, &Resources::parse("cpus:1;gpus:2").unwrap());
    allocator.charge(1, &role("b"), 0, &Resources::parse("cpus:2").unwrap());
    assert_eq!(allocator.role_share(&role("a")), 1.0);
    assert_eq!(winners(&allocator, 1, 0), [1]);
    allocator.exclude(&[Name::Gpus]);
    assert_eq!(allocator.role_share(&role("a")), 0.1);
    assert_eq!(winners(&allocator, 1, 0), [0]);
}
