//! `DIR/endpoints.json`: where a cluster of `harmony up` listens and how its agents share the machine. It is written by
//! the first `up` and kept, so that every later one is the same cluster.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use anyhow::Context;
use base_fault::Class;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::platform;

/// The addresses and the plan of a cluster on one machine. Keys are only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// The URL of the Mesos API and of Harmony's own.
    pub mesos: String,
    /// The URL of the Marathon API.
    pub marathon: String,
    /// Where the master listens.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bind: Option<IpAddr>,
    /// The agents, in order of their number.
    #[serde(default)]
    pub agents: Vec<AgentPlan>,
}

/// One agent's part of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPlan {
    /// Its address and port.
    pub address: SocketAddr,
    /// What it offers, as `--resources` takes it.
    pub resources: String,
}

impl Endpoints {
    /// The file's name in the directory.
    pub const FILE: &str = "endpoints.json";

    /// What the directory has, or `None` if it has nothing yet.
    ///
    /// # Errors
    /// The file cannot be read, or is not as expected.
    pub fn read(dir: &Path) -> anyhow::Result<Option<Self>> {
        let path = dir.join(Self::FILE);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("cannot read {}", path.display()))?,
        };
        let broken = |error| {
            Failure::new(
                Class::Invalid,
                format!("{} is not as expected: {error}", path.display()),
            )
        };
        Ok(Some(serde_json::from_str(&text).map_err(broken)?))
    }

    /// Keeps it in the directory.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, dir: &Path) -> anyhow::Result<()> {
        let path = dir.join(Self::FILE);
        let text = serde_json::to_string_pretty(self)? + "\n";
        platform::private_file(&path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
    }

    /// The port of one of the two URLs.
    pub fn port(url: &str) -> Option<u16> {
        url.parse::<io_httpd::Uri>().ok()?.port_u16()
    }
}
