use model_app::{
    Check, CheckProbe, HealthCheck as Domain, HealthProtocol, PortRef, ReadinessCheck as Readiness, Scheme, Violation,
};

use crate::{
    app::{AppCheck, CheckCommand, CommandCheck, HealthCheck, HealthCommand, HttpCheck, ReadinessCheck, TcpCheck},
    word::Word,
};

/// A health check with Marathon's defaults. Without a protocol, a command makes it a command check.
pub(super) fn health(check: HealthCheck, path: &str, found: &mut Vec<Violation>) -> Domain {
    let default = if check.command.is_some() {
        HealthProtocol::Command
    } else {
        HealthProtocol::Http
    };
    let protocol = check.protocol.map_or(default, |word| word.0);
    if check.command.is_some() && protocol != HealthProtocol::Command {
        let error = format!("illegal protocol {} specified with command", Word(protocol).as_str());
        found.push(Violation::new(path, error));
    }
    let default = Domain::new(protocol);
    let is_command = protocol == HealthProtocol::Command;
    let is_tcp = matches!(protocol, HealthProtocol::Tcp | HealthProtocol::MesosTcp);
    Domain {
        protocol,
        path: check.path.filter(|_| !is_command && !is_tcp),
        port: port_ref(check.port_index, check.port).filter(|_| !is_command),
        command: check.command.map(|c| c.value),
        grace_period_seconds: check.grace_period_seconds.unwrap_or(default.grace_period_seconds),
        interval_seconds: check.interval_seconds.unwrap_or(default.interval_seconds),
        timeout_seconds: check.timeout_seconds.unwrap_or(default.timeout_seconds),
        delay_seconds: check.delay_seconds.unwrap_or(default.delay_seconds),
        max_consecutive_failures: check
            .max_consecutive_failures
            .unwrap_or(default.max_consecutive_failures),
        ignore_http_1xx: check.ignore_http_1xx.unwrap_or(false),
        ip_protocol: check.ip_protocol.map_or_else(Default::default, |word| word.0),
    }
}

/// A health check as JSON.
pub(super) fn health_of(check: &Domain) -> HealthCheck {
    let (port_index, port) = port_fields(check.port);
    let plain_http = matches!(check.protocol, HealthProtocol::Http | HealthProtocol::Https);
    HealthCheck {
        protocol: Some(Word(check.protocol)),
        command: check.command.clone().map(|value| HealthCommand { value }),
        path: check.path.clone(),
        port,
        port_index,
        grace_period_seconds: Some(check.grace_period_seconds),
        interval_seconds: Some(check.interval_seconds),
        timeout_seconds: Some(check.timeout_seconds),
        delay_seconds: Some(check.delay_seconds),
        max_consecutive_failures: Some(check.max_consecutive_failures),
        ignore_http_1xx: Some(check.ignore_http_1xx).filter(|ignore| plain_http || *ignore),
        ip_protocol: Some(Word(check.ip_protocol)),
    }
}

/// The index wins if both are given.
fn port_ref(index: Option<u16>, number: Option<u16>) -> Option<PortRef> {
    index.map(PortRef::Index).or(number.map(PortRef::Number))
}

fn port_fields(port: Option<PortRef>) -> (Option<u16>, Option<u16>) {
    match port {
        Some(PortRef::Index(index)) => (Some(index), None),
        Some(PortRef::Number(number)) => (None, Some(number)),
        None => (None, None),
    }
}

/// A check, if it asks exactly one thing.
pub(super) fn check(check: AppCheck, found: &mut Vec<Violation>) -> Option<Check> {
    let probe = match (check.http, check.tcp, check.exec) {
        (Some(http), None, None) => CheckProbe::Http {
            port: port_ref(http.port_index, http.port),
            path: http.path,
            scheme: http.scheme.map_or(Scheme::Http, |word| word.0),
        },
        (None, Some(tcp), None) => CheckProbe::Tcp {
            port: port_ref(tcp.port_index, tcp.port),
        },
        (None, None, Some(exec)) => CheckProbe::Command {
            program: exec.command.0,
        },
        _ => {
            found.push(Violation::new(
                "/check",
                "must specify exactly one of http, tcp and exec",
            ));
            return None;
        }
    };
    Some(Check {
        probe,
        interval_seconds: check.interval_seconds.unwrap_or(60),
        timeout_seconds: check.timeout_seconds.unwrap_or(20),
        delay_seconds: check.delay_seconds.unwrap_or(15),
    })
}

/// A check as JSON.
pub(super) fn check_of(check: &Check) -> AppCheck {
    let mut json = AppCheck {
        interval_seconds: Some(check.interval_seconds),
        timeout_seconds: Some(check.timeout_seconds),
        delay_seconds: Some(check.delay_seconds),
        ..AppCheck::default()
    };
    match &check.probe {
        CheckProbe::Http { port, path, scheme } => {
            let (port_index, port) = port_fields(*port);
            let (path, scheme) = (path.clone(), Some(Word(*scheme)));
            json.http = Some(HttpCheck {
                port_index,
                port,
                path,
                scheme,
            });
        }
        CheckProbe::Tcp { port } => {
            let (port_index, port) = port_fields(*port);
            json.tcp = Some(TcpCheck { port_index, port });
        }
        CheckProbe::Command { program } => {
            let command = CheckCommand(program.clone());
            json.exec = Some(CommandCheck { command });
        }
    }
    json
}

/// A readiness check with Marathon's defaults.
pub(super) fn readiness(check: ReadinessCheck) -> Readiness {
    let default = Readiness::default();
    Readiness {
        name: check.name.unwrap_or(default.name),
        scheme: check.protocol.map_or(default.scheme, |word| word.0),
        path: check.path.unwrap_or(default.path),
        port_name: check.port_name.unwrap_or(default.port_name),
        interval_seconds: check.interval_seconds.unwrap_or(default.interval_seconds),
        timeout_seconds: check.timeout_seconds.unwrap_or(default.timeout_seconds),
        statuses: check.http_status_codes_for_ready.unwrap_or(default.statuses),
        preserve_last_response: check.preserve_last_response.unwrap_or(false),
    }
}

/// A readiness check as JSON.
pub(super) fn readiness_of(check: &Readiness) -> ReadinessCheck {
    ReadinessCheck {
        name: Some(check.name.clone()),
        protocol: Some(Word(check.scheme)),
        path: Some(check.path.clone()),
        port_name: Some(check.port_name.clone()),
        interval_seconds: Some(check.interval_seconds),
        timeout_seconds: Some(check.timeout_seconds),
        http_status_codes_for_ready: Some(check.statuses.clone()),
        preserve_last_response: Some(check.preserve_last_response),
    }
}
