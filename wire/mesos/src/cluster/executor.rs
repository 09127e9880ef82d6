use base_ids::{ExecutorId, FrameworkId};
use model_cluster::{ExecutorKind, ExecutorSpec};

use super::{
    labels_from, labels_to,
    task::{command_from, command_to, discovery_from, discovery_to},
    views,
};
use crate::{
    resource::{Format, all_from_wire, all_to_wire},
    v1::{self, executor_info::Type},
};

const NANOS: i64 = 1_000_000;

/// An executor as a framework asks for it. One without a type is the framework's own.
///
/// # Errors
/// Which part cannot be, in a sentence for a TASK_ERROR.
pub fn executor_from_wire(wire: &v1::ExecutorInfo) -> Result<ExecutorSpec, String> {
    let kind = match (wire.r#type(), &wire.command) {
        (Type::Default, None) => ExecutorKind::Default,
        (Type::Default, Some(_)) => {
            return Err("'ExecutorInfo.command' must not be set for 'DEFAULT' executor".to_owned());
        }
        (Type::Custom | Type::Unknown, Some(_)) => ExecutorKind::Custom,
        (Type::Custom | Type::Unknown, None) => {
            return Err("'ExecutorInfo.command' must be set for 'CUSTOM' executor".to_owned());
        }
    };
    let image = wire.container.as_ref().is_some_and(|container| {
        container.docker.is_some() || container.mesos.as_ref().is_some_and(|mesos| mesos.image.is_some())
    });
    if image {
        return Err("Executor uses a container image, which this release does not run".to_owned());
    }
    let grace = wire.shutdown_grace_period.as_ref().map(|grace| grace.nanoseconds);
    if grace.is_some_and(|nanos| nanos < 0) {
        return Err("ExecutorInfo's 'shutdown_grace_period' must be non-negative".to_owned());
    }
    let resources =
        all_from_wire(&wire.resources).map_err(|error| format!("Executor uses invalid resources: {error}"))?;
    Ok(ExecutorSpec {
        executor_id: ExecutorId::from(wire.executor_id.value.as_str()),
        kind,
        command: wire.command.as_ref().map(command_from).transpose()?,
        resources: resources.map(|resource| resource.with_allocation(None)),
        shutdown_grace_ms: grace.map(|nanos| u64::try_from(nanos / NANOS).unwrap_or(0)),
        name: wire.name.clone(),
        source: wire.source.clone(),
        data: wire.data.clone(),
        labels: labels_from(wire.labels.as_ref()),
        discovery: wire.discovery.as_ref().map(discovery_from),
    })
}

/// An executor as it is shown; see also [`of_framework`].
pub fn executor_to_wire(spec: &ExecutorSpec) -> v1::ExecutorInfo {
    let kind = match spec.kind {
        ExecutorKind::Default => Type::Default,
        ExecutorKind::Custom => Type::Custom,
    };
    v1::ExecutorInfo {
        r#type: Some(kind as i32),
        executor_id: v1::ExecutorId {
            value: spec.executor_id.to_string(),
        },
        command: spec.command.as_ref().map(command_to),
        resources: all_to_wire(&spec.resources, Format::Endpoint),
        name: spec.name.clone(),
        source: spec.source.clone(),
        data: spec.data.clone(),
        discovery: spec.discovery.as_ref().map(discovery_to),
        shutdown_grace_period: spec.shutdown_grace_ms.map(|millis| v1::DurationInfo {
            nanoseconds: i64::try_from(millis).unwrap_or(i64::MAX / NANOS).saturating_mul(NANOS),
        }),
        labels: labels_to(views(&spec.labels)),
        ..Default::default()
    }
}

/// The executor with the framework that it belongs to, as the master fills it in.
#[must_use]
pub fn of_framework(mut executor: v1::ExecutorInfo, framework_id: &FrameworkId) -> v1::ExecutorInfo {
    executor.framework_id = Some(v1::FrameworkId {
        value: framework_id.to_string(),
    });
    executor
}
