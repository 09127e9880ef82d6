//! How this master was started, under the names of Mesos' flags.

use core_master::Sorter;
use wire_mesos::{cluster, duration, json::to_json};

use crate::Options;

/// Flags and their values, by name; only those that mean here what they mean in Mesos.
pub(crate) fn all(options: &Options) -> Vec<(&'static str, String)> {
    let (pool, access) = (&options.pool, &options.access);
    let mut flags = vec![
        ("agent_ping_timeout", duration::print(pool.ping_interval)),
        ("authenticate_agents", "true".to_owned()),
        ("authenticate_frameworks", access.authenticate_drivers.to_string()),
        (
            "authenticate_http_frameworks",
            access.frameworks.is_closed().to_string(),
        ),
        ("authenticate_http_readonly", access.readonly.is_closed().to_string()),
        ("authenticate_http_readwrite", access.readwrite.is_closed().to_string()),
        ("cluster", crate::CLUSTER.to_owned()),
        ("hostname", options.hostname.clone()),
        ("ip", options.address.ip().to_string()),
        ("port", options.address.port().to_string()),
        ("max_agent_ping_timeouts", pool.max_missed_pings.to_string()),
        ("registry_gc_interval", duration::print(pool.registry_gc_interval)),
        ("registry_max_agent_age", duration::print(pool.registry_max_agent_age)),
        ("registry_max_agent_count", pool.registry_max_agent_count.to_string()),
        ("require_agent_domain", pool.require_agent_domain.to_string()),
        ("version", "false".to_owned()),
    ];
    flags.extend(removal(pool));
    flags.extend(sharing(pool));
    if let Some(limits) = &options.rate_limits {
        flags.push(("rate_limits", limits.to_string()));
    }
    flags
}

/// What becomes of agents that are not here.
fn removal(pool: &core_master::Config) -> Vec<(&'static str, String)> {
    let share = pool.recovery_removal_limit * 100.0;
    let mut flags = vec![
        ("agent_reregister_timeout", duration::print(pool.unreachable_after())),
        ("recovery_agent_removal_limit", format!("{share}%")),
    ];
    if let Some(interval) = pool.removal_interval {
        flags.push(("agent_removal_rate_limit", format!("1/{}", duration::print(interval))));
    }
    flags
}

/// How resources are shared.
fn sharing(pool: &core_master::Config) -> Vec<(&'static str, String)> {
    let minimums: Vec<_> = pool.minimums.iter().map(ToString::to_string).collect();
    let mut flags = vec![
        ("filter_gpu_resources", pool.filter_gpus.to_string()),
        ("min_allocatable_resources", minimums.join("|")),
        ("role_sorter", sorter(pool.role_sorter)),
        ("framework_sorter", sorter(pool.framework_sorter)),
    ];
    if !pool.excluded.is_empty() {
        let names: Vec<_> = pool.excluded.iter().map(ToString::to_string).collect();
        flags.push(("fair_sharing_excluded_resource_names", names.join(",")));
    }
    if let Some(timeout) = pool.offer_timeout {
        flags.push(("offer_timeout", duration::print(timeout)));
    }
    if let Some(domain) = &pool.domain {
        let json = to_json(&cluster::domain_to_wire(domain));
        flags.push(("domain", String::from_utf8_lossy(&json).into_owned()));
    }
    flags
}

fn sorter(sorter: Sorter) -> String {
    format!("{sorter:?}").to_lowercase()
}
