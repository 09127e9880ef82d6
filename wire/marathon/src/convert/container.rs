use model_app::{Container as Domain, Image, Ipc, LinuxInfo as Linux, Parameter, PortMapping as Mapping, Violation};

use super::{legacy::engine, volume};
use crate::{
    app::{Container, Docker, DockerParameter, IpcInfo, LinuxInfo, PortMapping, PullConfig, Seccomp},
    word::{IpcMode, Word},
};

/// A container as the domain has it.
pub(super) fn container(json: Container, found: &mut Vec<Violation>) -> Domain {
    Domain {
        engine: engine(&json),
        image: json.docker.map(image),
        volumes: volume::volumes(json.volumes.unwrap_or_default(), found),
        port_mappings: json
            .port_mappings
            .unwrap_or_default()
            .into_iter()
            .map(mapping)
            .collect(),
        linux: json.linux_info.map(linux),
    }
}

/// A container as JSON; mappings belong to networks other than the host's.
pub(super) fn container_of(container: &Domain, on_host: bool) -> Container {
    let mappings = || container.port_mappings.iter().map(mapping_of).collect();
    Container {
        engine: Some(Word(container.engine)),
        docker: container.image.as_ref().map(docker_of),
        linux_info: container.linux.as_ref().map(linux_of),
        volumes: Some(container.volumes.iter().map(volume::volume_of).collect()),
        port_mappings: (!on_host).then(mappings),
    }
}

fn image(docker: Docker) -> Image {
    let parameters = docker.parameters.unwrap_or_default();
    Image {
        name: docker.image,
        force_pull: docker.force_pull_image.unwrap_or(false),
        privileged: docker.privileged.unwrap_or(false),
        parameters: parameters
            .into_iter()
            .map(|p| Parameter {
                key: p.key,
                value: p.value,
            })
            .collect(),
        pull_config: docker.pull_config.map(|p| p.secret),
    }
}

fn docker_of(image: &Image) -> Docker {
    let parameter = |p: &Parameter| DockerParameter {
        key: p.key.clone(),
        value: p.value.clone(),
    };
    Docker {
        image: image.name.clone(),
        force_pull_image: Some(image.force_pull),
        privileged: Some(image.privileged),
        parameters: Some(image.parameters.iter().map(parameter).collect()),
        pull_config: image.pull_config.clone().map(|secret| PullConfig { secret }),
        ..Docker::default()
    }
}

fn mapping(json: PortMapping) -> Mapping {
    Mapping {
        container_port: json.container_port.unwrap_or(0),
        host_port: json.host_port,
        service_port: json.service_port.unwrap_or(0),
        protocol: json.protocol.map_or_else(Default::default, |word| word.0),
        name: json.name,
        labels: json.labels.unwrap_or_default(),
        network_names: json.network_names.unwrap_or_default(),
    }
}

fn mapping_of(mapping: &Mapping) -> PortMapping {
    PortMapping {
        container_port: Some(mapping.container_port),
        host_port: mapping.host_port,
        service_port: Some(mapping.service_port),
        protocol: Some(Word(mapping.protocol)),
        name: mapping.name.clone(),
        labels: Some(mapping.labels.clone()),
        network_names: Some(mapping.network_names.clone()).filter(|n| !n.is_empty()),
    }
}

fn linux(json: LinuxInfo) -> Linux {
    Linux {
        seccomp: json.seccomp.map(|s| model_app::Seccomp {
            profile: s.profile_name,
            unconfined: s.unconfined.unwrap_or(false),
        }),
        ipc: json.ipc_info.map(|i| Ipc {
            shared: i.mode.0 == IpcMode::ShareParent,
            shm_size: i.shm_size,
        }),
    }
}

fn linux_of(linux: &Linux) -> LinuxInfo {
    let mode = |ipc: &Ipc| {
        if ipc.shared {
            IpcMode::ShareParent
        } else {
            IpcMode::Private
        }
    };
    LinuxInfo {
        seccomp: linux.seccomp.as_ref().map(|s| Seccomp {
            profile_name: s.profile.clone(),
            unconfined: Some(s.unconfined),
        }),
        ipc_info: linux.ipc.as_ref().map(|ipc| IpcInfo {
            mode: Word(mode(ipc)),
            shm_size: ipc.shm_size,
        }),
    }
}
