//! The resource algebra: its laws on generated data, and Mesos' rules on examples.
mod attributes;
mod cbor;
mod json;
mod laws;
mod operations;
mod quantities;
mod ranges;
mod reservations;
mod roles;
mod scalars;
mod sharing;
mod strategies;
mod text;
mod validation;

use model_resources::{
    Disk, Mode, Persistence, Reservation, Resource, Resources, Role, Scalar, Source, SourceKind, Volume,
};

fn res(text: &str) -> Resources {
    Resources::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn role(text: &str) -> Role {
    Role::new(text).unwrap_or_else(|e| panic!("{e}"))
}

fn dynamic(text: &str) -> Reservation {
    Reservation::dynamic(role(text), None)
}

fn disk(mib: u32) -> Resource {
    Resource::new("disk", Scalar::from_units(mib))
}

fn source(kind: SourceKind, root: &str) -> Disk {
    Disk {
        source: Some(Source::new(kind, Some(root.into()))),
        ..Disk::default()
    }
}

/// A volume of `mib` MiB reserved for `eng`, on the root disk or on `on`.
fn volume(id: &str, mib: u32, on: Option<Disk>) -> Resource {
    let volume = Volume {
        container_path: "data".into(),
        mode: Mode::ReadWrite,
        host_path: None,
    };
    let persistence = Persistence {
        id: id.into(),
        principal: None,
    };
    let source = on.and_then(|d| d.source);
    disk(mib).with_reservation(dynamic("eng")).with_disk(Disk {
        persistence: Some(persistence),
        volume: Some(volume),
        source,
    })
}
