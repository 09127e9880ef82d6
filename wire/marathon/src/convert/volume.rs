use model_app::{
    Constraint, Csi as CsiVolume, Disk, Dvdi as DvdiVolume, Mode, Persistent as Local, Violation, Volume as Domain,
    VolumeSource,
};

use crate::{
    app::{Capability, Csi, CsiOptions, Dvdi, External, Persistent, Volume},
    word::{AccessMode, AccessType, Word, Words},
};

/// Volumes as the domain has them. One without a source was refused when it was read.
pub(super) fn volumes(json: Vec<Volume>, found: &mut Vec<Violation>) -> Vec<Domain> {
    let at = |i: usize| format!("/container/volumes({i})");
    let volumes = json.into_iter().enumerate();
    volumes
        .filter_map(|(i, volume)| domain(volume, &at(i), found))
        .collect()
}

fn domain(volume: Volume, path: &str, found: &mut Vec<Violation>) -> Option<Domain> {
    let mut mode = volume.mode.map_or(Mode::ReadWrite, |word| word.0);
    let source = if let Some(persistent) = volume.persistent {
        VolumeSource::Persistent(local(persistent, path, found))
    } else if let Some(external) = volume.external {
        outside(external, path, found)
    } else if let Some(secret) = volume.secret {
        mode = Mode::ReadOnly;
        VolumeSource::Secret(secret)
    } else {
        VolumeSource::Host(volume.host_path?)
    };
    Some(Domain {
        container_path: volume.container_path,
        mode,
        source,
    })
}

/// A profile without a type asks for a mount disk.
fn local(json: Persistent, path: &str, found: &mut Vec<Violation>) -> Local {
    let default = if json.profile_name.is_some() {
        Disk::Mount
    } else {
        Disk::Root
    };
    let mut constraints = Vec::new();
    for (i, parts) in json.constraints.unwrap_or_default().iter().enumerate() {
        match Constraint::parse(parts) {
            Ok(constraint) => constraints.push(constraint),
            Err(error) => found.push(Violation::new(format!("{path}/persistent/constraints({i})"), error)),
        }
    }
    Local {
        disk: json.disk.map_or(default, |word| word.0),
        size: json.size,
        max_size: json.max_size,
        profile: json.profile_name,
        constraints,
    }
}

fn outside(external: External, path: &str, found: &mut Vec<Violation>) -> VolumeSource {
    match external {
        External::Dvdi(dvdi) => VolumeSource::Dvdi(DvdiVolume {
            size: dvdi.size,
            name: dvdi.name.unwrap_or_default(),
            provider: dvdi.provider.unwrap_or_default(),
            options: dvdi.options.unwrap_or_default(),
            shared: dvdi.shared.unwrap_or(false),
        }),
        External::Csi(csi) => {
            let capability = csi.options.capability;
            let block = capability.access_type.0 == AccessType::Block;
            if !block && capability.fs_type.is_none() {
                let path = format!("{path}/external/options/capability/fsType");
                found.push(Violation::new(path, "not defined"));
            }
            VolumeSource::Csi(CsiVolume {
                name: csi.name,
                plugin: csi.options.plugin_name,
                access_mode: capability.access_mode.as_str().to_owned(),
                block,
                fs_type: capability.fs_type,
                mount_flags: capability.mount_flags.unwrap_or_default(),
                node_stage_secret: csi.options.node_stage_secret.unwrap_or_default(),
                node_publish_secret: csi.options.node_publish_secret.unwrap_or_default(),
                context: csi.options.volume_context.unwrap_or_default(),
            })
        }
    }
}

/// A volume as JSON.
pub(super) fn volume_of(volume: &Domain) -> Volume {
    let mut json = Volume {
        container_path: volume.container_path.clone(),
        mode: Some(Word(volume.mode)),
        persistent: None,
        external: None,
        secret: None,
        host_path: None,
    };
    match &volume.source {
        VolumeSource::Host(path) => json.host_path = Some(path.clone()),
        VolumeSource::Persistent(persistent) => json.persistent = Some(local_of(persistent)),
        VolumeSource::Secret(name) => (json.secret, json.mode) = (Some(name.clone()), None),
        VolumeSource::Dvdi(dvdi) => json.external = Some(External::Dvdi(dvdi_of(dvdi))),
        VolumeSource::Csi(csi) => json.external = Some(External::Csi(csi_of(csi))),
    }
    json
}

fn local_of(local: &Local) -> Persistent {
    Persistent {
        disk: Some(Word(local.disk)),
        size: local.size,
        max_size: local.max_size,
        profile_name: local.profile.clone(),
        constraints: Some(local.constraints.iter().map(Constraint::parts).collect()),
    }
}

fn dvdi_of(dvdi: &DvdiVolume) -> Dvdi {
    Dvdi {
        size: dvdi.size,
        name: Some(dvdi.name.clone()),
        provider: Some(dvdi.provider.clone()),
        options: Some(dvdi.options.clone()),
        shared: Some(dvdi.shared),
    }
}

fn csi_of(csi: &CsiVolume) -> Csi {
    let mode = AccessMode::WORDS.iter().find(|(_, word)| *word == csi.access_mode);
    let filled = |map: &std::collections::BTreeMap<String, String>| Some(map.clone()).filter(|m| !m.is_empty());
    Csi {
        name: csi.name.clone(),
        provider: "csi".to_owned(),
        options: CsiOptions {
            plugin_name: csi.plugin.clone(),
            capability: Capability {
                access_mode: Word(mode.map_or(AccessMode::SingleNodeWriter, |(mode, _)| *mode)),
                access_type: Word(if csi.block {
                    AccessType::Block
                } else {
                    AccessType::Mount
                }),
                fs_type: csi.fs_type.clone(),
                mount_flags: Some(csi.mount_flags.clone()).filter(|f| !f.is_empty()),
            },
            node_stage_secret: filled(&csi.node_stage_secret),
            node_publish_secret: filled(&csi.node_publish_secret),
            volume_context: filled(&csi.context),
        },
    }
}
