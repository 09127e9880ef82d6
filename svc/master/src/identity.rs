//! Who this master is, in Mesos' words.

use std::net::IpAddr;

use wire_mesos::{cluster::domain_to_wire, state::Version, v1};

use crate::Options;

/// The master's id, new with each leadership.
pub(crate) fn id(options: &Options) -> String {
    format!("{}-{}", options.cluster_id, options.epoch)
}

/// Its libprocess name, `master@IP:PORT`.
pub(crate) fn pid(options: &Options) -> String {
    format!("master@{}", options.address)
}

/// All of it, as frameworks and operators are told.
pub(crate) fn info(options: &Options) -> v1::MasterInfo {
    let address = options.address;
    v1::MasterInfo {
        id: id(options),
        ip: match address.ip() {
            IpAddr::V4(ip) => u32::from_le_bytes(ip.octets()),
            IpAddr::V6(_) => 0,
        },
        port: u32::from(address.port()),
        pid: Some(pid(options)),
        hostname: Some(options.hostname.clone()),
        version: Some(Version::MESOS.to_owned()),
        address: Some(v1::Address {
            hostname: Some(options.hostname.clone()),
            ip: Some(address.ip().to_string()),
            port: i32::from(address.port()),
        }),
        domain: options.pool.domain.as_ref().map(domain_to_wire),
        ..Default::default()
    }
}
