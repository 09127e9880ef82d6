//! `Disk`: where disk space comes from and what volume lies on it.
use std::cmp::Ordering;
use std::fmt;

use base_ids::Principal;

use crate::Labels;

/// What a `disk` resource is beyond its size. Without a source it is the agent's root disk.
///
/// Equality and order see the source and the volume's id only: where a volume is mounted and who made it do not make
/// it another volume.
#[derive(Clone, Debug, Default, minicbor::Encode, minicbor::Decode)]
pub struct Disk {
    /// Set for a persistent volume.
    #[n(0)]
    pub persistence: Option<Persistence>,
    /// How the volume shows in the container.
    #[n(1)]
    pub volume: Option<Volume>,
    /// The disk that the space lies on; the root disk if none.
    #[n(2)]
    pub source: Option<Source>,
}

/// The identity of a persistent volume.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, minicbor::Encode, minicbor::Decode)]
pub struct Persistence {
    /// Unique per role on an agent.
    #[n(0)]
    pub id: String,
    /// Who created it, if known; the DESTROY permission is asked for this principal.
    #[n(1)]
    pub principal: Option<Principal>,
}

/// How a volume shows in a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, minicbor::Encode, minicbor::Decode)]
pub struct Volume {
    /// Relative to the sandbox, or absolute in the container.
    #[n(0)]
    pub container_path: String,
    /// Whether the container may write to it.
    #[n(1)]
    pub mode: Mode,
    /// Never set for a persistent volume; kept so that validation can say so.
    #[n(2)]
    pub host_path: Option<String>,
}

/// Whether a volume may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Mode {
    /// The container may write.
    #[n(1)]
    ReadWrite,
    /// The container may only read.
    #[n(2)]
    ReadOnly,
}

impl Mode {
    /// The name in Mesos' JSON: `RW` or `RO`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadWrite => "RW",
            Self::ReadOnly => "RO",
        }
    }
}

/// The kind of disk that space lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum SourceKind {
    /// A directory, possibly on a device of its own; may be shared out in parts.
    #[n(1)]
    Path,
    /// A mounted file system, given away only as a whole.
    #[n(2)]
    Mount,
    /// A block device, given away only as a whole.
    #[n(3)]
    Block,
    /// Space of a storage provider not yet made into a disk; with an id it is one existing volume.
    #[n(4)]
    Raw,
}

impl SourceKind {
    /// The name in Mesos' JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "PATH",
            Self::Mount => "MOUNT",
            Self::Block => "BLOCK",
            Self::Raw => "RAW",
        }
    }
}

/// The disk that space lies on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, minicbor::Encode, minicbor::Decode)]
pub struct Source {
    /// The kind of disk.
    #[n(0)]
    pub kind: SourceKind,
    /// Directory or mount point, for PATH and MOUNT; relative to the agent's work directory if not absolute.
    #[n(1)]
    pub root: Option<String>,
    /// The storage vendor; with the id it names the disk in the whole cluster.
    #[n(2)]
    pub vendor: Option<String>,
    /// The CSI volume id.
    #[n(3)]
    pub id: Option<String>,
    /// The CSI volume context.
    #[n(4)]
    pub metadata: Labels,
    /// The storage profile's name.
    #[n(5)]
    pub profile: Option<String>,
}

impl Source {
    /// A source of this kind, at `root` if it is a PATH or a MOUNT.
    pub fn new(kind: SourceKind, root: Option<String>) -> Self {
        Self {
            kind,
            root,
            vendor: None,
            id: None,
            metadata: Labels::default(),
            profile: None,
        }
    }

    /// True when the disk cannot be divided: MOUNT, BLOCK, and RAW with an id.
    pub fn is_exclusive(&self) -> bool {
        match self.kind {
            SourceKind::Path => false,
            SourceKind::Mount | SourceKind::Block => true,
            SourceKind::Raw => self.id.is_some(),
        }
    }
}

impl Disk {
    /// True when the space cannot be divided or merged: persistent volumes and exclusive sources.
    pub fn is_exclusive(&self) -> bool {
        self.persistence.is_some() || self.source.as_ref().is_some_and(Source::is_exclusive)
    }

    fn identity(&self) -> (Option<&Source>, Option<&str>) {
        (self.source.as_ref(), self.persistence.as_ref().map(|p| p.id.as_str()))
    }
}

impl PartialEq for Disk {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Disk {}

impl PartialOrd for Disk {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Disk {
    fn cmp(&self, other: &Self) -> Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl fmt::Display for Source {
    /// `MOUNT:/mnt/d1`, or `RAW(vendor,id,profile)`, as Mesos logs it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if self.id.is_some() || self.profile.is_some() {
            let text = |field: &Option<String>| field.clone().unwrap_or_default();
            return write!(f, "({},{},{})", text(&self.vendor), text(&self.id), text(&self.profile));
        }
        match &self.root {
            Some(root) => write!(f, ":{root}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Volume {
    /// `data`, or `/host:data:ro`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host_path {
            None => f.write_str(&self.container_path),
            Some(host) => write!(
                f,
                "{host}:{}:{}",
                self.container_path,
                self.mode.as_str().to_lowercase()
            ),
        }
    }
}

impl fmt::Display for Disk {
    /// `MOUNT:/mnt/d1,id1:data`, as Mesos logs it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            source.fmt(f)?;
        }
        if let Some(persistence) = &self.persistence {
            let comma = if self.source.is_some() { "," } else { "" };
            write!(f, "{comma}{}", persistence.id)?;
        }
        if let Some(volume) = &self.volume {
            write!(f, ":{volume}")?;
        }
        Ok(())
    }
}
