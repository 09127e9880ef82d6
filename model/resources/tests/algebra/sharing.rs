use model_resources::{Resources, Scalar};

use crate::volume;

#[test]
fn uses_of_a_shared_volume_are_counted() {
    let shared = volume("v", 10, None).with_shared(true);
    let one = Resources::from(shared.clone());
    let three = &(&one + &one) + &one;
    assert_eq!((three.len(), three.as_slice()[0].shared_count()), (1, 3));
    assert_eq!(three.disk(), Scalar::from_units(10));
    assert_ne!(three, one);
    assert!(three.contains(&(&one + &one)) && !one.contains(&three));
    assert_eq!(&three - &one, &one + &one);
    assert!((&one - &three).is_empty());
    assert!(three.contains_resource(&shared));
}

#[test]
fn shared_and_exclusive_volumes_are_different() {
    let exclusive = volume("v", 10, None);
    let shared = exclusive.clone().with_shared(true);
    let both: Resources = [exclusive.clone(), shared.clone()].into_iter().collect();
    assert_eq!(both.len(), 2);
    assert!(!Resources::from(shared.clone()).contains_resource(&exclusive));
    let larger = volume("v", 11, None).with_shared(true);
    assert!(!Resources::from(larger).contains_resource(&shared));
}

#[test]
fn where_a_volume_is_mounted_does_not_matter() {
    let mut elsewhere = volume("v", 10, None);
    elsewhere.update(|d| {
        if let Some(v) = d.disk.as_mut().and_then(|d| d.volume.as_mut()) {
            v.container_path = "elsewhere".into();
        }
    });
    assert_eq!(elsewhere, volume("v", 10, None));
    assert!((Resources::from(volume("v", 10, None)) - Resources::from(elsewhere)).is_empty());
}

#[test]
fn what_is_shared_can_be_had_by_more() {
    let shared = Resources::from(volume("v", 10, None).with_shared(true));
    let all = &shared + &Resources::parse("cpus:2").unwrap();
    let used = &(&shared + &shared) + &Resources::parse("cpus:1").unwrap();
    let mut free = all.clone();
    free.withdraw(&used);
    assert_eq!(free, &shared + &Resources::parse("cpus:1").unwrap());
    free.give_back(&used);
    assert_eq!(free, all);
    assert!(all.supports(&used) && !all.contains(&used));
    assert!(!all.supports(&(&used + &Resources::from(volume("w", 10, None)))));
}
