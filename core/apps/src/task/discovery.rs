use model_app::{AppSpec, Protocol};
use model_cluster::{Discovery, DiscoveryPort, Label, Labels};

use super::{host_name, labels, ports::Port};

/// How others find an instance: Marathon's `DiscoveryInfo`, visible to the framework, one entry per protocol of a port.
pub(super) fn build(spec: &AppSpec, ports: &[Port<'_>]) -> Discovery {
    Discovery {
        name: Some(host_name(&spec.id)),
        visibility: 0,
        ports: ports.iter().flat_map(entries).collect(),
        labels: Labels::default(),
    }
}

fn entries(port: &Port<'_>) -> Vec<DiscoveryPort> {
    let protocols: &[&str] = match port.protocol {
        Protocol::Tcp => &["tcp"],
        Protocol::Udp => &["udp"],
        Protocol::UdpTcp => &["udp", "tcp"],
    };
    let scope = if port.host.is_some() { "host" } else { "container" };
    let mut labels = labels(port.labels);
    labels.push(Label {
        key: "network-scope".to_owned(),
        value: Some(scope.to_owned()),
    });
    let labels = Labels::from(labels);
    let entry = |protocol: &&str| DiscoveryPort {
        number: port.effective(),
        name: port.name.map(str::to_owned),
        protocol: Some((*protocol).to_owned()),
        labels: labels.clone(),
    };
    protocols.iter().map(entry).collect()
}
