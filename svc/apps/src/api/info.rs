use core_control::MARATHON;
use io_httpd::State;
use wire_marathon::{Config, HttpConfig, Info, StoreConfig};

use super::answer::{self, Answer};
use crate::{Edge, MARATHON_VERSION};

/// `GET /v2/info`.
pub(super) async fn show(State(edge): State<Edge>) -> Answer {
    let options = &edge.options;
    let (first, last) = options.config.service_ports;
    answer::ok(&Info {
        name: MARATHON.to_owned(),
        version: MARATHON_VERSION.to_owned(),
        buildref: format!("harmony-{}", env!("CARGO_PKG_VERSION")),
        elected: true,
        leader: Some(options.authority()),
        framework_id: Some(MARATHON.to_owned()),
        marathon_config: Config {
            checkpoint: true,
            executor: "//cmd".to_owned(),
            failover_timeout: 604_800,
            framework_name: MARATHON.to_owned(),
            hostname: options.hostname.clone(),
            local_port_min: first,
            local_port_max: last,
            master: options.master.clone(),
            mesos_leader_ui_url: format!("http://{}/", options.master),
            mesos_role: "*".to_owned(),
            ..Config::default()
        },
        zookeeper_config: StoreConfig {
            zk_max_versions: u32::try_from(core_apps::MAX_VERSIONS).unwrap_or(u32::MAX),
            ..StoreConfig::default()
        },
        http_config: HttpConfig {
            http_port: options.address.port(),
            https_port: 0,
        },
    })
}
