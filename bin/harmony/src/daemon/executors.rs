//! The options of an agent that concern executors and its own return, under the names of Mesos' flags.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use anyhow::Context;
use base_fault::Class;
use svc_agent::{Recover, Tokens};
use tracing::warn;
use wire_mesos::duration;

use crate::failure::Failure;

/// How executors are treated, and what becomes of what an earlier agent left.
#[derive(clap::Args, Debug)]
pub struct Executors {
    /// What becomes of what an earlier agent left: it goes on (reconnect), or it is ended, and then the agent ends (cleanup)
    #[arg(long, value_name = "HOW", default_value = "reconnect", value_parser = parse_recover)]
    pub recover: Recover,
    /// Do not run if the records of a container are broken, rather than take it for gone
    #[arg(long, value_name = "true|false", default_value_t = false, action = clap::ArgAction::Set,
          num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub strict: bool,
    /// How long executors wait for this agent to come back
    #[arg(long, alias = "recovery_timeout", value_name = "TIME", default_value = "15mins", value_parser = duration::parse)]
    pub recovery_timeout: Duration,
    /// How long a new executor may take to register
    #[arg(long, alias = "executor_registration_timeout", value_name = "TIME", default_value = "1mins",
          value_parser = duration::parse)]
    pub executor_registration_timeout: Duration,
    /// How long an executor may take to come back after a restart of this agent
    #[arg(long, alias = "executor_reregistration_timeout", value_name = "TIME", default_value = "1mins",
          value_parser = duration::parse)]
    pub executor_reregistration_timeout: Duration,
    /// How long an executor that names no time may take to shut down
    #[arg(long, alias = "executor_shutdown_grace_period", value_name = "TIME", default_value = "5secs",
          value_parser = duration::parse)]
    pub executor_shutdown_grace_period: Duration,
    /// What is in the environment of every executor and task, as a JSON object of texts
    #[arg(long, alias = "executor_environment_variables", value_name = "JSON", value_parser = parse_environment)]
    pub executor_environment_variables: Option<Variables>,
    /// Ask executors for the token that they were given; needs --jwt-secret-key. Native drivers have none, and are not asked
    #[arg(long, alias = "authenticate_http_executors", default_value_t = false, action = clap::ArgAction::Set,
          value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub authenticate_http_executors: bool,
    /// The file with the key of executors' tokens; all of its bytes count
    #[arg(long, alias = "jwt_secret_key", value_name = "FILE")]
    pub jwt_secret_key: Option<PathBuf>,
}

/// The variables of an environment.
pub type Variables = BTreeMap<String, String>;

impl Executors {
    /// The settings of the agent's machine.
    pub fn machine(&self) -> svc_agent::Config {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        svc_agent::Config {
            registration_timeout_ms: millis(self.executor_registration_timeout),
            reregistration_timeout_ms: millis(self.executor_reregistration_timeout),
            shutdown_grace_ms: millis(self.executor_shutdown_grace_period),
            recovery_timeout_ms: millis(self.recovery_timeout),
            env: self.executor_environment_variables.clone().unwrap_or_default(),
            ..svc_agent::Config::default()
        }
    }

    /// What makes executors' tokens, if there is a key.
    ///
    /// # Errors
    /// The key cannot be read, or is needed and not given.
    pub fn tokens(&self) -> anyhow::Result<Option<Tokens>> {
        let Some(path) = &self.jwt_secret_key else {
            if self.authenticate_http_executors {
                let failure = Failure::new(Class::Invalid, "--authenticate-http-executors needs --jwt-secret-key");
                return Err(failure
                    .next("name a file with random bytes that only this agent can read")
                    .into());
            }
            return Ok(None);
        };
        let secret = fs::read(path).with_context(|| format!("the key of executors' tokens {}", path.display()))?;
        if secret.is_empty() {
            return Err(Failure::new(Class::Invalid, format!("the key in {} is empty", path.display())).into());
        }
        let mode = fs::metadata(path)?.permissions().mode();
        if mode & 0o007 != 0 {
            warn!(path = %path.display(), "the key of executors' tokens can be read by everybody");
        }
        Ok(Some(Tokens::new(&secret)))
    }
}

fn parse_recover(text: &str) -> Result<Recover, String> {
    match text {
        "reconnect" => Ok(Recover::Reconnect),
        "cleanup" => Ok(Recover::Cleanup),
        _ => Err("expected reconnect or cleanup".into()),
    }
}

fn parse_environment(text: &str) -> Result<Variables, String> {
    serde_json::from_str(text)
        .map_err(|error| format!("{error}; expected a JSON object of texts, as in {{\"TZ\": \"UTC\"}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_texts_by_name() {
        let parsed = parse_environment(r#"{"PATH": "/bin", "TZ": "UTC"}"#).unwrap();
        assert_eq!(parsed["TZ"], "UTC");
        for bad in ["", "[]", r#"{"A": 1}"#] {
            assert!(parse_environment(bad).unwrap_err().contains("JSON object"), "{bad}");
        }
    }

    #[test]
    fn recovery_is_one_of_two() {
        assert_eq!(parse_recover("cleanup"), Ok(Recover::Cleanup));
        assert!(parse_recover("kill").unwrap_err().contains("reconnect or cleanup"));
    }
}
