use std::collections::BTreeMap;

use model_app::{Disk, Mode};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{
    read::{Errors, Fields, Read, dto, not_empty},
    word::{AccessMode, AccessType, Word},
};

dto! {
    /// `container.volumes[]`: one of `persistent`, `external`, `secret` and `hostPath` says what is mounted.
    Volume verify has_parts {
        need "containerPath" container_path: String, not_empty;
        may "mode" mode: Word<Mode>;
        may "persistent" persistent: Persistent;
        may "external" external: External;
        may "secret" secret: String, not_empty;
        may "hostPath" host_path: String, not_empty;
    }
}

/// Notes what Marathon misses in a volume: its source, and the mode of all but secrets.
fn has_parts(volume: &Volume, path: &str, errors: &mut Errors) {
    let sourced = volume.persistent.is_some() || volume.external.is_some() || volume.host_path.is_some();
    if !sourced && volume.secret.is_none() {
        errors.add(&format!("{path}/hostPath"), "error.path.missing");
    }
    if sourced && volume.mode.is_none() {
        errors.add(&format!("{path}/mode"), "error.path.missing");
    }
}

dto! {
    /// `persistent`; sizes in MiB.
    Persistent {
        may "type" disk: Word<Disk>;
        need "size" size: u64;
        may "maxSize" max_size: u64;
        may "profileName" profile_name: String;
        may "constraints" constraints: Vec<Vec<String>>;
    }
}

/// `external`, by its provider.
#[derive(Clone, Debug, PartialEq)]
pub enum External {
    /// A CSI plugin's.
    Csi(Csi),
    /// A Docker volume driver's.
    Dvdi(Dvdi),
}

impl Serialize for External {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Csi(csi) => csi.serialize(serializer),
            Self::Dvdi(dvdi) => dvdi.serialize(serializer),
        }
    }
}

impl Read for External {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        let provider: Option<String> = Fields::of(value, path, errors)?.may("provider", errors, &[]);
        if provider.as_deref() == Some("csi") {
            return Csi::read(value, path, errors).map(Self::Csi);
        }
        Dvdi::read(value, path, errors).map(Self::Dvdi)
    }
}

dto! {
    /// `external` of provider `csi`.
    Csi {
        need "name" name: String;
        need "provider" provider: String;
        need "options" options: CsiOptions;
    }
}

dto! {
    /// `external.options` of provider `csi`.
    CsiOptions {
        need "pluginName" plugin_name: String, not_empty;
        need "capability" capability: Capability;
        may "nodeStageSecret" node_stage_secret: BTreeMap<String, String>;
        may "nodePublishSecret" node_publish_secret: BTreeMap<String, String>;
        may "volumeContext" volume_context: BTreeMap<String, String>;
    }
}

dto! {
    /// `external.options.capability`.
    Capability {
        need "accessMode" access_mode: Word<AccessMode>;
        need "accessType" access_type: Word<AccessType>;
        may "fsType" fs_type: String;
        may "mountFlags" mount_flags: Vec<String>;
    }
}

dto! {
    /// `external` of other providers; `size` in GiB.
    Dvdi {
        may "size" size: u64;
        may "name" name: String;
        may "provider" provider: String;
        may "options" options: BTreeMap<String, String>;
        may "shared" shared: bool;
    }
}
