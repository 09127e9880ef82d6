//! What is handed to the operating system as a text that a NUL byte would end.

use super::Report;
use crate::{AppSpec, EnvValue, Program};

const NUL: &str = "must not contain a NUL byte";

impl AppSpec {
    /// A launch could not carry such a text, so nobody is kept waiting for it to fail.
    pub(super) fn check_texts(&self, report: &mut Report) {
        let mut check = |path: String, text: &str| report.add_if(text.contains('\0'), path, NUL);
        match &self.program {
            Some(Program::Shell(cmd)) => check("/cmd".to_owned(), cmd),
            Some(Program::Args(args)) => {
                for (i, arg) in args.iter().enumerate() {
                    check(format!("/args({i})"), arg);
                }
            }
            None => {}
        }
        for (name, value) in &self.env {
            check("/env".to_owned(), name);
            if let EnvValue::Plain(text) = value {
                check(format!("/env({})", name.replace('\0', "")), text);
            }
        }
        if let Some(user) = &self.user {
            check("/user".to_owned(), user);
        }
    }
}
