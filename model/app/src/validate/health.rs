use super::Report;
use crate::{AppSpec, Check, CheckProbe, Engine, HealthCheck, HealthProtocol, IpProtocol, PortRef, ReadinessCheck};

const PORT_INDEX: &str =
    "Health check port indices must address an element of the ports array or container port mappings.";
const CHECK_PORT_INDEX: &str =
    "check port index must address an element of the ports array or container port mappings.";
const IP_PROTOCOL: &str = "IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks";

impl AppSpec {
    pub(super) fn check_health(&self, report: &mut Report) {
        for (i, check) in self.health_checks.iter().enumerate() {
            let path = format!("/healthChecks({i})");
            report.add_if(!self.finds_health_port(check), path.as_str(), PORT_INDEX);
            report.add_if(!self.allows_ip_protocol(check), path.as_str(), IP_PROTOCOL);
            let is_command = check.protocol == HealthProtocol::Command;
            report.add_if(
                is_command && check.command.is_none(),
                format!("{path}/command"),
                "not defined",
            );
        }
        // Marathon lets any number of commands pass, for old apps' sake.
        let by_agent =
            |c: &&HealthCheck| !c.protocol.is_enforced_by_scheduler() && c.protocol != HealthProtocol::Command;
        let too_many = self.health_checks.iter().filter(by_agent).count() > 1;
        report.add_if(
            too_many,
            "/",
            "AppDefinition can contain at most one Mesos health check",
        );
        if let Some(Check { probe, .. }) = &self.check {
            let found = match probe {
                CheckProbe::Http { port, .. } | CheckProbe::Tcp { port } => self.finds_port(*port),
                CheckProbe::Command { .. } => true,
            };
            report.add_if(!found, "/check", CHECK_PORT_INDEX);
        }
    }

    fn finds_health_port(&self, check: &HealthCheck) -> bool {
        check.protocol == HealthProtocol::Command || self.finds_port(check.port)
    }

    /// Without a reference the app must have exactly one port.
    fn finds_port(&self, port: Option<PortRef>) -> bool {
        match port {
            Some(PortRef::Index(index)) => usize::from(index) < self.port_count(),
            Some(PortRef::Number(_)) => true,
            None => self.port_count() == 1,
        }
    }

    fn allows_ip_protocol(&self, check: &HealthCheck) -> bool {
        let in_docker = self.container.as_ref().is_some_and(|c| c.engine == Engine::Docker);
        let by_agent = !check.protocol.is_enforced_by_scheduler() && check.protocol != HealthProtocol::Command;
        check.ip_protocol == IpProtocol::V4 || (in_docker && by_agent)
    }

    pub(super) fn check_readiness(&self, report: &mut Report) {
        let count = self.readiness_checks.len();
        let error = format!("got {count}, expected 1 or less");
        report.add_if(count > 1, "/readinessChecks/size", error);
        for (i, check) in self.readiness_checks.iter().enumerate() {
            self.check_one_readiness(check, &format!("/readinessChecks({i})"), report);
        }
    }

    fn check_one_readiness(&self, check: &ReadinessCheck, path: &str, report: &mut Report) {
        for (field, text) in [
            ("name", &check.name),
            ("path", &check.path),
            ("portName", &check.port_name),
        ] {
            report.add_if(text.is_empty(), format!("{path}/{field}"), "must not be empty");
        }
        let name = &check.port_name;
        let error = format!("No port definition reference for portName {name}");
        report.add_if(!self.has_port_name(name), format!("{path}/portName"), error);
        let (timeout, interval) = (check.timeout_seconds, check.interval_seconds);
        let error = format!("got {timeout}, expected less than {interval}");
        report.add_if(timeout >= interval, format!("{path}/timeoutSeconds"), error);
        let error = "got 0, expected more than 0";
        report.add_if(timeout == 0, format!("{path}/timeoutSeconds"), error);
        let nothing = check.statuses.is_empty();
        report.add_if(nothing, format!("{path}/httpStatusCodesForReady"), "must not be empty");
    }

    fn has_port_name(&self, name: &str) -> bool {
        let defined = self.ports.iter().map(|p| &p.name);
        let mapped = self.port_mappings().iter().map(|m| &m.name);
        if self.is_on_host_network() {
            defined.flatten().any(|n| n == name)
        } else {
            mapped.flatten().any(|n| n == name)
        }
    }
}
