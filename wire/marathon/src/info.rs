use serde::Serialize;

/// What a Marathon is (`GET /v2/info`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Info {
    /// Its framework's name.
    pub name: String,
    /// The release of Marathon whose API this is.
    pub version: String,
    /// The build.
    pub buildref: String,
    /// Whether this one leads.
    pub elected: bool,
    /// `host:port` of the leader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<String>,
    /// The framework's id.
    #[serde(rename = "frameworkId", skip_serializing_if = "Option::is_none")]
    pub framework_id: Option<String>,
    /// How it is set up.
    pub marathon_config: Config,
    /// Where it keeps its state.
    pub zookeeper_config: StoreConfig,
    /// Where it listens.
    pub http_config: HttpConfig,
}

/// How a Marathon is set up: of Marathon's many settings, those that mean something here. Times in milliseconds, but for
/// `failover_timeout`, which is in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Config {
    pub checkpoint: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_network_name: Option<String>,
    pub executor: String,
    pub failover_timeout: u64,
    pub features: Vec<String>,
    pub framework_name: String,
    pub ha: bool,
    pub hostname: String,
    pub local_port_max: u16,
    pub local_port_min: u16,
    pub master: String,
    pub mesos_leader_ui_url: String,
    pub mesos_role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mesos_user: Option<String>,
    pub task_launch_timeout: u64,
    pub task_lost_expunge_initial_delay: u64,
    pub task_lost_expunge_interval: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webui_url: Option<String>,
}

/// Where a Marathon keeps its state. Times in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StoreConfig {
    pub zk: String,
    pub zk_connection_timeout: u64,
    pub zk_max_versions: u32,
    pub zk_session_timeout: u64,
    pub zk_timeout: u64,
}

/// Where a Marathon listens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HttpConfig {
    pub http_port: u16,
    pub https_port: u16,
}

/// `{"leader": "host:port"}` (`GET /v2/leader`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leader {
    pub leader: String,
}

/// `{"message": "..."}`, such as `Leadership abdicated`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    pub message: String,
}
