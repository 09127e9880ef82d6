use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::{Protocol, Volume};

/// The container of an app's instances.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Container {
    /// Which containerizer runs it.
    #[n(0)]
    pub engine: Engine,
    /// Its image; always given for `Engine::Docker`.
    #[n(1)]
    pub image: Option<Image>,
    /// What is mounted.
    #[n(2)]
    pub volumes: Vec<Volume>,
    /// Ports between container and host; empty on the host's network.
    #[n(3)]
    pub port_mappings: Vec<PortMapping>,
    /// Linux knobs (`Engine::Mesos` only).
    #[n(4)]
    pub linux: Option<LinuxInfo>,
}

/// Which containerizer runs it (`type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Engine {
    /// MESOS.
    #[n(0)]
    Mesos,
    /// DOCKER.
    #[n(1)]
    Docker,
}

/// A Docker or OCI image and how it is run (`docker`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Image {
    /// Its reference.
    #[n(0)]
    pub name: String,
    /// Pulled even if the agent has it.
    #[n(1)]
    pub force_pull: bool,
    /// With all capabilities and devices (`Engine::Docker` only).
    #[n(2)]
    pub privileged: bool,
    /// Options of `docker run` (`Engine::Docker` only).
    #[n(3)]
    pub parameters: Vec<Parameter>,
    /// The name of the secret that holds Docker's `config.json` (`Engine::Mesos` only).
    #[n(4)]
    pub pull_config: Option<String>,
}

/// An option of `docker run`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Parameter {
    /// Its long name without dashes.
    #[n(0)]
    pub key: String,
    /// Its value.
    #[n(1)]
    pub value: String,
}

/// A port between container and host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct PortMapping {
    /// In the container; 0 for the same as the host's.
    #[n(0)]
    pub container_port: u16,
    /// On the host; 0 for any, `None` for none (container networks only).
    #[n(1)]
    pub host_port: Option<u16>,
    /// Unique in the cluster, for load balancers; 0 until one is assigned.
    #[n(2)]
    pub service_port: u16,
    /// The protocol.
    #[n(3)]
    pub protocol: Protocol,
    /// Its name, unique in the app.
    #[n(4)]
    pub name: Option<String>,
    /// Free labels (`VIP_0` lives here).
    #[n(5)]
    pub labels: BTreeMap<String, String>,
    /// The container networks it belongs to; empty for all.
    #[n(6)]
    pub network_names: Vec<String>,
}

impl PortMapping {
    /// A mapping with a name and any ports.
    pub fn named(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }
}

/// Linux knobs of a container (`linuxInfo`).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LinuxInfo {
    /// Its seccomp profile.
    #[n(0)]
    pub seccomp: Option<Seccomp>,
    /// Its IPC namespace.
    #[n(1)]
    pub ipc: Option<Ipc>,
}

/// A seccomp profile: a name, or none at all (`unconfined`).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Seccomp {
    /// The profile's name.
    #[n(0)]
    pub profile: Option<String>,
    /// Whether no profile applies.
    #[n(1)]
    pub unconfined: bool,
}

/// An IPC namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Ipc {
    /// Whether it is the parent's (SHARE_PARENT) and not its own (PRIVATE).
    #[n(0)]
    pub shared: bool,
    /// The size of /dev/shm in MiB.
    #[n(1)]
    pub shm_size: Option<u32>,
}
