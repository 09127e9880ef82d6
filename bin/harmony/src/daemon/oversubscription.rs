//! The options of an agent that offers what is given and not used.

use std::sync::Arc;
use std::time::Duration;

use base_fault::Class;
use model_resources::Resources;
use svc_agent::{Estimator, Fixed, Load, QosController, Slack};
use wire_mesos::duration;

use crate::failure::Failure;

/// What an agent offers beyond its resources to frameworks that can lose it, under the names of Mesos' flags.
#[derive(clap::Args, Debug)]
pub struct Oversubscription {
    /// Says what is offered beyond --resources: nothing (noop), always the same (fixed), or the cores that were given and
    /// are not used (usage) [default: noop]
    #[arg(long, alias = "resource_estimator", value_name = "NAME")]
    pub resource_estimator: Option<String>,
    /// What the fixed estimator offers beyond, for example `cpus:14`
    #[arg(long, alias = "oversubscribed_resources", value_name = "RESOURCES")]
    pub oversubscribed_resources: Option<String>,
    /// The share of what was given that the usage estimator keeps for its owners
    #[arg(long, alias = "oversubscribed_headroom", value_name = "SHARE", default_value_t = 0.1)]
    pub oversubscribed_headroom: f64,
    /// Between two estimates
    #[arg(long, alias = "oversubscribed_resources_interval", value_name = "TIME", default_value = "15secs", value_parser = duration::parse)]
    pub oversubscribed_resources_interval: Duration,
    /// Says who loses it: nobody (noop), or everybody while the load is above a threshold (load) [default: noop]
    #[arg(long, alias = "qos_controller", value_name = "NAME")]
    pub qos_controller: Option<String>,
    /// The threshold of the load controller for the average over 5 minutes
    #[arg(long, alias = "load_threshold_5min", value_name = "LOAD")]
    pub load_threshold_5min: Option<f64>,
    /// The threshold of the load controller for the average over 15 minutes
    #[arg(long, alias = "load_threshold_15min", value_name = "LOAD")]
    pub load_threshold_15min: Option<f64>,
    /// Between two looks of the controller, at least; a second if it is less
    #[arg(long, alias = "qos_correction_interval_min", value_name = "TIME", default_value = "0ns", value_parser = duration::parse)]
    pub qos_correction_interval_min: Duration,
    /// Let revocable cores count for little against others; `false` gives them the same weight
    #[arg(long, alias = "revocable_cpu_low_priority", value_name = "true|false")]
    pub revocable_cpu_low_priority: Option<bool>,
}

impl Oversubscription {
    /// What the agent is told.
    ///
    /// # Errors
    /// An unknown name, or a value that its estimator or controller cannot use.
    pub fn options(&self) -> anyhow::Result<svc_agent::Oversubscription> {
        if self.oversubscribed_resources_interval.is_zero() {
            return Err(invalid("oversubscribed-resources-interval", "must be longer than nothing").into());
        }
        let named = |name: &Option<String>| name.clone().unwrap_or_default();
        Ok(svc_agent::Oversubscription {
            estimator: self
                .estimator()?
                .map(|estimator| (named(&self.resource_estimator), estimator)),
            estimate_interval: self.oversubscribed_resources_interval,
            qos: self
                .controller()?
                .map(|controller| (named(&self.qos_controller), controller)),
            correction_interval: self.qos_correction_interval_min,
            low_priority: self.revocable_cpu_low_priority.unwrap_or(true),
        })
    }

    fn estimator(&self) -> Result<Option<Arc<dyn Estimator>>, Failure> {
        match self.resource_estimator.as_deref() {
            None | Some("noop") => Ok(None),
            Some("fixed" | "org_apache_mesos_FixedResourceEstimator") => Ok(Some(Arc::new(Fixed(self.fixed()?)))),
            Some("usage") => {
                let headroom = self.oversubscribed_headroom;
                if !(0.0..=1.0).contains(&headroom) {
                    return Err(invalid("oversubscribed-headroom", "expected a share from 0 to 1"));
                }
                Ok(Some(Arc::new(Slack { headroom })))
            }
            Some(_) => Err(invalid("resource-estimator", "expected noop, fixed or usage")),
        }
    }

    fn fixed(&self) -> Result<Resources, Failure> {
        let name = "oversubscribed-resources";
        let missing = || invalid(name, "the fixed estimator needs it, for example cpus:14");
        let text = self.oversubscribed_resources.as_ref().ok_or_else(missing)?;
        let resources = Resources::parse(text).map_err(|error| invalid(name, &error.to_string()))?;
        if resources.iter().any(|resource| !resource.is_plain()) {
            return Err(invalid(name, "what can be taken back is nobody's: expected no role"));
        }
        Ok(resources)
    }

    fn controller(&self) -> Result<Option<Arc<dyn QosController>>, Failure> {
        match self.qos_controller.as_deref() {
            None | Some("noop") => Ok(None),
            Some("load" | "org_apache_mesos_LoadQoSController") => {
                let (five, fifteen) = (self.load_threshold_5min, self.load_threshold_15min);
                if five.or(fifteen).is_none() {
                    let why = "the load controller needs --load-threshold-5min or --load-threshold-15min";
                    return Err(invalid("qos-controller", why));
                }
                Ok(Some(Arc::new(Load { five, fifteen })))
            }
            Some(_) => Err(invalid("qos-controller", "expected noop or load")),
        }
    }
}

fn invalid(name: &str, why: &str) -> Failure {
    Failure::new(Class::Invalid, format!("--{name}: {why}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        of: Oversubscription,
    }

    fn options(line: &str) -> Result<svc_agent::Oversubscription, String> {
        let words = std::iter::once("agent").chain(line.split_whitespace());
        let line = Line::try_parse_from(words).map_err(|error| error.to_string())?;
        line.of.options().map_err(|error| error.to_string())
    }

    #[test]
    fn without_any_there_is_nothing_beyond() {
        let options = options("").unwrap();
        assert!(options.estimator.is_none() && options.qos.is_none() && options.low_priority);
        assert_eq!(options.estimate_interval, Duration::from_secs(15));
    }

    #[test]
    fn names_are_ours_or_those_of_the_foreign_modules() {
        for estimator in ["fixed", "org_apache_mesos_FixedResourceEstimator"] {
            let line = format!("--resource-estimator {estimator} --oversubscribed-resources cpus:14");
            let (name, found) = options(&line).unwrap().estimator.unwrap();
            assert_eq!(name, estimator);
            assert_eq!(found.estimate(&Default::default()).to_string(), "cpus:14");
        }
        for controller in ["load", "org_apache_mesos_LoadQoSController"] {
            let line = format!("--qos-controller {controller} --load-threshold-5min 6");
            assert_eq!(options(&line).unwrap().qos.unwrap().0, controller);
        }
        assert!(options("--resource-estimator usage").unwrap().estimator.is_some());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (line, named) in [
            ("--resource-estimator fixed", "--oversubscribed-resources"),
            (
                "--resource-estimator fixed --oversubscribed-resources cpus(ads):1",
                "--oversubscribed-resources",
            ),
            ("--resource-estimator other", "noop, fixed or usage"),
            (
                "--resource-estimator usage --oversubscribed-headroom 2",
                "--oversubscribed-headroom",
            ),
            ("--qos-controller load", "--load-threshold-5min"),
            ("--qos-controller other", "noop or load"),
            ("--oversubscribed-resources-interval 0secs", "longer than nothing"),
        ] {
            let why = options(line).unwrap_err();
            assert!(why.contains(named), "{line}: {why}");
        }
    }
}
