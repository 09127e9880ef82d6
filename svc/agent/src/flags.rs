//! How this agent was started, under the names of Mesos' flags.

use std::time::Duration;

use wire_mesos::duration;

use crate::Options;

fn millis(millis: u64) -> String {
    duration::print(Duration::from_millis(millis))
}

/// Flags and their values, by name; only those that mean here what they mean in Mesos.
pub(crate) fn all(options: &Options) -> Vec<(&'static str, String)> {
    let masters: Vec<_> = options.masters.iter().map(ToString::to_string).collect();
    let spec = &options.spec;
    let beyond = &options.oversubscription;
    let mut all = vec![
        (
            "authenticate_http_readonly",
            options.access.readonly.is_closed().to_string(),
        ),
        (
            "authenticate_http_readwrite",
            options.access.readwrite.is_closed().to_string(),
        ),
        ("attributes", spec.attributes.to_string()),
        (
            "authenticate_http_executors",
            options.authenticate_executors.to_string(),
        ),
        ("cgroups_enable_cfs", options.cfs_quota.to_string()),
        (
            "executor_registration_timeout",
            millis(options.machine.registration_timeout_ms),
        ),
        (
            "executor_reregistration_timeout",
            millis(options.machine.reregistration_timeout_ms),
        ),
        (
            "executor_shutdown_grace_period",
            millis(options.machine.shutdown_grace_ms),
        ),
        ("gc_delay", duration::print(options.sandbox_max_age)),
        ("gc_disk_headroom", options.disk_headroom.to_string()),
        ("hostname", spec.hostname.clone()),
        ("ip", spec.ip.to_string()),
        ("master", masters.join(",")),
        ("port", spec.port.to_string()),
        ("reconfiguration_policy", format!("{:?}", options.policy).to_lowercase()),
        ("recover", format!("{:?}", options.recover).to_lowercase()),
        ("recovery_timeout", millis(options.machine.recovery_timeout_ms)),
        ("resources", spec.resources.to_string()),
        (
            "oversubscribed_resources_interval",
            duration::print(beyond.estimate_interval),
        ),
        (
            "qos_correction_interval_min",
            duration::print(beyond.correction_interval),
        ),
        ("revocable_cpu_low_priority", beyond.low_priority.to_string()),
        ("strict", options.strict.to_string()),
        ("work_dir", options.dir.to_string_lossy().into_owned()),
    ];
    all.extend(
        beyond
            .estimator
            .iter()
            .map(|(name, _)| ("resource_estimator", name.clone())),
    );
    all.extend(beyond.qos.iter().map(|(name, _)| ("qos_controller", name.clone())));
    all
}
