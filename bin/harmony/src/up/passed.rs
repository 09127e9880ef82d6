//! The master's options that `harmony up` takes too and hands on as they were given.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::daemon::pool::Pool;

/// Words of the command line for the master, whose meaning was checked.
#[derive(Clone, Debug, Default)]
pub struct Passed(pub Vec<OsString>);

impl Args for Passed {
    fn augment_args(command: Command) -> Command {
        Pool::augment_args(command.next_help_heading("The master's options"))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Passed {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let pool = Pool::from_arg_matches(matches)?;
        pool.check()
            .map_err(|why| clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{why}\n")))?;
        let known = Pool::augment_args(Command::new("pool"));
        let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let mut words = Vec::new();
        for option in known.get_arguments().filter(|option| given(option.get_id().as_str())) {
            let Some(name) = option.get_long() else {
                continue;
            };
            if !option.get_action().takes_values() {
                words.push(format!("--{name}").into());
                continue;
            }
            for value in matches.get_raw(option.get_id().as_str()).into_iter().flatten() {
                let mut word = OsString::from(format!("--{name}="));
                word.push(value);
                words.push(word);
            }
        }
        Ok(Self(words))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(words: &[&str]) -> Result<Vec<OsString>, clap::Error> {
        let command = Passed::augment_args(Command::new("up").no_binary_name(true));
        let passed = Passed::from_arg_matches(&command.try_get_matches_from(words)?)?;
        Ok(passed.0)
    }

    #[test]
    fn what_is_given_is_passed_on_and_nothing_else() {
        assert_eq!(passed(&[]).unwrap(), Vec::<OsString>::new());
        let given = [
            "--offer-timeout=30secs",
            "--require-agent-domain",
            "--fair-sharing-excluded-resource-names=gpus",
            "--fair-sharing-excluded-resource-names=x",
            "--recovery-agent-removal-limit=50%",
        ];
        let mut expected: Vec<OsString> = given.iter().map(OsString::from).collect();
        let mut got = passed(&given).unwrap();
        expected.sort();
        got.sort();
        assert_eq!(got, expected);
    }

    #[test]
    fn what_the_master_would_refuse_is_refused_at_once() {
        for bad in [
            "--offer-timeout=soon",
            "--recovery-agent-removal-limit=101%",
            "--agent-ping-timeout=0secs",
            "--min-allocatable-resources=x",
        ] {
            assert!(passed(&[bad]).is_err(), "{bad}");
        }
    }
}
