//! The options of the pool: what the master makes of its agents.

use std::time::Duration;

use base_fault::Class;
use model_cluster::Domain;
use wire_mesos::duration;

use crate::failure::Failure;

/// How the master treats agents, under the names of Mesos' flags.
#[derive(clap::Args, Debug)]
pub struct Pool {
    /// Between two pings of an agent
    #[arg(long, value_name = "TIME", default_value = "15secs", value_parser = duration::parse)]
    pub agent_ping_timeout: Duration,
    /// So many unanswered pings make an agent unreachable
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_agent_ping_timeouts: u32,
    /// At most so many agents are taken for unreachable in a time, for example `1/10mins` [default: no limit]
    #[arg(long, value_name = "N/TIME", value_parser = parse_rate)]
    pub agent_removal_rate_limit: Option<Duration>,
    /// How long agents that are unreachable or gone are remembered
    #[arg(long, value_name = "TIME", default_value = "2weeks", value_parser = duration::parse)]
    pub registry_max_agent_age: Duration,
    /// How many agents that are unreachable, and that are gone, are remembered
    #[arg(long, value_name = "N", default_value_t = 102_400)]
    pub registry_max_agent_count: usize,
    /// How often it is looked whether an agent may be forgotten
    #[arg(long, value_name = "TIME", default_value = "15mins", value_parser = duration::parse)]
    pub registry_gc_interval: Duration,
    /// Take only agents that say a region and a zone
    #[arg(long)]
    pub require_agent_domain: bool,
    /// How often frameworks may call, by principal, as Mesos' JSON
    #[arg(long, value_name = "JSON", value_parser = svc_master::RateLimits::parse)]
    pub rate_limits: Option<svc_master::RateLimits>,
    /// The master's own fault domain, as Mesos' JSON
    #[arg(long, value_name = "JSON", value_parser = wire_mesos::cluster::parse_domain)]
    pub domain: Option<Domain>,
}

impl Pool {
    /// Writes the options into the machine's settings.
    ///
    /// # Errors
    /// A time of nothing where one is needed.
    pub fn apply(&self, config: &mut core_master::Config) -> anyhow::Result<()> {
        if self.agent_ping_timeout.is_zero() || self.registry_gc_interval.is_zero() {
            let why = "--agent-ping-timeout and --registry-gc-interval must be longer than nothing";
            return Err(Failure::new(Class::Invalid, why).into());
        }
        config.ping_interval = self.agent_ping_timeout;
        config.max_missed_pings = self.max_agent_ping_timeouts;
        config.removal_interval = self.agent_removal_rate_limit;
        config.registry_max_agent_age = self.registry_max_agent_age;
        config.registry_max_agent_count = self.registry_max_agent_count;
        config.registry_gc_interval = self.registry_gc_interval;
        config.require_agent_domain = self.require_agent_domain;
        config.domain = self.domain.clone();
        Ok(())
    }
}

/// `1/10mins` as the time between two.
fn parse_rate(text: &str) -> Result<Duration, String> {
    let malformed = || format!("'{text}' is no rate; write a number, a slash and a time, such as 1/10mins");
    let (count, span) = text.split_once('/').ok_or_else(malformed)?;
    let count: u32 = count.trim().parse().map_err(|_| malformed())?;
    let span = duration::parse(span.trim())?;
    span.checked_div(count)
        .filter(|each| !each.is_zero())
        .ok_or_else(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_in_a_time() {
        assert_eq!(parse_rate("1/10mins"), Ok(Duration::from_secs(600)));
        assert_eq!(parse_rate("2/3secs"), Ok(Duration::from_millis(1500)));
        for bad in ["1", "x/1secs", "0/1secs", "1/", "1/0secs"] {
            assert!(parse_rate(bad).is_err(), "{bad}");
        }
    }
}
