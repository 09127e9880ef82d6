use model_resources::{Detail, Disk, Flaw, Name, Resource, Resources, Scalar, Source, SourceKind};

use crate::{disk, dynamic, res, source, volume};

fn flaw(r: &Resource) -> Option<Flaw> {
    r.validate().err().map(|e| e.flaw)
}

fn changed(mut r: Resource, change: impl FnOnce(&mut Detail)) -> Resource {
    r.update(change);
    r
}

#[test]
fn names_and_amounts() {
    assert_eq!(flaw(&Resource::new("", Scalar::from_units(1))), Some(Flaw::EmptyName));
    assert_eq!(
        flaw(&Resource::new("cpus", Scalar::from_millis(-1))),
        Some(Flaw::Negative)
    );
    assert_eq!(
        flaw(&Resource::new("gpus", Scalar::from_millis(1500))),
        Some(Flaw::FractionalGpus)
    );
    assert_eq!(flaw(&Resource::new("gpus", Scalar::from_units(2))), None);
    let shown = Resource::new("cpus", Scalar::from_millis(-1))
        .validate()
        .unwrap_err()
        .to_string();
    assert_eq!(shown, "resource 'cpus:-0.001' is invalid: its amount is negative");
}

#[test]
fn disks() {
    let path = source(SourceKind::Path, "/a");
    assert_eq!(
        flaw(&Resource::new("mem", Scalar::from_units(1)).with_disk(path)),
        Some(Flaw::DiskOnOther)
    );
    assert_eq!(flaw(&disk(1).with_disk(Disk::default())), Some(Flaw::EmptyDisk));
    for kind in [SourceKind::Block, SourceKind::Raw] {
        let rooted = disk(1).with_disk(source(kind, "/a"));
        assert_eq!(flaw(&rooted), Some(Flaw::RootOnDevice(kind.as_str())));
        let bare = Disk {
            source: Some(Source::new(kind, None)),
            ..Disk::default()
        };
        assert_eq!(flaw(&disk(1).with_disk(bare)), None);
    }
}

#[test]
fn persistent_volumes() {
    let good = volume("v", 1, None);
    assert_eq!(flaw(&good), None);
    let change_disk = |change: fn(&mut Disk)| {
        flaw(&changed(volume("v", 1, None), |d| {
            if let Some(disk) = &mut d.disk {
                change(disk);
            }
        }))
    };
    assert_eq!(change_disk(|d| d.volume = None), Some(Flaw::NoVolume));
    assert_eq!(change_disk(|d| d.persistence = None), Some(Flaw::NotPersistent));
    assert_eq!(
        change_disk(|d| d.volume.iter_mut().for_each(|v| v.host_path = Some("/h".into()))),
        Some(Flaw::HostPath)
    );
    assert_eq!(
        flaw(&changed(good.clone(), |d| d.reservations.clear())),
        Some(Flaw::UnreservedVolume)
    );
    let fixed = changed(good.clone(), |d| {
        d.reservations = vec![model_resources::Reservation::fixed(crate::role("a"))]
    });
    assert_eq!(flaw(&fixed.clone().with_revocable(true)), Some(Flaw::RevocableVolume));
    assert_eq!(flaw(&fixed), None);
    for id in ["", "a/b", "..", "a b", "a\n", &"x".repeat(256)] {
        assert_eq!(flaw(&volume(id, 1, None)), Some(Flaw::PersistenceId(id.into())));
    }
}

#[test]
fn sharing_and_revoking() {
    assert_eq!(flaw(&disk(1).with_shared(true)), Some(Flaw::SharedOther));
    assert_eq!(
        flaw(&res("mem:1").as_slice()[0].clone().with_shared(true)),
        Some(Flaw::SharedOther)
    );
    let reserved = disk(1).with_reservation(dynamic("eng")).with_revocable(true);
    assert_eq!(flaw(&reserved), Some(Flaw::RevocableReserved));
}

#[test]
fn whole_collections() {
    let error = |r: Result<(), model_resources::Invalid>| r.unwrap_err().flaw;
    let twice: Resources = [volume("v", 1, None), volume("v", 2, None)].into_iter().collect();
    assert_eq!(error(twice.validate()), Flaw::PersistenceIdTwice("v".into()));
    let other_role = changed(volume("v", 2, None), |d| d.reservations = vec![dynamic("ops")]);
    assert_eq!(
        Resources::from_iter([volume("v", 1, None), other_role]).validate(),
        Ok(())
    );

    let revocable = Resources::from(disk(1).with_revocable(true));
    let mixed = &revocable + &res("disk:1");
    assert_eq!(error(mixed.validate_for_task()), Flaw::RevocableAndNot(Name::Disk));
    assert_eq!(revocable.validate_for_task(), Ok(()));
}

#[test]
fn what_an_agent_is_started_with() {
    let error = |r: &Resources| r.validate_for_agent().unwrap_err().flaw;
    assert_eq!(error(&volume("v", 1, None).into()), Flaw::VolumeOnAgent);
    assert_eq!(error(&disk(1).with_revocable(true).into()), Flaw::RevocableOnAgent);
    assert_eq!(error(&res("cpus(eng, bob):1")), Flaw::DynamicOnAgent);
    assert_eq!(error(&res("x:1;x:{a}")), Flaw::TwoKinds(Name::new("x")));
    assert_eq!(res("cpus:1;cpus(eng):2;ports:[1-2]").validate_for_agent(), Ok(()));
}
