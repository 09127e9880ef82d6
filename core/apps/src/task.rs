//! The task of an instance, as the pool runs it.

mod discovery;
mod env;
mod health;
mod ports;

use base_ids::{AppId, Uuid};
use model_app::{AppSpec, Program};
use model_cluster::{self as cluster, Command, Label, TaskSpec, Uri};
use model_resources::{Name, Ranges, Resource, Resources};

use crate::Apps;

impl Apps {
    /// The task of an instance that has a place and is not to be killed: a late `Effect::Launch` comes to nothing.
    pub fn task_spec(&self, instance: Uuid) -> Option<TaskSpec> {
        let instance = self.instance(instance).filter(|i| i.doom.is_none())?;
        let place = instance.place.as_ref()?;
        let spec = self.app(&instance.app)?.version(instance.version)?;
        let ports = ports::of(spec, &place.ports);
        let resources = place
            .resources
            .clone()
            .unwrap_or_else(|| plain_resources(spec, &place.ports));
        Some(TaskSpec {
            task_id: instance.task_id(),
            name: host_name(&spec.id),
            resources,
            command: Command {
                program: program(spec),
                env: env::build(spec, &place.hostname, &ports),
                user: spec.user.clone(),
                uris: uris(spec),
            },
            health_check: spec
                .health_checks
                .first()
                .and_then(|check| health::translate(check, &ports, spec.is_on_host_network()))
                .map(Box::new),
            kill_grace_ms: spec.kill_grace_seconds.map(|seconds| u64::from(seconds) * 1000),
            labels: labels(&spec.labels).into(),
            discovery: Some(Box::new(discovery::build(spec, &ports))),
            data: None,
            executor: None,
            group: Vec::new(),
            max_run_ms: None,
        })
    }
}

/// What an instance takes on a plain agent: unreserved amounts and the very ports.
pub(crate) fn plain_resources(spec: &AppSpec, ports: &[u16]) -> Resources {
    let scalars = [
        (Name::Cpus, spec.cpus),
        (Name::Mem, spec.mem),
        (Name::Disk, spec.disk),
        (Name::Gpus, spec.gpus),
    ];
    let mut resources: Resources = scalars
        .into_iter()
        .map(|(name, amount)| Resource::new(name, amount))
        .collect();
    let ports: Ranges = ports.iter().map(|port| u64::from(*port)).collect();
    resources.insert(Resource::new(Name::Ports, ports));
    resources
}

fn program(spec: &AppSpec) -> cluster::Program {
    match &spec.program {
        Some(Program::Shell(command)) => cluster::Program::Shell(command.clone()),
        Some(Program::Args(args)) => cluster::Program::Exec(args.clone()),
        None => cluster::Program::Exec(Vec::new()),
    }
}

fn uris(spec: &AppSpec) -> Vec<Uri> {
    let artifacts = spec.fetch.iter();
    artifacts
        .map(|artifact| Uri {
            value: artifact.uri.clone(),
            executable: artifact.executable,
            extract: artifact.extract,
            cache: artifact.cache,
            output_file: artifact.dest_path.clone(),
        })
        .collect()
}

fn labels(labels: &std::collections::BTreeMap<String, String>) -> Vec<Label> {
    let labels = labels.iter();
    labels
        .map(|(key, value)| Label {
            key: key.clone(),
            value: Some(value.clone()),
        })
        .collect()
}

/// The task's name as DNS knows it: `/team/web` is `web.team`.
fn host_name(id: &AppId) -> String {
    let mut parts: Vec<&str> = id.as_str().split('/').filter(|part| !part.is_empty()).collect();
    parts.reverse();
    parts.join(".")
}
