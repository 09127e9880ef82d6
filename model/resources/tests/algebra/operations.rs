use model_resources::{
    CheckpointError, Flaw, Invalid, Operation, OperationError, Quantities, Resource, Resources, Scalar, SourceKind,
};
use proptest::prelude::*;

use crate::strategies::resources;
use crate::{disk, dynamic, res, role, source, volume};

fn reserve(text: &str) -> Operation {
    Operation::Reserve {
        source: Resources::new(),
        resources: res(text),
    }
}

fn shown(result: Result<Resources, OperationError>) -> String {
    result.map_or_else(|e| format!("error: {e}"), |r| r.to_string())
}

fn space(mib: u32) -> Resource {
    disk(mib).with_reservation(dynamic("eng"))
}

fn list(resources: impl IntoIterator<Item = Resource>) -> Resources {
    resources.into_iter().collect()
}

#[test]
fn reserve_and_unreserve() {
    let before = res("cpus:4;mem:100");
    let after = before.apply(&reserve("cpus(eng, bob):3")).unwrap();
    assert_eq!(after, res("cpus:1;cpus(eng, bob):3;mem:100"));
    let back = after
        .apply(&Operation::Unreserve {
            resources: res("cpus(eng, bob):2"),
        })
        .unwrap();
    assert_eq!(back, res("cpus:3;cpus(eng, bob):1;mem:100"));
    assert_eq!(
        shown(before.apply(&reserve("cpus(eng, bob):5"))),
        "error: 'cpus:4;mem:100' does not contain 'cpus:5'"
    );
    assert_eq!(
        shown(before.apply(&reserve("cpus(eng):1"))),
        "error: 'cpus(eng):1' is not dynamically reserved"
    );
    assert_eq!(before.apply(&reserve("")), Err(OperationError::Empty));
    let fixed = res("cpus(eng):1");
    let unreserve = Operation::Unreserve {
        resources: fixed.clone(),
    };
    assert_eq!(
        fixed.apply(&unreserve),
        Err(OperationError::NotDynamic("cpus(eng):1".into()))
    );
}

#[test]
fn refine_and_move_a_reservation() {
    let fixed = res("cpus(eng):2");
    let refined = fixed.push_reservation(&dynamic("eng/web")).unwrap();
    let push = Operation::Reserve {
        source: Resources::new(),
        resources: refined.clone(),
    };
    assert_eq!(fixed.apply(&push), Ok(refined.clone()));

    let moved = res("cpus(ops, bob):2");
    let from = Operation::Reserve {
        source: refined.clone(),
        resources: moved.clone(),
    };
    assert_eq!(refined.apply(&from), Ok(moved.clone()));
    let less = Operation::Reserve {
        source: refined.clone(),
        resources: res("cpus(ops, bob):1"),
    };
    assert!(matches!(
        refined.apply(&less),
        Err(OperationError::AmountsDiffer { .. })
    ));
    let mixed = &refined + &res("cpus:1");
    let from = Operation::Reserve {
        source: mixed.clone(),
        resources: res("cpus(ops, bob):3"),
    };
    assert_eq!(mixed.apply(&from), Err(OperationError::MixedReservations));
}

#[test]
fn create_and_destroy_on_every_kind_of_disk() {
    for kind in [None, Some(SourceKind::Path), Some(SourceKind::Mount)] {
        let on = kind.map(|kind| source(kind, "/d"));
        let before = list([
            space(10).with_disk(on.clone()),
            Resource::new("cpus", Scalar::from_units(1)),
        ]);
        let volumes = list([volume("v", 10, on)]);
        let after = before
            .apply(&Operation::Create {
                volumes: volumes.clone(),
            })
            .unwrap();
        assert_eq!(after.persistent_volumes(), volumes);
        assert_eq!(after.len(), 2);
        assert_eq!(after.apply(&Operation::Destroy { volumes }), Ok(before));
    }
    let part = Operation::Create {
        volumes: list([volume("v", 4, Some(source(SourceKind::Mount, "/d")))]),
    };
    let mount = list([space(10).with_disk(source(SourceKind::Mount, "/d"))]);
    assert!(matches!(mount.apply(&part), Err(OperationError::NotContained { .. })));
}

#[test]
fn volumes_are_checked() {
    let create = |r: Resource| Operation::Create { volumes: r.into() }.validate();
    assert_eq!(
        create(space(1)),
        Err(OperationError::NotVolume(
            "disk(reservations: [(DYNAMIC,eng)]):1".into()
        ))
    );
    let mut read_only = volume("v", 1, None);
    read_only.update(|d| {
        if let Some(v) = d.disk.as_mut().and_then(|d| d.volume.as_mut()) {
            v.mode = model_resources::Mode::ReadOnly;
        }
    });
    assert!(matches!(create(read_only), Err(OperationError::ReadOnly(_))));
    let twice = Operation::Create {
        volumes: list([volume("v", 1, None), volume("v", 2, None)]),
    };
    let flaw = Flaw::PersistenceIdTwice("v".into());
    assert!(matches!(twice.validate(), Err(OperationError::Invalid(Invalid { flaw: f, .. })) if f == flaw));
    let unreserve = Operation::Unreserve {
        resources: volume("v", 1, None).into(),
    };
    assert!(matches!(unreserve.validate(), Err(OperationError::IsVolume(_))));
    let mixed = list([
        volume("v", 1, None),
        volume("w", 1, None).with_provider(Some("csi".into())),
    ]);
    assert_eq!(
        Operation::Destroy { volumes: mixed }.validate(),
        Err(OperationError::MixedProviders)
    );
}

#[test]
fn a_shared_volume_is_destroyed_only_when_used_once() {
    let one = Resources::from(volume("v", 10, None).with_shared(true));
    let two = &one + &one;
    let destroy = Operation::Destroy { volumes: one.clone() };
    assert!(matches!(two.apply(&destroy), Err(OperationError::InUse(_))));
    assert_eq!(one.apply(&destroy), Ok(space(10).into()));
    let create = Operation::Create { volumes: one.clone() };
    assert_eq!(Resources::from(space(10)).apply(&create), Ok(one));
}

#[test]
fn grow_and_shrink() {
    let before = list([volume("v", 10, None), space(5)]);
    let grow = |volume, addition| Operation::GrowVolume { volume, addition };
    let shrink = |volume, n| Operation::ShrinkVolume {
        volume,
        subtract: Scalar::from_units(n),
    };
    let grown = list([volume("v", 13, None), space(2)]);
    assert_eq!(before.apply(&grow(volume("v", 10, None), space(3))), Ok(grown.clone()));
    assert_eq!(grown.apply(&shrink(volume("v", 13, None), 3)), Ok(before.clone()));

    for n in [0, 10, 11] {
        let size = Scalar::from_units(n);
        assert_eq!(
            before.apply(&shrink(volume("v", 10, None), n)),
            Err(OperationError::Size(size))
        );
    }
    let mount = || Some(source(SourceKind::Mount, "/d"));
    assert!(matches!(
        shrink(volume("v", 10, mount()), 1).validate(),
        Err(OperationError::Mount(_))
    ));
    let more = space(1).with_disk(mount());
    assert!(matches!(
        grow(volume("v", 1, mount()), more).validate(),
        Err(OperationError::Incompatible { .. })
    ));
    assert!(matches!(
        grow(volume("v", 1, None), disk(1)).validate(),
        Err(OperationError::Incompatible { .. })
    ));
    let shared = volume("v", 1, None).with_shared(true);
    assert!(matches!(
        grow(shared, space(1)).validate(),
        Err(OperationError::Shared(_))
    ));
    let foreign = volume("v", 10, None).with_provider(Some("csi".into()));
    assert!(matches!(
        shrink(foreign, 1).validate(),
        Err(OperationError::Provider(_))
    ));
}

#[test]
fn nothing_comes_to_be_there_twice() {
    let ports = res("ports:[1-5];ports(eng, bob):[5-9]");
    let unreserve = Operation::Unreserve {
        resources: res("ports(eng, bob):[5-9]"),
    };
    assert!(matches!(ports.apply(&unreserve), Err(OperationError::Twice { .. })));
    for shared in [false, true] {
        let create = Operation::Create {
            volumes: volume("v", 4, None).with_shared(shared).into(),
        };
        for other in [
            volume("v", 6, None),
            volume("v", 6, None).with_shared(true),
            volume("v", 4, None),
        ] {
            let refused = list([other, space(4)]).apply(&create);
            assert!(
                matches!(refused, Err(OperationError::Invalid(_) | OperationError::Twice { .. })),
                "{refused:?}"
            );
        }
    }
}

#[test]
fn operations_work_on_allocated_resources() {
    let offered = res("cpus:2").allocated(&role("eng"));
    let reserved = res("cpus(eng, bob):1").allocated(&role("eng"));
    let operation = Operation::Reserve {
        source: Resources::new(),
        resources: reserved.clone(),
    };
    assert_eq!(
        offered.apply(&operation),
        Ok(res("cpus:1").allocated(&role("eng")) + reserved)
    );
}

#[test]
fn a_restarted_agent_gets_its_reservations_back() {
    let flags = list([disk(20), Resource::new("cpus", Scalar::from_units(4))]) + res("mem(eng):8");
    let refined = res("mem(eng):3").push_reservation(&dynamic("eng/web")).unwrap();
    let kept = list([volume("v", 5, None), space(3)]) + refined;
    assert_eq!(kept.checkpointed(), kept);
    let all = flags.with_checkpointed(&kept).unwrap();
    assert_eq!(all.checkpointed(), kept);
    assert_eq!(Quantities::of(&all), Quantities::of(&flags));
    let error = res("disk:4").with_checkpointed(&kept).unwrap_err();
    assert!(matches!(error, CheckpointError::NotContained { .. }), "{error}");
    assert!(matches!(
        flags.with_checkpointed(&res("cpus:1")),
        Err(CheckpointError::Unexpected(_))
    ));
}

proptest! {
    #[test]
    fn operations_keep_the_quantities(a in resources(), n in 0usize..8, on_all in any::<bool>()) {
        let part: Resources = a.iter().skip(n).take(if on_all { 8 } else { 1 }).cloned().collect();
        let pushed = part.map(|r| {
            let path = r.reserved_role().map_or("z".to_owned(), |reserved| format!("{reserved}/z"));
            r.with_reservation(dynamic(&path))
        });
        let operations = [
            Operation::Reserve { source: Resources::new(), resources: pushed },
            Operation::Unreserve { resources: part.clone() },
            Operation::Destroy { volumes: part },
        ];
        for operation in operations {
            if let Ok(after) = a.apply(&operation) {
                let total = |r: &Resources| Quantities::of(r);
                prop_assert_eq!(total(&after), total(&a));
            }
        }
    }
}
