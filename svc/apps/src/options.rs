use std::net::SocketAddr;

/// What the app scheduler's edge must know.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where this API is reached.
    pub address: SocketAddr,
    /// The name of this machine.
    pub hostname: String,
    /// Where the Mesos API is reached, as `host:port`.
    pub master: String,
    /// The scheduler's own settings, the same as the engine's.
    pub config: core_apps::Config,
    /// The largest body of a request, in bytes.
    pub body_limit: usize,
}

impl Options {
    /// Options with the defaults: bodies of at most 1 MiB.
    pub fn new(address: SocketAddr, hostname: impl Into<String>, master: impl Into<String>) -> Self {
        Self {
            address,
            hostname: hostname.into(),
            master: master.into(),
            config: core_apps::Config::default(),
            body_limit: 1024 * 1024,
        }
    }

    /// `host:port` of this API.
    pub(crate) fn authority(&self) -> String {
        format!("{}:{}", self.hostname, self.address.port())
    }
}
