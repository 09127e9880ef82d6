use super::{Report, container::are_unique};
use crate::{AppSpec, Network};

impl AppSpec {
    pub(super) fn check_networks(&self, report: &mut Report) {
        let error = "portMappings are not allowed with host-networking";
        let has_host = self.networks.contains(&Network::Host);
        report.add_if(has_host && !self.port_mappings().is_empty(), "/", error);
        let error = "portDefinitions are only allowed with host-networking";
        report.add_if(!self.is_on_host_network() && !self.ports.is_empty(), "/", error);
        self.check_ports(report);

        let error = "Duplicate networks are not allowed";
        report.add_if(!are_unique(self.container_networks()), "/networks", error);
        let count = |is: fn(&Network) -> bool| self.networks.iter().filter(|n| is(n)).count();
        let counts = [
            count(|n| *n == Network::Host),
            count(|n| matches!(n, Network::Bridge { .. })),
            count(|n| matches!(n, Network::Container { .. })),
        ];
        let fine = matches!(counts, [1, 0, 0] | [0, 1, 0]) || (counts[..2] == [0, 0] && counts[2] > 0);
        let error = "May specify a single host network, single bridge network, or else 1-to-n container networks";
        report.add_if(!fine, "/networks", error);
    }

    fn check_ports(&self, report: &mut Report) {
        let path = "/portDefinitions";
        let names = self.ports.iter().filter_map(|p| p.name.as_deref());
        report.add_if(!are_unique(names), path, "Port names must be unique.");
        let fixed = self.ports.iter().map(|p| p.port).filter(|p| *p != 0);
        report.add_if(!are_unique(fixed), path, "Ports must be unique.");
    }
}
