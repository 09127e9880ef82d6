//! How this master was started, under the names of Mesos' flags.

use crate::Options;

/// Flags and their values, by name; only those that mean here what they mean in Mesos.
pub(crate) fn all(options: &Options) -> Vec<(&'static str, String)> {
    vec![
        ("agent_ping_timeout", seconds(options.ping_interval)),
        ("authenticate_agents", "true".to_owned()),
        ("authenticate_frameworks", "false".to_owned()),
        ("authenticate_http_readonly", "false".to_owned()),
        ("authenticate_http_readwrite", "false".to_owned()),
        ("cluster", crate::CLUSTER.to_owned()),
        ("hostname", options.hostname.clone()),
        ("ip", options.address.ip().to_string()),
        ("port", options.address.port().to_string()),
        ("version", "false".to_owned()),
    ]
}

/// A span of time as Mesos writes it.
fn seconds(span: std::time::Duration) -> String {
    format!("{}secs", span.as_secs_f64())
}
