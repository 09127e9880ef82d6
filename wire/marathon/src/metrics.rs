use std::collections::BTreeMap;

use serde::Serialize;

/// `GET /metrics`: metrics by kind and name, as the Dropwizard library writes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metrics {
    /// The version of this format.
    pub version: &'static str,
    /// What is counted.
    pub counters: BTreeMap<String, Counter>,
    /// What is measured at the moment of asking.
    pub gauges: BTreeMap<String, Gauge>,
    /// Distributions.
    pub histograms: BTreeMap<String, Histogram>,
    /// Rates.
    pub meters: BTreeMap<String, Meter>,
    /// Rates with distributions of durations.
    pub timers: BTreeMap<String, Timer>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            version: "4.0.0",
            counters: BTreeMap::new(),
            gauges: BTreeMap::new(),
            histograms: BTreeMap::new(),
            meters: BTreeMap::new(),
            timers: BTreeMap::new(),
        }
    }
}

/// A count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counter {
    pub count: u64,
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gauge {
    pub value: f64,
}

/// A distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Histogram {
    pub count: u64,
    #[serde(flatten)]
    pub spread: Spread,
}

/// The figures of a distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    pub min: f64,
    pub mean: f64,
    pub max: f64,
    pub p50: f64,
    pub p75: f64,
    pub p95: f64,
    pub p98: f64,
    pub p99: f64,
    pub p999: f64,
    pub stddev: f64,
}

/// Events per second, over the last minutes and since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rates {
    pub m1_rate: f64,
    pub m5_rate: f64,
    pub m15_rate: f64,
    pub mean_rate: f64,
}

/// A rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Meter {
    pub count: u64,
    #[serde(flatten)]
    pub rates: Rates,
    pub units: &'static str,
}

/// A rate with the distribution of durations.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Timer {
    pub count: u64,
    #[serde(flatten)]
    pub spread: Spread,
    #[serde(flatten)]
    pub rates: Rates,
    pub duration_units: &'static str,
    pub rate_units: &'static str,
}
