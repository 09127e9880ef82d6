//! The plan of a cluster: made once for a new directory, kept by it from then on.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Context;
use base_fault::Class;

use super::machine::Machine;
use super::ports;
use crate::cluster::{AgentPlan, Endpoints};
use crate::failure::Failure;
use crate::platform;

const AGENTS: u8 = 3;
/// The ports that people's tools know.
const MESOS_PORT: u16 = 5050;
const MARATHON_PORT: u16 = 8080;
const AGENT_PORT: u16 = 5051;
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The plan for `dir`, written to it, with the join token beside the master's state.
///
/// # Errors
/// A port of an old directory is taken; the number of agents is not the directory's; the machine has too little.
pub fn make(dir: &Path, agents: Option<u8>, bind: Option<IpAddr>, apart: bool) -> anyhow::Result<Endpoints> {
    let endpoints = match Endpoints::read(dir)? {
        Some(kept) => resume(kept, agents, bind)?,
        None => fresh(dir, agents.unwrap_or(AGENTS), bind.unwrap_or(LOOPBACK), apart)?,
    };
    token(&dir.join("master"))?;
    endpoints.write(dir)?;
    Ok(endpoints)
}

/// With `apart` nothing is shared with other clusters of this machine: the ports are free ones, and the agents' addresses
/// are made of the Mesos port, so that even their tasks' ports are their own.
fn fresh(dir: &Path, agents: u8, bind: IpAddr, apart: bool) -> anyhow::Result<Endpoints> {
    let shares = Machine::look(dir)?.split(u64::from(agents))?;
    let known = |port| if apart { 0 } else { port };
    let mesos = ports::wanted_or_free(SocketAddr::new(bind, known(MESOS_PORT)))?;
    let marathon = ports::wanted_or_free(SocketAddr::new(bind, known(MARATHON_PORT)))?;
    let [high, low] = if apart {
        mesos.address.port().to_be_bytes()
    } else {
        [0, 0]
    };
    let ip = |number| Ipv4Addr::new(127, high, low, number);
    let claim = |number| ports::wanted_or_free(SocketAddr::new(ip(number).into(), AGENT_PORT));
    let claims = (1..=agents).map(claim).collect::<Result<Vec<_>, Failure>>()?;
    let agent = |(resources, claim): (String, &ports::Claim)| AgentPlan {
        address: claim.address,
        resources,
    };
    let agents = shares.into_iter().zip(&claims).map(agent).collect();
    Ok(Endpoints {
        mesos: url(mesos.address),
        marathon: url(marathon.address),
        bind: Some(bind),
        agents,
    })
}

fn resume(mut kept: Endpoints, agents: Option<u8>, bind: Option<IpAddr>) -> Result<Endpoints, Failure> {
    let has = kept.agents.len();
    if let Some(asked) = agents.filter(|asked| usize::from(*asked) != has) {
        let message =
            format!("this directory's cluster has {has} agents, not {asked}: each has a fixed part of the machine");
        return Err(Failure::new(Class::Precondition, message).next("leave --agents out, or name another --dir"));
    }
    let bind = bind.or(kept.bind).unwrap_or(LOOPBACK);
    let moved = |text: &str| {
        let port = Endpoints::port(text);
        let bad = || Failure::new(Class::Invalid, format!("{}: {text:?} names no port", Endpoints::FILE));
        Ok(SocketAddr::new(bind, port.ok_or_else(bad)?))
    };
    let (mesos, marathon) = (moved(&kept.mesos)?, moved(&kept.marathon)?);
    let all = [mesos, marathon]
        .into_iter()
        .chain(kept.agents.iter().map(|agent| agent.address));
    all.into_iter().try_for_each(ports::require)?;
    (kept.mesos, kept.marathon, kept.bind) = (url(mesos), url(marathon), Some(bind));
    Ok(kept)
}

/// Where a listener is reached from this machine.
fn url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        ip if ip.is_unspecified() => LOOPBACK,
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// Makes the join token of a new cluster: whoever has it may add an agent, so only the owner can read it.
fn token(master: &Path) -> anyhow::Result<()> {
    let path = master.join(TOKEN);
    platform::private_dir(master).with_context(|| format!("cannot make {}", master.display()))?;
    if !path.exists() {
        let token = format!("{}{}\n", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        platform::private_file(&path, token.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// The name of the join token's file in the master's directory.
pub const TOKEN: &str = "join-token";

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_plan_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let first = make(dir.path(), Some(2), None, true).unwrap();
        assert_eq!(first.agents.len(), 2);
        let [high, low] = Endpoints::port(&first.mesos).unwrap().to_be_bytes();
        let ips: Vec<IpAddr> = first.agents.iter().map(|agent| agent.address.ip()).collect();
        assert_eq!(
            ips,
            [IpAddr::from([127, high, low, 1]), IpAddr::from([127, high, low, 2])]
        );
        assert_eq!(make(dir.path(), None, None, true).unwrap(), first);
        let token = std::fs::read_to_string(dir.path().join("master").join(TOKEN)).unwrap();
        assert_eq!(token.trim().len(), 64);
        let other = make(dir.path(), Some(3), None, true).unwrap_err();
        assert_eq!(crate::failure::class_of(&other), Class::Precondition, "{other}");
    }

    #[test]
    fn an_old_directory_gets_its_ports_or_names_who_has_them() {
        let dir = tempfile::tempdir().unwrap();
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = held.local_addr().unwrap();
        let endpoints = Endpoints {
            mesos: url(taken),
            marathon: "http://127.0.0.1:1".into(),
            bind: None,
            agents: vec![],
        };
        endpoints.write(dir.path()).unwrap();
        let error = make(dir.path(), None, None, true).unwrap_err();
        assert_eq!(crate::failure::class_of(&error), Class::Conflict);
        assert!(error.to_string().contains(&taken.to_string()), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn tokens_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        token(&dir.path().join("master")).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir.path().join("master")), 0o700);
        assert_eq!(mode(&dir.path().join("master").join(TOKEN)), 0o600);
    }

    #[test]
    fn all_addresses_are_reached_by_loopback() {
        assert_eq!(url("0.0.0.0:5050".parse().unwrap()), "http://127.0.0.1:5050");
        assert_eq!(url("[::1]:5050".parse().unwrap()), "http://[::1]:5050");
    }
}
