use model_cluster::{Enforcer, HealthCheck, Probe, Scheme};

use crate::v1::{self, health_check::Type};

/// A health check of a task; the agent ends a task that fails it.
pub(super) fn health_from(wire: &v1::HealthCheck) -> Result<HealthCheck, String> {
    let millis = |name: &str, seconds: f64| {
        let sane = seconds.is_finite() && (0.0..=1e12).contains(&seconds);
        if sane {
            Ok((seconds * 1000.0) as u64)
        } else {
            Err(format!("Expecting '{name}' to be non-negative"))
        }
    };
    Ok(HealthCheck {
        probe: probe(wire)?,
        delay_ms: millis("delay_seconds", wire.delay_seconds())?,
        interval_ms: millis("interval_seconds", wire.interval_seconds())?,
        timeout_ms: millis("timeout_seconds", wire.timeout_seconds())?,
        grace_period_ms: millis("grace_period_seconds", wire.grace_period_seconds())?,
        consecutive_failures: wire.consecutive_failures(),
        enforcer: Enforcer::Agent,
    })
}

fn probe(wire: &v1::HealthCheck) -> Result<Probe, String> {
    let port = |number: u32| u16::try_from(number).map_err(|_| format!("port {number} is out of range"));
    match wire.r#type() {
        Type::Http => {
            let http = wire
                .http
                .as_ref()
                .ok_or("Expecting 'http' to be set for HTTP health check")?;
            let scheme = match http.scheme.as_deref() {
                None | Some("http") => Scheme::Http,
                Some("https") => Scheme::Https,
                Some(other) => return Err(format!("Unsupported HTTP health check scheme: '{other}'")),
            };
            Ok(Probe::Http {
                scheme,
                port: port(http.port)?,
                path: http.path.clone().unwrap_or_else(|| "/".into()),
            })
        }
        Type::Tcp => {
            let tcp = wire
                .tcp
                .as_ref()
                .ok_or("Expecting 'tcp' to be set for TCP health check")?;
            Ok(Probe::Tcp { port: port(tcp.port)? })
        }
        Type::Command => {
            let command = wire
                .command
                .as_ref()
                .ok_or("Expecting 'command' to be set for COMMAND health check")?;
            let value = command
                .value
                .clone()
                .ok_or("Command health check must contain 'shell command'")?;
            Ok(Probe::Command { shell: value })
        }
        Type::Unknown => Err("'UNKNOWN' is not a valid health check type".to_owned()),
    }
}

pub(super) fn health_to(check: &HealthCheck) -> v1::HealthCheck {
    let seconds = |millis: u64| Some(millis as f64 / 1000.0);
    let mut wire = v1::HealthCheck {
        delay_seconds: seconds(check.delay_ms),
        interval_seconds: seconds(check.interval_ms),
        timeout_seconds: seconds(check.timeout_ms),
        grace_period_seconds: seconds(check.grace_period_ms),
        consecutive_failures: Some(check.consecutive_failures),
        ..Default::default()
    };
    match &check.probe {
        Probe::Http { scheme, port, path } => {
            let scheme = if *scheme == Scheme::Https { "https" } else { "http" };
            wire.set_type(Type::Http);
            wire.http = Some(v1::health_check::HttpCheckInfo {
                port: u32::from(*port),
                path: Some(path.clone()),
                scheme: Some(scheme.to_owned()),
                ..Default::default()
            });
        }
        Probe::Tcp { port } => {
            wire.set_type(Type::Tcp);
            wire.tcp = Some(v1::health_check::TcpCheckInfo {
                port: u32::from(*port),
                ..Default::default()
            });
        }
        Probe::Command { shell } => {
            wire.set_type(Type::Command);
            wire.command = Some(v1::CommandInfo {
                value: Some(shell.clone()),
                ..Default::default()
            });
        }
    }
    wire
}
