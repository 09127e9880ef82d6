use std::collections::BTreeMap;

use model_app::{AppSpec, Protocol};

/// One port of an instance.
pub(super) struct Port<'a> {
    /// What the app declares: the service port, or the port in the container. 0 for any.
    pub declared: u16,
    /// On the host; `None` if it has none.
    pub host: Option<u16>,
    pub name: Option<&'a str>,
    pub protocol: Protocol,
    pub labels: &'a BTreeMap<String, String>,
}

impl Port<'_> {
    /// Where the instance is reached.
    pub fn effective(&self) -> u16 {
        self.host.unwrap_or(self.declared)
    }

    /// Where the instance listens on its own network.
    pub fn inside(&self, on_host_network: bool) -> u16 {
        if on_host_network || self.declared == 0 {
            self.effective()
        } else {
            self.declared
        }
    }
}

/// The ports of an app with the host ports that an instance was given.
pub(super) fn of<'a>(spec: &'a AppSpec, host_ports: &[u16]) -> Vec<Port<'a>> {
    let mut given = host_ports.iter().copied();
    if spec.is_on_host_network() {
        let ports = spec.ports.iter().map(|p| Port {
            declared: p.port,
            host: given.next(),
            name: p.name.as_deref(),
            protocol: p.protocol,
            labels: &p.labels,
        });
        return ports.collect();
    }
    let ports = spec.port_mappings().iter().map(|m| Port {
        declared: m.container_port,
        host: m.host_port.and_then(|_| given.next()),
        name: m.name.as_deref(),
        protocol: m.protocol,
        labels: &m.labels,
    });
    ports.collect()
}
