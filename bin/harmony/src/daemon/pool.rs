//! The options of the pool: what the master makes of its agents, and how their resources are shared.

use std::time::Duration;

use anyhow::Context;
use base_fault::Class;
use core_master::Sorter;
use model_cluster::Domain;
use model_resources::{Name, Quantities};
use wire_mesos::duration;

use crate::failure::Failure;

/// How the master treats agents and shares them out, under the names of Mesos' flags.
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
    /// If more of the agents than this do not come back to a new master, none of them is taken for unreachable
    #[arg(long, value_name = "PERCENT", default_value = "100%", value_parser = parse_share)]
    pub recovery_agent_removal_limit: f64,
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
    /// The master's region, if no domain says it: agents of other regions are offered to frameworks that are aware of
    /// regions only
    #[arg(long, conflicts_with = "domain")]
    pub region: Option<String>,
    /// What an offer must hold at least, any one of some amounts [default: cpus:0.01|mem:32]
    #[arg(long, value_name = "AMOUNTS|AMOUNTS")]
    pub min_allocatable_resources: Option<String>,
    /// How long an offer stands; for ever if not given
    #[arg(long, value_name = "TIME", value_parser = parse_timeout)]
    pub offer_timeout: Option<Duration>,
    /// Offer agents with GPUs to frameworks that know of GPUs only; `false` offers them to everybody
    #[arg(long, value_name = "true|false")]
    pub filter_gpu_resources: Option<bool>,
    /// In which order roles get offers: who is furthest below its fair share (drf), or by lot (random)
    #[arg(long, alias = "role_sorter", value_name = "NAME", default_value = "drf", value_parser = parse_sorter)]
    pub role_sorter: Sorter,
    /// In which order frameworks get offers within a role
    #[arg(long, alias = "framework_sorter", value_name = "NAME", default_value = "drf", value_parser = parse_sorter)]
    pub framework_sorter: Sorter,
    /// Resources that count for nobody's share
    #[arg(
        long,
        alias = "fair_sharing_excluded_resource_names",
        value_name = "NAME,NAME",
        value_delimiter = ','
    )]
    pub fair_sharing_excluded_resource_names: Vec<String>,
}

impl Pool {
    /// Whether the options make sense.
    ///
    /// # Errors
    /// A time of nothing where one is needed, or amounts that cannot be read.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.agent_ping_timeout.is_zero() || self.registry_gc_interval.is_zero() {
            let why = "--agent-ping-timeout and --registry-gc-interval must be longer than nothing";
            return Err(Failure::new(Class::Invalid, why).into());
        }
        self.minimums().map(drop)
    }

    fn minimums(&self) -> anyhow::Result<Option<Vec<Quantities>>> {
        let Some(text) = &self.min_allocatable_resources else {
            return Ok(None);
        };
        let amounts = text.split('|').filter(|one| !one.is_empty()).map(Quantities::parse);
        let minimums = amounts.collect::<Result<_, _>>();
        minimums
            .map(Some)
            .with_context(|| format!("--min-allocatable-resources {text}: expected amounts such as cpus:0.01|mem:32"))
    }

    /// Writes the options into the machine's settings.
    ///
    /// # Errors
    /// As for [`Pool::check`].
    pub fn apply(&self, config: &mut core_master::Config) -> anyhow::Result<()> {
        self.check()?;
        config.ping_interval = self.agent_ping_timeout;
        config.max_missed_pings = self.max_agent_ping_timeouts;
        config.removal_interval = self.agent_removal_rate_limit;
        config.recovery_removal_limit = self.recovery_agent_removal_limit;
        config.registry_max_agent_age = self.registry_max_agent_age;
        config.registry_max_agent_count = self.registry_max_agent_count;
        config.registry_gc_interval = self.registry_gc_interval;
        config.require_agent_domain = self.require_agent_domain;
        config.domain = self.domain.clone();
        self.apply_sharing(config)
    }

    fn apply_sharing(&self, config: &mut core_master::Config) -> anyhow::Result<()> {
        if let Some(minimums) = self.minimums()? {
            config.minimums = minimums;
        }
        config.offer_timeout = self.offer_timeout;
        config.filter_gpus = self.filter_gpu_resources.unwrap_or(true);
        let excluded = self.fair_sharing_excluded_resource_names.iter();
        config.excluded = excluded.map(|name| Name::new(name)).collect();
        config.role_sorter = self.role_sorter;
        config.framework_sorter = self.framework_sorter;
        let of_domain = || self.domain.as_ref().map(|domain| domain.region.clone());
        config.region = self.region.clone().or_else(of_domain);
        Ok(())
    }
}

/// `5mins` as Mesos writes it, or a number of seconds.
fn parse_timeout(text: &str) -> Result<Duration, String> {
    match text.parse().map(Duration::try_from_secs_f64) {
        Ok(seconds) => seconds.map_err(|why| format!("{why}; expected a time such as 5mins")),
        Err(_) => duration::parse(text),
    }
}

fn parse_sorter(text: &str) -> Result<Sorter, String> {
    match text {
        "drf" => Ok(Sorter::Drf),
        "random" => Ok(Sorter::Random),
        _ => Err("expected drf or random".into()),
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

/// `12.5%` as a share of 1.
fn parse_share(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').and_then(|number| number.parse().ok());
    let within = percent.filter(|percent: &f64| (0.0..=100.0).contains(percent));
    let share = within.map(|percent| percent / 100.0);
    share.ok_or_else(|| format!("'{text}' is no percentage; write a number from 0% to 100%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_time_or_seconds() {
        assert_eq!(parse_timeout("5mins"), Ok(Duration::from_secs(300)));
        assert_eq!(parse_timeout("1.5"), Ok(Duration::from_millis(1500)));
        for bad in ["-1", "soon", ""] {
            assert!(parse_timeout(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_share_is_a_percentage() {
        assert_eq!(parse_share("12.5%"), Ok(0.125));
        for bad in ["50", "101%", "-1%", "%", "NaN%"] {
            assert!(parse_share(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_sharing_is_as_the_options_say() {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            pool: Pool,
        }
        let config = |words: &[&str]| {
            let line: Line = clap::Parser::try_parse_from(words.iter().copied()).map_err(|error| error.to_string())?;
            let mut config = core_master::Config::new("C".into(), 1);
            line.pool.apply(&mut config).map_err(|error| error.to_string())?;
            Ok::<_, String>((config.role_sorter, config.framework_sorter, config.excluded))
        };
        assert_eq!(config(&["master"]), Ok((Sorter::Drf, Sorter::Drf, Vec::new())));
        let words = [
            "master",
            "--role-sorter=random",
            "--framework_sorter=random",
            "--fair-sharing-excluded-resource-names=gpus,ssd",
        ];
        let excluded = vec![Name::Gpus, Name::new("ssd")];
        assert_eq!(config(&words), Ok((Sorter::Random, Sorter::Random, excluded)));
        let why = config(&["master", "--role-sorter=other"]).unwrap_err();
        assert!(why.contains("expected drf or random"), "{why}");
    }

    #[test]
    fn a_rate_is_a_number_in_a_time() {
        assert_eq!(parse_rate("1/10mins"), Ok(Duration::from_secs(600)));
        assert_eq!(parse_rate("2/3secs"), Ok(Duration::from_millis(1500)));
        for bad in ["1", "x/1secs", "0/1secs", "1/", "1/0secs"] {
            assert!(parse_rate(bad).is_err(), "{bad}");
        }
    }
}
