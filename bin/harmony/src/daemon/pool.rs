//! How the pool is shared: Mesos' flags of the same names.

use anyhow::{Context, anyhow};
use model_resources::{Name, Quantities};

/// The options of the pool.
#[derive(clap::Args, Clone, Debug, Default)]
#[group(skip)]
pub struct Args {
    /// What an offer must hold at least, any one of some amounts [default: cpus:0.01|mem:32]
    #[arg(long, value_name = "AMOUNTS|AMOUNTS")]
    pub min_allocatable_resources: Option<String>,
    /// How many seconds an offer stands; for ever if not given
    #[arg(long, value_name = "SECONDS")]
    pub offer_timeout: Option<f64>,
    /// Offer agents with GPUs to frameworks that know of GPUs only; `false` offers them to everybody
    #[arg(long, value_name = "true|false")]
    pub filter_gpu_resources: Option<bool>,
    /// Resources that count for nobody's share
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    pub fair_sharing_excluded_resource_names: Vec<String>,
    /// The master's region: agents of other regions are offered to frameworks that are aware of regions only
    #[arg(long)]
    pub region: Option<String>,
}

impl Args {
    /// Puts what was given into the machine's settings.
    ///
    /// # Errors
    /// What cannot be read, and how it should be.
    pub fn apply(&self, config: &mut core_master::Config) -> anyhow::Result<()> {
        if let Some(text) = &self.min_allocatable_resources {
            let amounts = text.split('|').filter(|one| !one.is_empty()).map(Quantities::parse);
            config.minimums = amounts.collect::<Result<_, _>>().with_context(|| {
                format!("--min-allocatable-resources {text}: expected amounts such as cpus:0.01|mem:32")
            })?;
        }
        if let Some(seconds) = self.offer_timeout {
            let timeout = std::time::Duration::try_from_secs_f64(seconds);
            let timeout =
                timeout.map_err(|why| anyhow!("--offer-timeout {seconds}: {why}; expected seconds above 0"))?;
            config.offer_timeout = Some(timeout);
        }
        config.filter_gpus = self.filter_gpu_resources.unwrap_or(true);
        let excluded = self.fair_sharing_excluded_resource_names.iter();
        config.excluded = excluded.map(|name| Name::new(name)).collect();
        config.region = self.region.clone();
        Ok(())
    }
}
