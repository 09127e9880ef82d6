use model_app::{HealthCheck, HealthProtocol, PortRef};
use model_cluster::{self as cluster, Enforcer, Probe, Scheme};

use super::ports::Port;

/// The check that the agent runs, with the port's number; `None` if the check names a port that the app has not.
pub(super) fn translate(check: &HealthCheck, ports: &[Port<'_>], on_host: bool) -> Option<cluster::HealthCheck> {
    let by_scheduler = check.protocol.is_enforced_by_scheduler();
    let millis = |seconds: u32| u64::from(seconds) * 1000;
    Some(cluster::HealthCheck {
        probe: probe(check, ports, on_host)?,
        delay_ms: if by_scheduler { 0 } else { millis(check.delay_seconds) },
        interval_ms: millis(check.interval_seconds),
        timeout_ms: millis(check.timeout_seconds),
        grace_period_ms: millis(check.grace_period_seconds),
        consecutive_failures: check.max_consecutive_failures,
        enforcer: if by_scheduler {
            Enforcer::Framework
        } else {
            Enforcer::Agent
        },
    })
}

fn probe(check: &HealthCheck, ports: &[Port<'_>], on_host: bool) -> Option<Probe> {
    let path = || check.path.clone().unwrap_or_else(|| "/".to_owned());
    let http = |scheme, port| Probe::Http {
        scheme,
        port,
        path: path(),
    };
    // The scheduler's checks go to the host's port, the agent's to where the task listens.
    let outside = || port(check, ports, |p| p.effective());
    let inside = || port(check, ports, |p| p.inside(on_host));
    match check.protocol {
        HealthProtocol::Http => outside().map(|port| http(Scheme::Http, port)),
        HealthProtocol::Https => outside().map(|port| http(Scheme::Https, port)),
        HealthProtocol::Tcp => outside().map(|port| Probe::Tcp { port }),
        HealthProtocol::MesosHttp => inside().map(|port| http(Scheme::Http, port)),
        HealthProtocol::MesosHttps => inside().map(|port| http(Scheme::Https, port)),
        HealthProtocol::MesosTcp => inside().map(|port| Probe::Tcp { port }),
        HealthProtocol::Command => check.command.clone().map(|shell| Probe::Command { shell }),
    }
}

fn port(check: &HealthCheck, ports: &[Port<'_>], number: impl Fn(&Port<'_>) -> u16) -> Option<u16> {
    match check.port {
        Some(PortRef::Number(port)) => Some(port),
        Some(PortRef::Index(index)) => ports.get(usize::from(index)).map(number),
        None => ports.first().map(number),
    }
}
