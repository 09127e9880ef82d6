//! An app as Marathon's JSON has it. Field names are those of Marathon's `app.raml`; every field may be absent, so that
//! one type serves whole apps and updates.

mod container;
mod env;
mod health;
mod limits;
mod network;
mod volume;

use std::collections::BTreeMap;

use model_app::KillSelection;

pub use container::{
    Container, Credential, Docker, DockerParameter, IpcInfo, LinuxInfo, PortMapping, PullConfig, Seccomp,
};
pub use env::{EnvVar, Secret};
pub use health::{
    AppCheck, CheckCommand, CommandCheck, HealthCheck, HealthCommand, HttpCheck, ReadinessCheck, TcpCheck,
};
pub use limits::{ExecutorResources, Limit, ResourceLimits};
pub use network::{Discovery, DiscoveryPort, IpAddress, Network, PortDefinition};
pub use volume::{Capability, Csi, CsiOptions, Dvdi, External, Persistent, Volume};

use crate::{
    read::{at_least, between, dto, not_empty, short},
    word::{TaskLostBehavior, Word},
};

dto! {
    /// An app, or what an update says of one. Seconds, MiB and cores are whole or fractional numbers as in Marathon;
    /// times are RFC 3339.
    #[derive(Default)]
    App {
        may "id" id: String, path_id;
        may "cmd" cmd: String, not_empty;
        may "args" args: Vec<String>;
        may "user" user: String;
        may "env" env: BTreeMap<String, EnvVar>;
        may "instances" instances: u32;
        may "cpus" cpus: f64, at_least!(0.001);
        may "mem" mem: f64, at_least!(0.0);
        may "disk" disk: f64, at_least!(0.0);
        may "gpus" gpus: u32;
        may "executor" executor: String;
        may "executorResources" executor_resources: ExecutorResources;
        may "constraints" constraints: Vec<Vec<String>>;
        may "fetch" fetch: Vec<Artifact>;
        may "portDefinitions" port_definitions: Vec<PortDefinition>;
        may "requirePorts" require_ports: bool;
        may "backoffSeconds" backoff_seconds: u32;
        may "backoffFactor" backoff_factor: f64, at_least!(1.0);
        may "maxLaunchDelaySeconds" max_launch_delay_seconds: u32;
        may "container" container: Container;
        may "healthChecks" health_checks: Vec<HealthCheck>;
        may "check" check: AppCheck;
        may "readinessChecks" readiness_checks: Vec<ReadinessCheck>;
        may "dependencies" dependencies: Vec<String>;
        may "upgradeStrategy" upgrade_strategy: UpgradeStrategy;
        may "labels" labels: BTreeMap<String, String>;
        may "acceptedResourceRoles" accepted_resource_roles: Vec<String>;
        may "networks" networks: Vec<Network>;
        may "residency" residency: Residency;
        may "secrets" secrets: BTreeMap<String, Secret>;
        may "taskKillGracePeriodSeconds" task_kill_grace_period_seconds: u32;
        may "unreachableStrategy" unreachable_strategy: limits::Unreachable;
        may "killSelection" kill_selection: Word<KillSelection>;
        may "tty" tty: bool;
        may "role" role: String, not_empty;
        may "resourceLimits" resource_limits: ResourceLimits;
        may "version" version: String;
        may "versionInfo" version_info: VersionInfo;
        /// Older than `networks`.
        may "ipAddress" ip_address: IpAddress;
        /// Older than `portDefinitions`.
        may "ports" ports: Vec<u16>;
        /// Older than `fetch`.
        may "uris" uris: Vec<String>;
    }
}
pub use limits::Unreachable;

dto! {
    /// `fetch[]`.
    #[derive(Default)]
    Artifact {
        need "uri" uri: String, short;
        may "extract" extract: bool;
        may "executable" executable: bool;
        may "cache" cache: bool;
        may "destPath" dest_path: String, short;
    }
}

dto! {
    /// `upgradeStrategy`: shares of the instances, 0 to 1.
    UpgradeStrategy {
        need "minimumHealthCapacity" minimum_health_capacity: f64, between!(0.0, 1.0);
        need "maximumOverCapacity" maximum_over_capacity: f64, between!(0.0, 1.0);
    }
}

dto! {
    /// `residency`: shown for apps with persistent volumes, without any effect.
    Residency {
        may "relaunchEscalationTimeoutSeconds" relaunch_escalation_timeout_seconds: u64;
        may "taskLostBehavior" task_lost_behavior: Word<TaskLostBehavior>;
    }
}

dto! {
    /// `versionInfo`; ignored when read.
    VersionInfo {
        need "lastScalingAt" last_scaling_at: String;
        need "lastConfigChangeAt" last_config_change_at: String;
    }
}

/// Marathon's JSON reader knows only that the pattern failed; the app's own rules say more.
fn path_id<T: AsRef<str>>(text: &T) -> Option<&'static str> {
    let text = text.as_ref();
    let wrong = model_app::path_violations(text);
    if text.is_empty() {
        Some("error.minLength")
    } else {
        wrong
            .iter()
            .any(|e| e.starts_with("must fully match"))
            .then_some("error.pattern")
    }
}
