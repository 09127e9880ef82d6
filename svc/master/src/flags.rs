//! How this master was started, under the names of Mesos' flags.

use core_master::Sorter;
use wire_mesos::duration;

use crate::Options;

/// Flags and their values, by name; only those that mean here what they mean in Mesos.
pub(crate) fn all(options: &Options) -> Vec<(&'static str, String)> {
    let pool = &options.pool;
    let mut flags = vec![
        ("agent_ping_timeout", duration::print(pool.ping_interval)),
        ("authenticate_agents", "true".to_owned()),
        ("authenticate_frameworks", "false".to_owned()),
        ("authenticate_http_readonly", "false".to_owned()),
        ("authenticate_http_readwrite", "false".to_owned()),
        ("cluster", crate::CLUSTER.to_owned()),
        ("hostname", options.hostname.clone()),
        ("ip", options.address.ip().to_string()),
        ("port", options.address.port().to_string()),
        ("max_agent_ping_timeouts", pool.max_missed_pings.to_string()),
        ("registry_gc_interval", duration::print(pool.registry_gc_interval)),
        ("registry_max_agent_age", duration::print(pool.registry_max_agent_age)),
        ("registry_max_agent_count", pool.registry_max_agent_count.to_string()),
        ("role_sorter", sorter(pool.role_sorter)),
        ("framework_sorter", sorter(pool.framework_sorter)),
        ("require_agent_domain", pool.require_agent_domain.to_string()),
        ("version", "false".to_owned()),
    ];
    if let Some(interval) = pool.removal_interval {
        flags.push(("agent_removal_rate_limit", format!("1/{}", duration::print(interval))));
    }
    if !pool.excluded.is_empty() {
        let names: Vec<_> = pool.excluded.iter().map(ToString::to_string).collect();
        flags.push(("fair_sharing_excluded_resource_names", names.join(",")));
    }
    flags
}

fn sorter(sorter: Sorter) -> String {
    format!("{sorter:?}").to_lowercase()
}
