use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

/// A port on the host's network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct PortDefinition {
    /// The service port; with `require_ports` the host port too. 0 for any.
    #[n(0)]
    pub port: u16,
    /// The protocol.
    #[n(1)]
    pub protocol: Protocol,
    /// Its name, unique in the app.
    #[n(2)]
    pub name: Option<String>,
    /// Free labels (`VIP_0` lives here).
    #[n(3)]
    pub labels: BTreeMap<String, String>,
}

impl PortDefinition {
    /// A definition with a name and any port.
    pub fn named(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }
}

/// The protocol of a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Protocol {
    #[default]
    #[n(0)]
    Tcp,
    #[n(1)]
    Udp,
    /// Both on one number.
    #[n(2)]
    UdpTcp,
}

impl Protocol {
    /// `tcp`, `udp` or `udp,tcp`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::UdpTcp => "udp,tcp",
        }
    }
}
