//! Ranges against a plain set of numbers.
use std::collections::BTreeSet;

use model_resources::Ranges;
use proptest::prelude::*;

use crate::strategies::ranges;

fn model(r: &Ranges) -> BTreeSet<u64> {
    r.iter().collect()
}

/// A low base and one whose ranges touch the highest number.
fn base() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(u64::MAX - 71)]
}

fn two() -> impl Strategy<Value = (Ranges, Ranges)> {
    base().prop_flat_map(|b| (ranges(b), ranges(b)))
}

proptest! {
    #[test]
    fn ranges_behave_as_a_set_of_numbers((a, b) in two()) {
        let (x, y) = (model(&a), model(&b));
        let (mut sum, mut rest) = (a.clone(), a.clone());
        sum += &b;
        rest -= &b;
        prop_assert_eq!(model(&sum), &x | &y);
        prop_assert_eq!(model(&rest), &x - &y);
        prop_assert_eq!(model(&a.intersect(&b)), &x & &y);
        prop_assert_eq!(a.contains(&b), x.is_superset(&y));
        prop_assert_eq!(a.is_disjoint(&b), x.is_disjoint(&y));
        prop_assert_eq!(a.count(), x.len() as u64);
        prop_assert_eq!((a.first(), a.last()), (x.first().copied(), x.last().copied()));
        for r in [&sum, &rest, &a.intersect(&b)] {
            let apart = r.as_slice().windows(2).all(|w| w[0].end + 1 < w[1].begin);
            prop_assert!(apart && r.as_slice().iter().all(|r| r.begin <= r.end), "{}", r);
        }
    }

    #[test]
    fn numbers_are_found_and_taken(a in ranges(0), n in 0u64..80) {
        let numbers = model(&a);
        prop_assert_eq!(a.contains_number(n), numbers.contains(&n));
        prop_assert_eq!(a.nth(n), numbers.iter().nth(n as usize).copied());
        let mut rest = a.clone();
        prop_assert_eq!(rest.take_number(n), numbers.contains(&n));
        prop_assert_eq!(model(&rest), numbers.iter().copied().filter(|m| *m != n).collect());
    }

    #[test]
    fn the_lowest_are_taken(a in ranges(0), n in 0u64..80) {
        let mut rest = a.clone();
        match rest.take_lowest(n) {
            Some(taken) => {
                prop_assert_eq!(model(&taken), a.iter().take(n as usize).collect());
                prop_assert_eq!(model(&rest), a.iter().skip(n as usize).collect());
            }
            None => {
                prop_assert!(n > a.count());
                prop_assert_eq!(rest, a);
            }
        }
    }

    #[test]
    fn single_numbers_build_the_same(a in ranges(0)) {
        prop_assert_eq!(a.iter().rev().collect::<Ranges>(), a);
    }
}

#[test]
fn the_whole_of_u64_works() {
    let mut all = Ranges::of(0, u64::MAX);
    assert_eq!(all.count(), u64::MAX);
    all.remove(5, 5);
    assert_eq!(all.to_string(), format!("[0-4, 6-{}]", u64::MAX));
    all.insert(5, 5);
    assert_eq!(all, Ranges::of(0, u64::MAX));
    all.remove(0, u64::MAX);
    assert!(all.is_empty());
}

#[test]
fn inverted_ranges_are_nothing() {
    let mut r = Ranges::of(9, 3);
    assert!(r.is_empty());
    r.insert(1, 20);
    r.remove(9, 3);
    assert_eq!(r, Ranges::of(1, 20));
    assert!(r.contains_range(30, 25));
}
