use base_ids::Principal;
use model_resources::{Disk, Mode, Persistence, Source, SourceKind, Volume};

use super::{Problem, labels_from_wire, labels_to_wire};
use crate::v1;
use crate::v1::resource::disk_info::source::{Mount, Path, Type};
use crate::v1::resource::{DiskInfo, disk_info};

pub(super) fn to_wire(disk: &Disk) -> DiskInfo {
    DiskInfo {
        persistence: disk.persistence.as_ref().map(|persistence| disk_info::Persistence {
            id: persistence.id.clone(),
            principal: persistence.principal.as_ref().map(Principal::to_string),
        }),
        volume: disk.volume.as_ref().map(volume_to_wire),
        source: disk.source.as_ref().map(source_to_wire),
    }
}

pub(super) fn from_wire(disk: &DiskInfo) -> Result<Disk, Problem> {
    Ok(Disk {
        persistence: disk.persistence.as_ref().map(|persistence| Persistence {
            id: persistence.id.clone(),
            principal: persistence.principal.as_deref().map(Principal::new),
        }),
        volume: disk.volume.as_ref().map(volume_from_wire).transpose()?,
        source: disk.source.as_ref().map(source_from_wire).transpose()?,
    })
}

fn volume_to_wire(volume: &Volume) -> v1::Volume {
    let mode = match volume.mode {
        Mode::ReadWrite => v1::volume::Mode::Rw,
        Mode::ReadOnly => v1::volume::Mode::Ro,
    };
    v1::Volume {
        mode: mode.into(),
        container_path: volume.container_path.clone(),
        host_path: volume.host_path.clone(),
        ..v1::Volume::default()
    }
}

fn volume_from_wire(wire: &v1::Volume) -> Result<Volume, Problem> {
    if wire.image.is_some() || wire.source.is_some() {
        return Err(Problem::Volume);
    }
    let mode = match wire.mode() {
        v1::volume::Mode::Rw => Mode::ReadWrite,
        v1::volume::Mode::Ro => Mode::ReadOnly,
    };
    Ok(Volume {
        container_path: wire.container_path.clone(),
        mode,
        host_path: wire.host_path.clone(),
    })
}

fn source_to_wire(source: &Source) -> disk_info::Source {
    let root = source.root.clone();
    let (kind, path, mount) = match source.kind {
        SourceKind::Path => (Type::Path, Some(Path { root }), None),
        SourceKind::Mount => (Type::Mount, None, Some(Mount { root })),
        SourceKind::Block => (Type::Block, None, None),
        SourceKind::Raw => (Type::Raw, None, None),
    };
    disk_info::Source {
        r#type: kind.into(),
        path,
        mount,
        vendor: source.vendor.clone(),
        id: source.id.clone(),
        metadata: labels_to_wire(&source.metadata),
        profile: source.profile.clone(),
    }
}

fn source_from_wire(wire: &disk_info::Source) -> Result<Source, Problem> {
    let (kind, root) = match (Type::try_from(wire.r#type), &wire.path, &wire.mount) {
        (Ok(Type::Path), path, None) => (SourceKind::Path, path.as_ref().and_then(|path| path.root.clone())),
        (Ok(Type::Mount), None, mount) => (SourceKind::Mount, mount.as_ref().and_then(|mount| mount.root.clone())),
        (Ok(Type::Block), None, None) => (SourceKind::Block, None),
        (Ok(Type::Raw), None, None) => (SourceKind::Raw, None),
        (Ok(Type::Unknown) | Err(_), ..) => return Err(Problem::Source("the type is unknown")),
        _ => {
            return Err(Problem::Source(
                "'path' goes with PATH only, and 'mount' with MOUNT only",
            ));
        }
    };
    Ok(Source {
        kind,
        root,
        vendor: wire.vendor.clone(),
        id: wire.id.clone(),
        metadata: labels_from_wire(wire.metadata.as_ref()),
        profile: wire.profile.clone(),
    })
}
