use minicbor::{Decode, Encode};

/// A health check of an app.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HealthCheck {
    /// What is asked, and whether the scheduler or the agent ends an unhealthy task.
    #[n(0)]
    pub protocol: HealthProtocol,
    /// The path of HTTP forms; `/` if not given.
    #[n(1)]
    pub path: Option<String>,
    /// The port of HTTP and TCP forms.
    #[n(2)]
    pub port: Option<PortRef>,
    /// The shell command of `HealthProtocol::Command`.
    #[n(3)]
    pub command: Option<String>,
    /// Failures within this time after the start do not count until the first success, in seconds.
    #[n(4)]
    pub grace_period_seconds: u32,
    /// Between checks, in seconds.
    #[n(5)]
    pub interval_seconds: u32,
    /// A check that takes longer has failed, in seconds.
    #[n(6)]
    pub timeout_seconds: u32,
    /// Before the first check, in seconds (the forms that the agent runs).
    #[n(7)]
    pub delay_seconds: u32,
    /// This many failures in a row end the task; 0 never does.
    #[n(8)]
    pub max_consecutive_failures: u32,
    /// Whether answers of 100 to 199 count neither way (HTTP and HTTPS).
    #[n(9)]
    pub ignore_http_1xx: bool,
    /// Over which protocol the agent asks (MESOS_ forms in Docker containers).
    #[n(10)]
    pub ip_protocol: IpProtocol,
}

impl HealthCheck {
    /// A check with Marathon's defaults: grace 300 s, interval 60 s, timeout 20 s, delay 15 s, 3 failures.
    pub fn new(protocol: HealthProtocol) -> Self {
        Self {
            protocol,
            path: None,
            port: None,
            command: None,
            grace_period_seconds: 300,
            interval_seconds: 60,
            timeout_seconds: 20,
            delay_seconds: 15,
            max_consecutive_failures: 3,
            ignore_http_1xx: false,
            ip_protocol: IpProtocol::V4,
        }
    }
}

/// The forms of a health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum HealthProtocol {
    #[n(0)]
    Http,
    #[n(1)]
    Https,
    #[n(2)]
    Tcp,
    #[n(3)]
    Command,
    #[n(4)]
    MesosHttp,
    #[n(5)]
    MesosHttps,
    #[n(6)]
    MesosTcp,
}

impl HealthProtocol {
    /// Whether the scheduler and not the agent ends an unhealthy task.
    pub fn is_enforced_by_scheduler(self) -> bool {
        matches!(self, Self::Http | Self::Https | Self::Tcp)
    }
}

/// How a check names its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum PortRef {
    /// The place in the app's list of ports.
    #[n(0)]
    Index(#[n(0)] u16),
    /// The port itself.
    #[n(1)]
    Number(#[n(0)] u16),
}

/// The version of IP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum IpProtocol {
    #[default]
    #[n(0)]
    V4,
    #[n(1)]
    V6,
}
