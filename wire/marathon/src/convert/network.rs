use model_app::{Engine, Network as Domain, PortDefinition as Port, Violation};

use super::{legacy::engine, normalise::is_on_host};
use crate::{
    app::{App, Container, DiscoveryPort, IpAddress, Network, PortDefinition, PortMapping},
    context::Context,
    word::{DockerNetwork, NetworkMode, Word},
};

/// The name that older definitions gave the bridge.
const BRIDGE: &str = "mesos-bridge";

fn broken(error: &str) -> Violation {
    Violation::new("/", error)
}

/// Moves `ipAddress`, `container.docker.network` and its port mappings to where they are kept today.
pub(super) fn translate(app: &mut App) -> Result<(), Violation> {
    let ip = app.ip_address.take();
    let docker = app.container.as_mut().and_then(|c| c.docker.as_mut());
    let docker_network = docker.and_then(|d| d.network.take()).map(|word| word.0);
    if ip.is_some() || docker_network.is_some() {
        if app.networks.as_ref().is_some_and(|n| !n.is_empty()) {
            return Err(broken("cannot mix deprecated and canonical network APIs"));
        }
        app.networks = Some(vec![network(ip.as_ref(), docker_network)?]);
    }
    if ip.is_some() && app.container.is_none() {
        app.container = Some(mesos());
    }
    let Some(container) = &mut app.container else {
        return Ok(());
    };
    move_docker_mappings(container)?;
    let discovery = ip.and_then(|i| i.discovery).and_then(|d| d.ports).unwrap_or_default();
    move_discovery(container, discovery)
}

fn network(ip: Option<&IpAddress>, docker: Option<DockerNetwork>) -> Result<Network, Violation> {
    let name = ip.and_then(|i| i.network_name.clone());
    let mode = match docker {
        Some(DockerNetwork::Host) => NetworkMode::Host,
        Some(DockerNetwork::Bridge) => NetworkMode::Bridge,
        Some(DockerNetwork::User) => NetworkMode::Container,
        Some(DockerNetwork::None) => return Err(broken("unsupported docker network type None")),
        None if name.as_deref() == Some(BRIDGE) => NetworkMode::Bridge,
        None => NetworkMode::Container,
    };
    Ok(Network {
        mode: Some(Word(mode)),
        name: name.filter(|_| mode == NetworkMode::Container),
        labels: ip.and_then(|i| i.labels.clone()).filter(|_| mode != NetworkMode::Host),
    })
}

fn move_docker_mappings(container: &mut Container) -> Result<(), Violation> {
    let Some(old) = container.docker.as_mut().and_then(|d| d.port_mappings.take()) else {
        return Ok(());
    };
    match &container.port_mappings {
        Some(_) if !old.is_empty() => Err(broken("cannot specify both portMappings and docker.portMappings")),
        Some(_) => Ok(()),
        None => {
            container.port_mappings = Some(old);
            Ok(())
        }
    }
}

fn move_discovery(container: &mut Container, ports: Vec<DiscoveryPort>) -> Result<(), Violation> {
    if ports.is_empty() {
        return Ok(());
    }
    if engine(container) != Engine::Mesos {
        return Err(broken(
            "ipAddress.discovery.ports do not apply for container type Docker",
        ));
    }
    if container.port_mappings.is_some() {
        return Err(broken(
            "container.portMappings and ipAddress.discovery.ports must not both be set",
        ));
    }
    let mapping = |port: DiscoveryPort| PortMapping {
        container_port: port.number,
        name: Some(port.name),
        protocol: port.protocol,
        labels: port.labels,
        ..PortMapping::default()
    };
    container.port_mappings = Some(ports.into_iter().map(mapping).collect());
    Ok(())
}

/// One of the older `ports`.
pub(super) fn port(number: u16) -> PortDefinition {
    PortDefinition {
        port: Some(number),
        ..PortDefinition::default()
    }
}

/// Keeps definitions on the host's network and mappings on others, and gives an app without ports one.
pub(super) fn apply_ports(app: &mut App) {
    if is_on_host(app) {
        let one = || vec![port_named_default()];
        app.port_definitions.get_or_insert_with(one);
        if let Some(container) = &mut app.container {
            container.port_mappings = None;
        }
        return;
    }
    let defined = app.port_definitions.take().unwrap_or_default().len();
    if let Some(container) = &mut app.container {
        let mappings = container
            .port_mappings
            .get_or_insert_with(|| vec![mapping_named_default()]);
        let missing = defined.saturating_sub(mappings.len());
        mappings.extend(std::iter::repeat_with(PortMapping::default).take(missing));
    }
}

/// Names unnamed networks, gives apps on them a container, and puts apps without networks on the host's.
pub(super) fn apply_networks(app: &mut App, context: &Context) -> Result<(), Violation> {
    let networks = app.networks.get_or_insert_default();
    if networks.is_empty() {
        networks.push(Network {
            mode: Some(Word(NetworkMode::Host)),
            ..Network::default()
        });
    }
    for network in networks
        .iter_mut()
        .filter(|n| mode(n) == NetworkMode::Container && n.name.is_none())
    {
        network.name.clone_from(&context.default_network);
        if network.name.is_none() {
            let error = "Network name must be specified when container network is selected.";
            return Err(Violation::new("/networks", error));
        }
    }
    if is_on_host(app) {
        return Ok(());
    }
    app.require_ports = Some(false);
    let bridged = app.networks.iter().flatten().any(|n| mode(n) == NetworkMode::Bridge);
    let container = app.container.get_or_insert_with(|| Container {
        port_mappings: Some(vec![mapping_named_default()]),
        ..mesos()
    });
    for mapping in container.port_mappings.iter_mut().flatten().filter(|_| bridged) {
        mapping.host_port.get_or_insert(0);
    }
    Ok(())
}

fn mode(network: &Network) -> NetworkMode {
    network.mode.map_or(NetworkMode::Container, |word| word.0)
}

fn mesos() -> Container {
    Container {
        engine: Some(Word(Engine::Mesos)),
        ..Container::default()
    }
}

fn port_named_default() -> PortDefinition {
    PortDefinition {
        name: Some("default".to_owned()),
        ..port(0)
    }
}

fn mapping_named_default() -> PortMapping {
    PortMapping {
        name: Some("default".to_owned()),
        ..PortMapping::default()
    }
}

/// The networks of a normalised app, with what Marathon says of names and labels that cannot be.
pub(super) fn networks(app: &App, found: &mut Vec<Violation>) -> Vec<Domain> {
    let mut refuse = |wrong: bool, error: &str| {
        if wrong {
            found.push(Violation::new("/networks", error));
        }
    };
    let domain = |network: &Network| {
        let name = network.name.clone().unwrap_or_default();
        let labels = network.labels.clone().unwrap_or_default();
        match mode(network) {
            NetworkMode::Host => {
                let adorned = !name.is_empty() || !labels.is_empty();
                refuse(adorned, "Host networks may not have names or labels");
                Domain::Host
            }
            NetworkMode::Bridge => {
                refuse(!name.is_empty(), "Bridge networks may not have names");
                Domain::Bridge { labels }
            }
            NetworkMode::Container => Domain::Container { name, labels },
        }
    };
    app.networks.iter().flatten().map(domain).collect()
}

/// A network as JSON.
pub(super) fn network_of(domain: &Domain) -> Network {
    let (mode, name, labels) = match domain {
        Domain::Host => (NetworkMode::Host, None, None),
        Domain::Bridge { labels } => (NetworkMode::Bridge, None, Some(labels)),
        Domain::Container { name, labels } => (NetworkMode::Container, Some(name), Some(labels)),
    };
    Network {
        mode: Some(Word(mode)),
        name: name.cloned(),
        labels: labels.filter(|l| !l.is_empty()).cloned(),
    }
}

/// A port definition as the domain has it.
pub(super) fn definition(port: PortDefinition) -> Port {
    Port {
        port: port.port.unwrap_or(0),
        protocol: port.protocol.map_or_else(Default::default, |word| word.0),
        name: port.name,
        labels: port.labels.unwrap_or_default(),
    }
}

/// A port definition as JSON.
pub(super) fn definition_of(port: &Port) -> PortDefinition {
    PortDefinition {
        port: Some(port.port),
        protocol: Some(Word(port.protocol)),
        name: port.name.clone(),
        labels: Some(port.labels.clone()).filter(|l| !l.is_empty()),
    }
}
