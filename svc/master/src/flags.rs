//! How this master was started, under the names of Mesos' flags.

use wire_mesos::duration;

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
    if let Some(interval) = pool.removal_interval {
        flags.push(("agent_removal_rate_limit", format!("1/{}", duration::print(interval))));
    }
    flags
}
