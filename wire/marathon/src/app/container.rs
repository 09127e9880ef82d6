use std::collections::BTreeMap;

use model_app::{Engine, Protocol};

use super::Volume;
use crate::{
    read::{dns_name, dto, not_empty},
    word::{DockerNetwork, IpcMode, Word},
};

dto! {
    /// `container`.
    #[derive(Default)]
    Container {
        may "type" engine: Word<Engine>;
        may "docker" docker: Docker;
        may "linuxInfo" linux_info: LinuxInfo;
        may "volumes" volumes: Vec<Volume>;
        may "portMappings" port_mappings: Vec<PortMapping>;
    }
}

dto! {
    /// `container.docker`.
    #[derive(Default)]
    Docker {
        need "image" image: String, not_empty;
        may "forcePullImage" force_pull_image: bool;
        may "privileged" privileged: bool;
        may "parameters" parameters: Vec<DockerParameter>;
        may "pullConfig" pull_config: PullConfig;
        /// Refused since Marathon 1.5; `pullConfig` took its place.
        may "credential" credential: Credential;
        /// Older than `networks`.
        may "network" network: Word<DockerNetwork>;
        /// Older than `container.portMappings`.
        may "portMappings" port_mappings: Vec<PortMapping>;
    }
}

dto! {
    /// `container.docker.parameters[]`.
    DockerParameter {
        need "key" key: String, not_empty;
        need "value" value: String;
    }
}

dto! {
    /// `container.docker.pullConfig`.
    PullConfig {
        need "secret" secret: String, not_empty;
    }
}

dto! {
    /// `container.docker.credential`.
    Credential {
        need "principal" principal: String;
        may "secret" secret: String;
    }
}

dto! {
    /// `container.portMappings[]`.
    #[derive(Default)]
    PortMapping {
        may "containerPort" container_port: u16;
        may "hostPort" host_port: u16;
        may "servicePort" service_port: u16;
        may "protocol" protocol: Word<Protocol>;
        may "name" name: String, dns_name;
        may "labels" labels: BTreeMap<String, String>;
        may "networkNames" network_names: Vec<String>;
    }
}

dto! {
    /// `container.linuxInfo`.
    LinuxInfo {
        may "seccomp" seccomp: Seccomp;
        may "ipcInfo" ipc_info: IpcInfo;
    }
}

dto! {
    /// `container.linuxInfo.seccomp`.
    Seccomp {
        may "profileName" profile_name: String;
        may "unconfined" unconfined: bool;
    }
}

dto! {
    /// `container.linuxInfo.ipcInfo`; `shmSize` in MiB.
    IpcInfo {
        need "mode" mode: Word<IpcMode>;
        may "shmSize" shm_size: u32;
    }
}
