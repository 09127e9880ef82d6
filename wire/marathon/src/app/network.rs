use std::collections::BTreeMap;

use model_app::Protocol;

use crate::{
    read::{dns_name, dto, network_name, not_empty},
    word::{NetworkMode, Word},
};

dto! {
    /// `networks[]`.
    #[derive(Default)]
    Network {
        may "name" name: String, network_name;
        may "mode" mode: Word<NetworkMode>;
        may "labels" labels: BTreeMap<String, String>;
    }
}

dto! {
    /// `portDefinitions[]`.
    #[derive(Default)]
    PortDefinition {
        may "port" port: u16;
        may "protocol" protocol: Word<Protocol>;
        may "name" name: String, dns_name;
        may "labels" labels: BTreeMap<String, String>;
    }
}

dto! {
    /// The older `ipAddress`.
    #[derive(Default)]
    IpAddress {
        may "groups" groups: Vec<String>;
        may "labels" labels: BTreeMap<String, String>;
        may "discovery" discovery: Discovery;
        may "networkName" network_name: String, not_empty;
    }
}

dto! {
    /// `ipAddress.discovery`.
    Discovery {
        may "ports" ports: Vec<DiscoveryPort>;
    }
}

dto! {
    /// `ipAddress.discovery.ports[]`.
    DiscoveryPort {
        may "number" number: u16;
        need "name" name: String, dns_name;
        may "protocol" protocol: Word<Protocol>;
        may "labels" labels: BTreeMap<String, String>;
    }
}
