//! Enumerations of the domain as the words of Marathon's JSON.

use model_app::{Disk, Engine, HealthProtocol, IpProtocol, KillSelection, Mode, Protocol, Scheme};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::read::{Errors, Read};

/// A domain value that is one word in JSON. Read in any case, as Marathon does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<T>(pub T);

/// The words of an enumeration.
pub trait Words: Copy + PartialEq + 'static {
    /// Each value and its word.
    const WORDS: &'static [(Self, &'static str)];
}

impl<T: Words> Word<T> {
    /// The word.
    pub fn as_str(self) -> &'static str {
        T::WORDS
            .iter()
            .find(|(value, _)| *value == self.0)
            .map_or("", |(_, word)| word)
    }
}

impl<T: Words> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<T: Words> Read for Word<T> {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        let text = value.as_str().unwrap_or_default();
        let found = T::WORDS.iter().find(|(_, word)| word.eq_ignore_ascii_case(text));
        if found.is_none() {
            errors.add(path, "error.unknown.enum.literal");
        }
        found.map(|(value, _)| Self(*value))
    }
}

macro_rules! words {
    ($($name:ty { $($value:path = $word:literal),* })*) => {$(
        impl Words for $name {
            const WORDS: &'static [(Self, &'static str)] = &[$(($value, $word)),*];
        }
    )*};
}

words! {
    Engine { Engine::Mesos = "MESOS", Engine::Docker = "DOCKER" }
    HealthProtocol {
        HealthProtocol::Http = "HTTP", HealthProtocol::Https = "HTTPS", HealthProtocol::Tcp = "TCP",
        HealthProtocol::Command = "COMMAND", HealthProtocol::MesosTcp = "MESOS_TCP",
        HealthProtocol::MesosHttp = "MESOS_HTTP", HealthProtocol::MesosHttps = "MESOS_HTTPS"
    }
    IpProtocol { IpProtocol::V4 = "IPv4", IpProtocol::V6 = "IPv6" }
    KillSelection { KillSelection::YoungestFirst = "YOUNGEST_FIRST", KillSelection::OldestFirst = "OLDEST_FIRST" }
    Mode { Mode::ReadOnly = "RO", Mode::ReadWrite = "RW" }
    Disk { Disk::Root = "root", Disk::Path = "path", Disk::Mount = "mount" }
    Protocol { Protocol::Tcp = "tcp", Protocol::Udp = "udp", Protocol::UdpTcp = "udp,tcp" }
    Scheme { Scheme::Http = "HTTP", Scheme::Https = "HTTPS" }
    NetworkMode {
        NetworkMode::Container = "container", NetworkMode::Bridge = "container/bridge", NetworkMode::Host = "host"
    }
    DockerNetwork {
        DockerNetwork::Bridge = "BRIDGE", DockerNetwork::Host = "HOST", DockerNetwork::None = "NONE",
        DockerNetwork::User = "USER"
    }
    TaskLostBehavior {
        TaskLostBehavior::WaitForever = "WAIT_FOREVER",
        TaskLostBehavior::RelaunchAfterTimeout = "RELAUNCH_AFTER_TIMEOUT"
    }
    IpcMode { IpcMode::Private = "PRIVATE", IpcMode::ShareParent = "SHARE_PARENT" }
    AccessMode {
        AccessMode::SingleNodeWriter = "SINGLE_NODE_WRITER",
        AccessMode::SingleNodeReaderOnly = "SINGLE_NODE_READER_ONLY",
        AccessMode::MultiNodeReaderOnly = "MULTI_NODE_READER_ONLY",
        AccessMode::MultiNodeSingleWriter = "MULTI_NODE_SINGLE_WRITER",
        AccessMode::MultiNodeMultiWriter = "MULTI_NODE_MULTI_WRITER"
    }
    AccessType { AccessType::Block = "block", AccessType::Mount = "mount" }
}

/// `networks[].mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkMode {
    Container,
    Bridge,
    Host,
}

/// The older `container.docker.network`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DockerNetwork {
    Bridge,
    Host,
    None,
    User,
}

/// `residency.taskLostBehavior`, which has no effect any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskLostBehavior {
    WaitForever,
    RelaunchAfterTimeout,
}

/// `container.linuxInfo.ipcInfo.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpcMode {
    Private,
    ShareParent,
}

/// Who may use a CSI volume, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessMode {
    SingleNodeWriter,
    SingleNodeReaderOnly,
    MultiNodeReaderOnly,
    MultiNodeSingleWriter,
    MultiNodeMultiWriter,
}

/// What a CSI volume is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessType {
    Block,
    Mount,
}
