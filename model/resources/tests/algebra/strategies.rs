//! Generated resources. Those of different `world`s never share a number, a word, a disk or a volume.
use model_resources::{
    Disk, Label, Labels, Mode, Name, Persistence, Ranges, Reservation, ReservationKind, Resource, Resources, Role,
    Scalar, Set, Source, SourceKind, Volume,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub fn scalar() -> impl Strategy<Value = Scalar> {
    (1i64..10_000_000).prop_map(Scalar::from_millis)
}

pub fn ranges(base: u64) -> impl Strategy<Value = Ranges> {
    vec((0u64..60, 0u64..12), 0..5)
        .prop_map(move |list| list.into_iter().map(|(a, n)| base + a..=base + a + n).collect())
}

pub fn set(world: u8) -> impl Strategy<Value = Set> {
    vec("[a-d]{1,2}", 0..4).prop_map(move |words| words.iter().map(|w| format!("w{world}{w}")).collect())
}

fn labels() -> impl Strategy<Value = Labels> {
    vec(("[k-m]", option::of("[v-x]{0,2}")), 0..3)
        .prop_map(|list| list.into_iter().map(|(key, value)| Label { key, value }).collect())
}

fn principal() -> impl Strategy<Value = Option<base_ids::Principal>> {
    option::of(prop_oneof!["alice", "bob"].prop_map(base_ids::Principal::from))
}

/// A valid stack of up to three reservations.
pub fn stack() -> impl Strategy<Value = Vec<Reservation>> {
    let one = (any::<bool>(), "[ab]", principal(), labels());
    vec(one, 0..=3).prop_map(|list| {
        let mut path = String::new();
        let mut stack = Vec::new();
        for (dynamic, component, principal, labels) in list {
            path = if path.is_empty() {
                component
            } else {
                format!("{path}/{component}")
            };
            let dynamic = dynamic || !stack.is_empty();
            let kind = if dynamic {
                ReservationKind::Dynamic
            } else {
                ReservationKind::Static
            };
            stack.push(Reservation {
                kind,
                role: Role::new(&path).unwrap(),
                principal,
                labels,
            });
        }
        stack
    })
}

fn source(world: u8) -> impl Strategy<Value = Source> {
    let kind = prop_oneof![
        Just(SourceKind::Path),
        Just(SourceKind::Mount),
        Just(SourceKind::Block),
        Just(SourceKind::Raw),
    ];
    (
        kind,
        "[a-b]",
        option::of("[v]"),
        option::of("[p]"),
        any::<bool>(),
        labels(),
    )
        .prop_map(move |(kind, root, vendor, profile, has_id, metadata)| {
            let rooted = matches!(kind, SourceKind::Path | SourceKind::Mount);
            let id = has_id.then(|| format!("id{world}{root}"));
            let root = rooted.then(|| format!("/mnt/{world}{root}"));
            Source {
                kind,
                root,
                vendor,
                id,
                metadata,
                profile,
            }
        })
}

fn disk(world: u8) -> impl Strategy<Value = Disk> {
    let volume = ("[a-c]", principal(), any::<bool>(), "[d-e]").prop_map(move |(id, principal, read_only, path)| {
        let mode = if read_only { Mode::ReadOnly } else { Mode::ReadWrite };
        let volume = Volume {
            container_path: path,
            mode,
            host_path: None,
        };
        (
            Persistence {
                id: format!("vol{world}{id}"),
                principal,
            },
            volume,
        )
    });
    (option::of(source(world)), option::of(volume)).prop_map(|(source, volume)| {
        let (persistence, volume) = volume.unzip();
        Disk {
            persistence,
            volume,
            source,
        }
    })
}

pub fn resource(world: u8) -> impl Strategy<Value = Resource> {
    let base = u64::from(world) * 1000;
    let plain = prop_oneof![
        3 => (prop_oneof![Just(Name::Cpus), Just(Name::Mem), Just(Name::Disk), Just(Name::new("ips"))], scalar())
            .prop_map(|(name, value)| Resource::new(name, value)),
        1 => (1u32..8).prop_map(|n| Resource::new(Name::Gpus, Scalar::from_units(n))),
        2 => ranges(base).prop_map(|r| Resource::new(Name::Ports, r)),
        1 => ranges(base).prop_map(|r| Resource::new("ephemeral_ports", r)),
        1 => set(world).prop_map(|s| Resource::new("disks", s)),
    ];
    let alone = (
        stack(),
        option::weighted(0.2, "[pq]"),
        option::weighted(0.2, "[rs]"),
        any::<[bool; 3]>(),
    );
    (plain, alone, disk(world)).prop_map(
        |(plain, (stack, provider, allocation, [rare, revocable, shared]), disk)| {
            if !rare {
                return plain;
            }
            let mut r = plain
                .with_provider(provider)
                .with_allocation(allocation.map(|a| Role::new(&a).unwrap()));
            let is_disk = r.name == Name::Disk;
            let useless = disk.source.is_none() && disk.persistence.is_none();
            let disk = Some(disk).filter(|d| is_disk && !useless && (d.persistence.is_none() || !stack.is_empty()));
            let persistent = disk.as_ref().is_some_and(|d| d.persistence.is_some());
            let revocable = revocable && !persistent && !stack.last().is_some_and(Reservation::is_dynamic);
            r.update(|d| {
                d.reservations = stack;
                d.disk = disk;
            });
            r.with_revocable(revocable).with_shared(shared && persistent)
        },
    )
}

/// Up to eight resources, normalised.
pub fn resources_in(world: u8) -> impl Strategy<Value = Resources> {
    vec(resource(world), 0..8).prop_map(Resources::from_iter)
}

pub fn resources() -> impl Strategy<Value = Resources> {
    resources_in(0)
}

/// Resources that the text form can tell.
pub fn plain_text_resources() -> impl Strategy<Value = Resources> {
    let reservation = (stack(), "[a-z@.-]{1,6}").prop_map(|(stack, principal)| {
        stack.into_iter().next().map(|mut r| {
            r.labels = Labels::default();
            r.principal = r.is_dynamic().then(|| principal.as_str().into());
            r
        })
    });
    let plain = (resource(0), reservation).prop_map(|(r, reservation)| {
        let plain = Resource::new(r.name, r.value);
        match reservation {
            Some(reservation) => plain.with_reservation(reservation),
            None => plain,
        }
    });
    vec(plain, 0..8).prop_map(Resources::from_iter)
}
