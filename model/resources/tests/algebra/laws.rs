//! The laws of sums, differences and containment.
use model_resources::{Quantities, Resource, Resources};
use proptest::prelude::*;

use crate::strategies::{resource, resources, resources_in};
use crate::{disk, res, source, volume};
use model_resources::SourceKind;

proptest! {
    #[test]
    fn generated_resources_are_valid(r in resource(0)) {
        prop_assert_eq!(r.validate(), Ok(()));
    }

    #[test]
    fn the_sum_is_commutative(a in resources(), b in resources()) {
        prop_assert_eq!(&a + &b, &b + &a);
    }

    #[test]
    fn the_sum_is_associative(a in resources(), b in resources(), c in resources()) {
        prop_assert_eq!(&(&a + &b) + &c, &a + &(&b + &c));
    }

    #[test]
    fn the_merge_equals_one_insertion_after_the_other(a in resources(), b in resources()) {
        let one_by_one: Resources = b.iter().chain(&a).cloned().collect();
        prop_assert_eq!(&a + &b, one_by_one);
    }

    #[test]
    fn entries_are_sorted_and_never_empty(a in resources(), b in resources()) {
        for r in [&a + &b, &a - &b] {
            prop_assert!(r.as_slice().is_sorted());
            prop_assert!(r.iter().all(|r| !r.is_empty()));
        }
    }

    #[test]
    fn a_difference_undoes_a_sum(a in resources_in(0), b in resources_in(1)) {
        let sum = a.checked_add(&b);
        prop_assert_eq!(sum.as_ref(), Some(&(&a + &b)));
        prop_assert_eq!(sum.unwrap() - &b, a);
    }

    #[test]
    fn a_sum_undoes_a_difference(a in resources_in(0), b in resources_in(1)) {
        let sum = &a + &b;
        prop_assert_eq!(sum.checked_sub(&b).map(|rest| rest + &b), Some(sum));
    }

    #[test]
    fn differences_agree_one_by_one(a in resources(), b in resources()) {
        let mut rest = a.clone();
        b.iter().for_each(|r| rest -= r);
        prop_assert_eq!(rest, &a - &b);
    }

    #[test]
    fn what_is_taken_from_itself_is_nothing(a in resources()) {
        prop_assert!((&a - &a).is_empty());
    }

    #[test]
    fn take_is_all_or_nothing(a in resources(), b in resources()) {
        let mut rest = a.clone();
        let taken = rest.take(&b);
        prop_assert_eq!(taken, a.contains(&b));
        prop_assert_eq!(rest, if taken { &a - &b } else { a });
    }

    #[test]
    fn containment_is_a_partial_order(a in resources(), b in resources(), c in resources()) {
        prop_assert!(a.contains(&a));
        prop_assert_eq!(a.contains(&b) && b.contains(&a), a == b);
        let (ab, abc) = (&a + &b, &(&a + &b) + &c);
        prop_assert!(ab.contains(&a) && abc.contains(&ab) && abc.contains(&a));
        if a.contains(&b) && b.contains(&c) {
            prop_assert!(a.contains(&c));
        }
    }

    #[test]
    fn a_part_is_contained_and_what_is_left_is_not(a in resources(), n in 0usize..8) {
        let part: Resources = a.iter().take(n).cloned().collect();
        prop_assert!(a.contains(&part));
        prop_assert_eq!(part.contains(&a), n >= a.len());
    }

    #[test]
    fn filters_split_without_loss(a in resources()) {
        prop_assert_eq!(a.reserved() + a.unreserved(), a.clone());
        prop_assert_eq!(a.revocable() + a.non_revocable(), a.clone());
        prop_assert_eq!(a.shared() + a.non_shared(), a.clone());
        prop_assert_eq!(a.by_reservation().into_values().sum::<Resources>(), a.reserved());
    }

    #[test]
    fn allocation_is_undone(a in resources()) {
        let role = crate::role("eng/web");
        let plain = a.clone().unallocated();
        let allocated = plain.clone().allocated(&role);
        prop_assert_eq!(allocated.allocated_to(&role), allocated.clone());
        prop_assert_eq!(allocated.allocated_to_subtree(&crate::role("eng")), allocated.clone());
        prop_assert_eq!(allocated.unallocated(), plain.clone());
        prop_assert_eq!(a.map(|r| r.with_allocation(None)), plain);
    }

    #[test]
    fn what_find_finds_is_there_and_enough(a in resources(), n in 0usize..4) {
        let wanted = a.iter().take(n).cloned().collect::<Resources>().to_unreserved();
        if let Some(found) = a.find(&wanted) {
            prop_assert!(a.contains(&found));
            prop_assert_eq!(found.to_unreserved(), wanted);
        }
    }

    #[test]
    fn quantities_do_not_depend_on_order_or_reservation(a in resources()) {
        prop_assert_eq!(Quantities::of_scalars(&a.non_shared().to_unreserved()), Quantities::of_scalars(&a.non_shared()));
    }
}

#[test]
fn the_common_case_is_small() {
    assert!(size_of::<Resource>() <= 80, "{}", size_of::<Resource>());
}

#[test]
fn a_difference_stops_at_nothing() {
    assert_eq!(res("cpus:1;mem:5") - res("cpus:2;disk:1;mem:2"), res("mem:3"));
    assert_eq!(res("cpus:1").checked_sub(&res("cpus:1.001")), None);
    assert_eq!(
        res("ports:[1-10]") - res("ports:[3-4, 20-30]"),
        res("ports:[1-2, 5-10]")
    );
    assert_eq!(res("disks:{a,b}") - res("disks:{b,c}"), res("disks:{a}"));
}

#[test]
fn a_checked_sum_refuses_to_count_twice() {
    assert_eq!(res("ports:[1-10]").checked_add(&res("ports:[10-11]")), None);
    assert_eq!(res("disks:{a}").checked_add(&res("disks:{a}")), None);
    let volume = Resources::from(volume("v", 10, None));
    assert_eq!(volume.checked_add(&volume), None);
    let most = Resources::from(Resource::new("cpus", model_resources::Scalar::MAX));
    assert_eq!(most.checked_add(&res("cpus:1")), None);
}

#[test]
fn names_roles_and_kinds_keep_apart() {
    let both = res("cpus:1;cpus(eng):2");
    assert_eq!(both.len(), 2);
    assert!(!both.contains(&res("cpus:2")));
    assert!(!both.contains(&res("cpus(ops):1")));
    assert_eq!(both.cpus(), res("cpus:3").cpus());
    assert_eq!(res("x:1;x:{a}").len(), 2);
}

#[test]
fn path_disks_merge_and_mount_disks_do_not() {
    let path = |mib, root| disk(mib).with_disk(source(SourceKind::Path, root));
    let merged: Resources = [path(1, "/a"), path(2, "/a"), path(4, "/b"), disk(8)]
        .into_iter()
        .collect();
    assert_eq!(merged.len(), 3);
    assert!(merged.contains_resource(&path(3, "/a")));

    let mount = |mib, root| disk(mib).with_disk(source(SourceKind::Mount, root));
    let mounts: Resources = [mount(4, "/a"), mount(4, "/a"), mount(2, "/b")].into_iter().collect();
    assert_eq!(mounts.len(), 3);
    assert!(!mounts.contains_resource(&mount(1, "/b")));
    assert_eq!((mounts.clone() - Resources::from(mount(1, "/b"))), mounts);
    assert_eq!((mounts - Resources::from(mount(4, "/a"))).disk(), res("disk:6").disk());
}

#[test]
fn raw_disks_merge_only_without_id() {
    let raw = |id: Option<&str>| {
        let mut disk = source(SourceKind::Raw, "");
        if let Some(source) = &mut disk.source {
            source.root = None;
            source.id = id.map(str::to_owned);
        }
        crate::disk(5).with_disk(disk)
    };
    assert_eq!(Resources::from_iter([raw(None), raw(None)]).len(), 1);
    assert_eq!(Resources::from_iter([raw(Some("a")), raw(Some("a"))]).len(), 2);
}

#[test]
fn shrink_divides_only_what_may_be_divided() {
    let two = model_resources::Scalar::from_units(2);
    let mut plain = disk(5);
    assert!(plain.shrink(two));
    assert_eq!(plain, disk(2));
    let mut mount = disk(5).with_disk(source(SourceKind::Mount, "/a"));
    assert!(!mount.shrink(two));
    assert!(mount.shrink(model_resources::Scalar::from_units(5)));
}
