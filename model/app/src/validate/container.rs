use std::collections::BTreeSet;

use super::Report;
use crate::{AppSpec, Container, Engine, Network, PortMapping, Volume, VolumeSource};

impl AppSpec {
    pub(super) fn check_container(&self, report: &mut Report) {
        let is_docker = |c: &Container| c.engine == Engine::Docker;
        let in_docker = self.container.as_ref().is_some_and(is_docker);
        let error = "GPU resources only work with the Mesos containerizer";
        report.add_if(in_docker && !self.gpus.is_empty(), "/", error);
        let error = "AppDefinition must not use 'checks' if using docker";
        report.add_if(in_docker && self.check.is_some(), "/", error);
        let container_networks = self.container_networks().count();
        let error = "may only specify a single container network when using the Docker container engine";
        report.add_if(in_docker && container_networks > 1, "/", error);
        if let Some(container) = &self.container {
            self.check_image(container, report);
            self.check_mappings(&container.port_mappings, report);
            self.check_volumes(&container.volumes, report);
        }
    }

    fn check_image(&self, container: &Container, report: &mut Report) {
        let Some(image) = &container.image else {
            report.add_if(container.engine == Engine::Docker, "/container/docker", "not defined");
            return;
        };
        report.add_if(image.name.is_empty(), "/container/docker/image", "must not be empty");
        let Some(secret) = &image.pull_config else { return };
        let path = "/container/docker/pullConfig";
        match container.engine {
            Engine::Docker => report.add(path, "pullConfig is not supported with Docker containerizer"),
            Engine::Mesos => report.add_if(
                !self.secrets.contains_key(secret),
                path,
                "pullConfig.secret must refer to an existing secret",
            ),
        }
    }

    fn check_mappings(&self, mappings: &[PortMapping], report: &mut Report) {
        let path = "/container/portMappings";
        let names = mappings.iter().filter_map(|m| m.name.as_deref());
        report.add_if(!are_unique(names), path, "Port names must be unique.");
        let networks: Vec<&str> = self.container_networks().collect();
        for (i, mapping) in mappings.iter().enumerate() {
            report.add_if(
                networks.len() > 1 && mapping.host_port.is_some() && mapping.network_names.len() != 1,
                format!("{path}({i})"),
                "networkNames must be a single item list when hostPort is specified and more than 1 container network is defined",
            );
            for (j, name) in mapping.network_names.iter().enumerate() {
                let error = format!("is not one of ({})", networks.join(","));
                let unknown = !networks.contains(&name.as_str());
                report.add_if(unknown, format!("{path}({i})/networkNames({j})"), error);
            }
        }
    }

    fn check_volumes(&self, volumes: &[Volume], report: &mut Report) {
        let names = volumes.iter().filter_map(|v| match &v.source {
            VolumeSource::Dvdi(dvdi) => Some(dvdi.name.as_str()),
            VolumeSource::Csi(csi) => Some(csi.name.as_str()),
            _ => None,
        });
        report.add_if(!are_unique(names), "/container/volumes", "Volume names must be unique");
        for (i, volume) in volumes.iter().enumerate() {
            self.check_volume(volume, &format!("/container/volumes({i})"), report);
        }
    }

    /// The names of its container networks.
    pub(super) fn container_networks(&self) -> impl Iterator<Item = &str> {
        self.networks.iter().filter_map(|n| match n {
            Network::Container { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }
}

/// Whether no item comes twice.
pub(super) fn are_unique<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    let mut items = items;
    items.all(|item| seen.insert(item))
}
