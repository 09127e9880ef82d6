use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::Constraint;

/// A volume and its mount point.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Volume {
    /// Where it is seen in the container or sandbox.
    #[n(0)]
    pub container_path: String,
    /// Whether it can be written; secrets are read-only.
    #[n(1)]
    pub mode: Mode,
    /// What is mounted.
    #[n(2)]
    pub source: VolumeSource,
}

/// Whether a volume can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Mode {
    /// RO.
    #[n(0)]
    ReadOnly,
    /// RW.
    #[n(1)]
    ReadWrite,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum VolumeSource {
    /// A path on the agent, or one relative to the sandbox.
    #[n(0)]
    Host(#[n(0)] String),
    /// A local persistent volume.
    #[n(1)]
    Persistent(#[n(0)] Persistent),
    /// A file that holds one of the app's secrets.
    #[n(2)]
    Secret(#[n(0)] String),
    /// A volume of a Docker volume driver.
    #[n(3)]
    Dvdi(#[n(0)] Dvdi),
    /// A volume of a CSI plugin.
    #[n(4)]
    Csi(#[n(0)] Csi),
}

/// A local persistent volume (`persistent`).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Persistent {
    /// The kind of disk.
    #[n(0)]
    pub disk: Disk,
    /// In MiB.
    #[n(1)]
    pub size: u64,
    /// The largest mount disk that is taken, in MiB.
    #[n(2)]
    pub max_size: Option<u64>,
    /// Only disks of this profile are taken.
    #[n(3)]
    pub profile: Option<String>,
    /// LIKE and UNLIKE on `path`.
    #[n(4)]
    pub constraints: Vec<Constraint>,
}

/// The kind of disk of a persistent volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Disk {
    #[n(0)]
    Root,
    #[n(1)]
    Path,
    #[n(2)]
    Mount,
}

/// A volume of a Docker volume driver (`external`, provider `dvdi`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Dvdi {
    /// In GiB.
    #[n(0)]
    pub size: Option<u64>,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// `dvdi`, or another provider's name.
    #[n(2)]
    pub provider: String,
    /// The driver (`dvdi/driver`) and its options.
    #[n(3)]
    pub options: BTreeMap<String, String>,
    /// Whether more than one instance may mount it.
    #[n(4)]
    pub shared: bool,
}

/// A volume of a CSI plugin (`external`, provider `csi`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Csi {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// The plugin.
    #[n(1)]
    pub plugin: String,
    /// `SINGLE_NODE_WRITER` and so on.
    #[n(2)]
    pub access_mode: String,
    /// Whether it is a block device and not a file system.
    #[n(3)]
    pub block: bool,
    /// The type of the file system.
    #[n(4)]
    pub fs_type: Option<String>,
    /// Mount options of the file system.
    #[n(5)]
    pub mount_flags: Vec<String>,
    /// Names of secrets to stage it with.
    #[n(6)]
    pub node_stage_secret: BTreeMap<String, String>,
    /// Names of secrets to publish it with.
    #[n(7)]
    pub node_publish_secret: BTreeMap<String, String>,
    /// Properties that the plugin gave it.
    #[n(8)]
    pub context: BTreeMap<String, String>,
}
