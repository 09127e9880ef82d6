use model_resources::{Limits, Name, Quantities, Resources, Scalar};
use proptest::prelude::*;

use crate::res;
use crate::strategies::resources_in;

fn amounts(text: &str) -> Quantities {
    Quantities::parse(text).unwrap()
}

proptest! {
    #[test]
    fn quantities_agree_with_resources(a in resources_in(0), b in resources_in(1)) {
        let sum = &a + &b;
        prop_assert_eq!(Quantities::of(&sum), &Quantities::of(&a) + &Quantities::of(&b));
        prop_assert_eq!(Quantities::of_scalars(&sum), &Quantities::of_scalars(&a) + &Quantities::of_scalars(&b));
        prop_assert_eq!(&Quantities::of(&sum) - &Quantities::of(&b), Quantities::of(&a));
        prop_assert_eq!(Quantities::of_scalars(&sum).get(&Name::Cpus), sum.cpus());
        prop_assert_eq!(Quantities::of_scalars(&sum).get(&Name::Disk), sum.disk());
        // The same port under two reservations is one number, but counts twice.
        let ports = sum.named(&Name::Ports).iter().map(|r| r.value.quantity()).sum::<Scalar>();
        prop_assert_eq!(Quantities::of(&sum).get(&Name::Ports), ports);
        prop_assert!(sum.ports().count() as i64 <= ports.whole_units());
        prop_assert!(Quantities::of(&sum).contains(&Quantities::of(&a)));
        prop_assert_eq!(a.holds(&Quantities::of(&b)), Quantities::of(&a).contains(&Quantities::of(&b)));
        prop_assert!(sum.holds(&Quantities::of(&b)));
        prop_assert_eq!(Quantities::of(&sum).checked_sub(&Quantities::of(&a)), Some(Quantities::of(&b)));
    }

    #[test]
    fn plain_scalars_are_their_quantities(a in resources_in(0)) {
        let quantities = Quantities::of_scalars(&a);
        prop_assert_eq!(Quantities::of_scalars(&Resources::from(&quantities)), quantities.clone());
        prop_assert_eq!(Quantities::parse(&quantities.to_string()).unwrap(), quantities);
    }
}

#[test]
fn differences_stop_at_zero_and_zeros_vanish() {
    assert_eq!(
        &amounts("cpus:1;mem:5") - &amounts("cpus:2;disk:1;mem:2"),
        amounts("mem:3")
    );
    assert_eq!(amounts("cpus:1").checked_sub(&amounts("cpus:1;mem:1")), None);
    let mut some = amounts("cpus:1");
    some.set(Name::Cpus, Scalar::ZERO);
    some.set(Name::Mem, Scalar::ZERO);
    assert!(some.is_empty());
}

#[test]
fn numbers_and_words_count_as_units() {
    let all = res("cpus:1.5;cpus(eng):1;ports:[1-10];disks:{a,b}");
    assert_eq!(Quantities::of(&all).to_string(), "cpus:2.5;ports:10;disks:2");
    assert_eq!(Quantities::of_scalars(&all).to_string(), "cpus:2.5");
    assert_eq!(Quantities::of(&all).filter(|name| *name != Name::Cpus).len(), 2);
}

#[test]
fn limits_bind_only_what_they_name() {
    let limits: Limits = [(Name::Cpus, Scalar::from_units(2)), (Name::Gpus, Scalar::ZERO)]
        .into_iter()
        .collect();
    assert!(limits.contains(&amounts("cpus:2;mem:999")));
    assert!(!limits.contains(&amounts("cpus:2.001")));
    assert!(!limits.contains(&amounts("gpus:1")));
    assert_eq!(
        limits.headroom(&amounts("cpus:1.5;gpus:3")).to_string(),
        "cpus:0.5;gpus:0"
    );
    let mut wider = limits.clone();
    wider.set(Name::Gpus, None);
    assert!(limits.is_within(&wider) && !wider.is_within(&limits) && limits.is_within(&Limits::new()));
}
