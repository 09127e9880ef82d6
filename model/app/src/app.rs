use std::collections::{BTreeMap, BTreeSet};

use base_clock::Timestamp;
use base_ids::AppId;
use minicbor::{Decode, Encode};
use model_resources::{Role, Scalar};

use crate::{
    Artifact, Backoff, Check, Constraint, Container, EnvValue, ExecutorResources, HealthCheck, KillSelection, Network,
    PortDefinition, PortMapping, ReadinessCheck, ResourceLimits, Unreachable, UpgradeStrategy, VolumeSource,
};

/// One app: a program, how many of it, and under which rules (Marathon's `AppDefinition`, already normalised).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct AppSpec {
    /// The absolute path.
    #[n(0)]
    pub id: AppId,
    /// What runs; `None` runs what the container's image says.
    #[n(1)]
    pub program: Option<Program>,
    /// Runs as this user; the agent's own if not given.
    #[n(2)]
    pub user: Option<String>,
    /// The environment.
    #[n(3)]
    pub env: BTreeMap<String, EnvValue>,
    /// How many instances shall run.
    #[n(4)]
    pub instances: u32,
    /// Cores of each instance.
    #[n(5)]
    pub cpus: Scalar,
    /// Memory of each instance, in MiB.
    #[n(6)]
    pub mem: Scalar,
    /// Disk of each instance, in MiB.
    #[n(7)]
    pub disk: Scalar,
    /// GPUs of each instance; always whole.
    #[n(8)]
    pub gpus: Scalar,
    /// A custom executor's command; empty or `//cmd` for the built-in one.
    #[n(9)]
    pub executor: String,
    /// What the executor gets beside the task.
    #[n(10)]
    pub executor_resources: Option<ExecutorResources>,
    /// Where instances may run.
    #[n(11)]
    pub constraints: Vec<Constraint>,
    /// Fetched into each sandbox before the start.
    #[n(12)]
    pub fetch: Vec<Artifact>,
    /// Ports on the host's network; empty for other networks, whose ports are the container's mappings.
    #[n(13)]
    pub ports: Vec<PortDefinition>,
    /// Whether `ports` are the very host ports and not only service ports.
    #[n(14)]
    pub require_ports: bool,
    /// How launches wait after failures.
    #[n(15)]
    pub backoff: Backoff,
    /// The container, if it is not a plain command.
    #[n(16)]
    pub container: Option<Container>,
    /// Health checks.
    #[n(17)]
    pub health_checks: Vec<HealthCheck>,
    /// A check that only reports.
    #[n(18)]
    pub check: Option<Check>,
    /// Gates of a deployment; at most one.
    #[n(19)]
    pub readiness_checks: Vec<ReadinessCheck>,
    /// From SIGTERM to SIGKILL, in seconds; the agent's default if not given.
    #[n(20)]
    pub kill_grace_seconds: Option<u32>,
    /// Apps and groups that start earlier and stop later.
    #[n(21)]
    pub dependencies: BTreeSet<AppId>,
    /// How a new version replaces the old one.
    #[n(22)]
    pub upgrade: UpgradeStrategy,
    /// Free labels.
    #[n(23)]
    pub labels: BTreeMap<String, String>,
    /// The roles whose resources it takes; empty for the scheduler's default.
    #[n(24)]
    pub accepted_resource_roles: BTreeSet<Role>,
    /// Its networks; never empty.
    #[n(25)]
    pub networks: Vec<Network>,
    /// When this version was made; names it.
    #[n(26)]
    pub version: Timestamp,
    /// What changed when; `None` until the app was changed for the first time.
    #[n(27)]
    pub changes: Option<Changes>,
    /// Named secrets and where the store keeps them.
    #[n(28)]
    pub secrets: BTreeMap<String, String>,
    /// What is done about unreachable instances; `None` waits for ever ("disabled").
    #[n(29)]
    pub unreachable: Option<Unreachable>,
    /// Who goes first on scaling down.
    #[n(30)]
    pub kill_selection: KillSelection,
    /// Whether it gets a terminal.
    #[n(31)]
    pub tty: Option<bool>,
    /// The role it runs under.
    #[n(32)]
    pub role: Role,
    /// How far beyond its request it may go.
    #[n(33)]
    pub resource_limits: Option<ResourceLimits>,
}

/// The two forms of a program.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Program {
    /// `cmd`: given to `/bin/sh -c`.
    #[n(0)]
    Shell(#[n(0)] String),
    /// `args`: executed as it is, or arguments of the image's entry point.
    #[n(1)]
    Args(#[n(0)] Vec<String>),
}

/// When an app was scaled and changed (`versionInfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Changes {
    /// The version of the last change of `instances` alone.
    #[n(0)]
    pub last_scaling_at: Timestamp,
    /// The version of the last change of anything else: older instances are out of date.
    #[n(1)]
    pub last_config_change_at: Timestamp,
}

impl AppSpec {
    /// An app with Marathon's defaults: 1 instance of 1 core and 128 MiB on the host's network with one port.
    pub fn new(id: AppId, program: Option<Program>, role: Role, version: Timestamp) -> Self {
        Self {
            id,
            program,
            user: None,
            env: BTreeMap::new(),
            instances: 1,
            cpus: Scalar::from_units(1),
            mem: Scalar::from_units(128),
            disk: Scalar::ZERO,
            gpus: Scalar::ZERO,
            executor: String::new(),
            executor_resources: None,
            constraints: Vec::new(),
            fetch: Vec::new(),
            ports: vec![PortDefinition::named("default")],
            require_ports: false,
            backoff: Backoff::default(),
            container: None,
            health_checks: Vec::new(),
            check: None,
            readiness_checks: Vec::new(),
            kill_grace_seconds: None,
            dependencies: BTreeSet::new(),
            upgrade: UpgradeStrategy::default(),
            labels: BTreeMap::new(),
            accepted_resource_roles: BTreeSet::new(),
            networks: vec![Network::Host],
            version,
            changes: None,
            secrets: BTreeMap::new(),
            unreachable: Some(Unreachable::default()),
            kill_selection: KillSelection::YoungestFirst,
            tty: None,
            role,
            resource_limits: None,
        }
    }

    /// The version of the running program: instances of an older one must be replaced.
    pub fn config_version(&self) -> Timestamp {
        self.changes.map_or(self.version, |c| c.last_config_change_at)
    }

    /// Whether its instances keep persistent volumes and so are pinned to their agents.
    pub fn is_resident(&self) -> bool {
        self.has_volume(|source| matches!(source, VolumeSource::Persistent(_)))
    }

    /// Whether it mounts volumes of an outside provider.
    pub fn has_external_volumes(&self) -> bool {
        self.has_volume(|source| matches!(source, VolumeSource::Dvdi(_) | VolumeSource::Csi(_)))
    }

    fn has_volume(&self, is: impl Fn(&VolumeSource) -> bool) -> bool {
        let volumes = self.container.iter().flat_map(|c| &c.volumes);
        volumes.map(|v| &v.source).any(is)
    }

    /// Whether the label `MARATHON_SINGLE_INSTANCE_APP` keeps it to one instance.
    pub fn is_single_instance(&self) -> bool {
        self.labels
            .get("MARATHON_SINGLE_INSTANCE_APP")
            .is_some_and(|v| v == "true")
    }

    /// Whether it shares the host's network, so that `ports` and not the mappings of the container count.
    pub fn is_on_host_network(&self) -> bool {
        !self.networks.iter().any(|n| *n != Network::Host)
    }

    /// The port mappings of its container; none on the host's network.
    pub fn port_mappings(&self) -> &[PortMapping] {
        self.container.as_ref().map_or(&[], |c| &c.port_mappings)
    }

    /// How many ports health checks can name by index.
    pub fn port_count(&self) -> usize {
        match self.port_mappings() {
            [] => self.ports.len(),
            mappings => mappings.len(),
        }
    }

    /// The service ports in order of their index; 0 where none was assigned yet.
    pub fn service_ports(&self) -> Vec<u16> {
        if self.is_on_host_network() {
            self.ports.iter().map(|p| p.port).collect()
        } else {
            self.port_mappings().iter().map(|p| p.service_port).collect()
        }
    }
}
