use std::collections::BTreeSet;

use super::Report;
use crate::{AppSpec, Violation, Volume, VolumeSource};

const RESOURCES: &str = "Services with persistent volumes configured may not change resource requirements. If you need to \
                         make this change, please create a new service.";
const PORTS: &str = "Services with persistent volumes configured may not change host ports. If you need to make this \
                     change, please create a new service.";

impl AppSpec {
    /// The rules that a change of a resident app to `new` breaks: its volumes live in reservations made for the old
    /// resources. Other apps may change as they like.
    pub fn change_violations(&self, new: &Self) -> Vec<Violation> {
        let mut report = Report::default();
        if !self.is_resident() && !new.is_resident() {
            return report.0;
        }
        let same_volumes = self.persistent_volumes().eq(new.persistent_volumes());
        report.add_if(!same_volumes, "/", "Persistent volumes can not be changed!");
        for (path, changed) in [
            ("/cpus", self.cpus != new.cpus),
            ("/mem", self.mem != new.mem),
            ("/disk", self.disk != new.disk),
            ("/gpus", self.gpus != new.gpus),
            ("/requirePorts", self.require_ports != new.require_ports),
        ] {
            report.add_if(changed, path, RESOURCES);
        }
        report.add_if(self.host_ports() != new.host_ports(), "/", PORTS);
        Violation::grouped(report.0)
    }

    fn persistent_volumes(&self) -> impl Iterator<Item = &Volume> {
        let mut volumes: Vec<&Volume> = self.container.iter().flat_map(|c| &c.volumes).collect();
        volumes.retain(|v| matches!(v.source, VolumeSource::Persistent(_)));
        volumes.sort_by(|a, b| a.container_path.cmp(&b.container_path));
        volumes.into_iter()
    }

    fn host_ports(&self) -> BTreeSet<u16> {
        if !self.is_on_host_network() {
            return self.port_mappings().iter().filter_map(|m| m.host_port).collect();
        }
        let ports = self.ports.iter().map(|p| if self.require_ports { p.port } else { 0 });
        ports.collect()
    }
}
