use model_resources::{Flaw, Label, Labels, Reservation, Resources};
use proptest::prelude::*;

use crate::strategies::resources;
use crate::{dynamic, res, role};

#[test]
fn a_role_is_offered_its_own_and_its_ancestors_reservations() {
    let all = res("cpus:1;cpus(eng):2;cpus(eng/web):4;cpus(eng/web/a):8;cpus(ops):16");
    let offered = |text: &str| all.allocatable_to(&role(text)).cpus().whole_units();
    assert_eq!(
        (offered("eng/web"), offered("eng"), offered("eng2"), offered("*")),
        (7, 3, 1, 1)
    );
    assert_eq!(all.reserved_to(&role("eng/web")), res("cpus(eng/web):4"));
    assert_eq!(all.reserved_to_subtree(&role("eng")).cpus().whole_units(), 14);
    assert_eq!(all.by_reservation().len(), 4);
}

#[test]
fn labels_and_principals_keep_reservations_apart() {
    let label = |value: &str| Label {
        key: "k".into(),
        value: Some(value.into()),
    };
    let labelled = |list: [&str; 2]| {
        let labels: Labels = list.map(label).into_iter().collect();
        crate::disk(1).with_reservation(Reservation {
            labels,
            ..dynamic("eng")
        })
    };
    assert_eq!(labelled(["a", "b"]), labelled(["b", "a"]));
    assert_eq!(
        Resources::from_iter([labelled(["a", "b"]), labelled(["a", "c"])]).len(),
        2
    );
    assert_eq!(res("cpus(eng, bob):1;cpus(eng, eve):1;cpus(eng):1").len(), 3);
}

#[test]
fn bad_stacks_are_refused() {
    let push = |text: &str, r| res(text).push_reservation(&r).map_err(|e| e.flaw);
    assert_eq!(push("cpus:1", dynamic("*")), Err(Flaw::ReservedForAny));
    let (ops, eng) = (role("ops"), role("eng"));
    assert_eq!(
        push("cpus(eng):1", dynamic("ops")),
        Err(Flaw::NotARefinement {
            role: ops,
            of: eng.clone()
        })
    );
    let same = Flaw::NotARefinement {
        role: eng.clone(),
        of: eng,
    };
    assert_eq!(push("cpus(eng):1", dynamic("eng")), Err(same));
    let web = role("eng/web");
    assert_eq!(
        push("cpus(eng):1", Reservation::fixed(web.clone())),
        Err(Flaw::StaticRefinement(web))
    );
    assert_eq!(
        res("cpus:1;mem(eng):1").pop_reservation().map_err(|e| e.flaw),
        Err(Flaw::NotReserved)
    );
}

#[test]
fn find_prefers_its_role_then_the_unreserved() {
    let all = res("cpus:4;cpus(eng):2;cpus(ops):8");
    let found = |text: &str| all.find(&res(text)).map(|r| r.to_string());
    assert_eq!(found("cpus(eng):1").as_deref(), Some("cpus(eng):1"));
    assert_eq!(found("cpus(eng):3").as_deref(), Some("cpus:1;cpus(eng):2"));
    assert_eq!(found("cpus:5"), Some("cpus:4;cpus(eng):1".into()));
    assert_eq!(found("cpus:15"), None);
    assert_eq!(found("cpus(eng):1;mem:1"), None);
}

proptest! {
    #[test]
    fn pop_undoes_push(a in resources()) {
        // Only what is unreserved can be reserved for a new top role.
        let plain = a.unreserved().filter(|r| !r.is_revocable());
        let pushed = plain.push_reservation(&dynamic("top")).unwrap();
        prop_assert_eq!(pushed.reserved_to(&role("top")), pushed.clone());
        prop_assert_eq!(pushed.pop_reservation(), Ok(plain.clone()));
        prop_assert_eq!(pushed.to_unreserved(), plain);
    }
}
