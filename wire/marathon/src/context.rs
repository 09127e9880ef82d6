use base_clock::Timestamp;
use model_app::Rules;
use model_resources::Role;

/// What an app's JSON is read against.
#[derive(Clone, Debug)]
pub struct Context {
    /// The group that relative ids start from; `/` for `/v2/apps`.
    pub base: String,
    /// The role of apps that name none: that of their top group if it enforces its own, or the scheduler's.
    pub role: Role,
    /// What apps are allowed.
    pub rules: Rules,
    /// The name of container networks that have none (`--default_network_name`).
    pub default_network: Option<String>,
    /// The version of what is read.
    pub now: Timestamp,
}
