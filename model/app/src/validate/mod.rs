//! Marathon's rules for apps (`AppValidation` and `AppDefinition.validAppDefinition`), with its paths and texts.

mod change;
mod container;
mod health;
mod network;
mod placement;
mod text;
mod volume;

use model_resources::Role;

use crate::{AppSpec, EnvValue, Limit, Program, Violation, path_violations};

/// The label that sets the progress deadline of an app's deployments, in seconds; 0 for none.
pub const DEADLINE_LABEL: &str = "HARMONY_PROGRESS_DEADLINE_SECONDS";

/// What the cluster allows apps.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The roles that this app may have; empty for any.
    pub roles: Vec<Role>,
}

/// Collects violations; the last step groups them by path.
#[derive(Default)]
struct Report(Vec<Violation>);

impl Report {
    fn add(&mut self, path: impl Into<String>, error: impl Into<String>) {
        self.0.push(Violation::new(path, error));
    }

    fn add_if(&mut self, wrong: bool, path: impl Into<String>, error: impl Into<String>) {
        if wrong {
            self.add(path, error);
        }
    }
}

impl AppSpec {
    /// All rules that the app breaks, by path; none if it can be run.
    pub fn violations(&self, rules: &Rules) -> Vec<Violation> {
        let mut report = Report::default();
        self.check_paths(&mut report);
        self.check_program(&mut report);
        self.check_texts(&mut report);
        self.check_container(&mut report);
        self.check_networks(&mut report);
        self.check_health(&mut report);
        self.check_readiness(&mut report);
        self.check_fetch(&mut report);
        self.check_limits(&mut report);
        self.check_secrets(&mut report);
        self.check_labels(&mut report);
        self.check_placement(rules, &mut report);
        self.check_strategies(&mut report);
        Violation::grouped(report.0)
    }

    fn check_paths(&self, report: &mut Report) {
        for error in path_violations(self.id.as_str()) {
            report.add("/id", error);
        }
        report.add_if(self.id.as_str().len() > LONGEST_ID, "/id", TOO_LONG);
        if self.id.as_str() == "/" {
            report.add("/id", "Path must contain at least one path element");
            report.add("/", "must not be root");
        }
        for (i, id) in self.dependencies.iter().enumerate() {
            for error in path_violations(id.as_str()) {
                report.add(format!("/dependencies({i})"), error);
            }
        }
    }

    fn check_program(&self, report: &mut Report) {
        let has_image = self.container.as_ref().is_some_and(|c| c.image.is_some());
        let runs_something = match &self.program {
            Some(Program::Shell(_)) => true,
            Some(Program::Args(args)) => !args.is_empty() || has_image,
            None => has_image,
        };
        report.add_if(!runs_something, "/", PROGRAM);
        if let Some(Program::Shell(cmd)) = &self.program {
            // Marathon says so of one character too.
            report.add_if(cmd.len() <= 1, "/", "must not be an empty string");
        }
        report.add_if(
            !is_executor(&self.executor),
            "/executor",
            "must fully match regular expression '^(//cmd)|(/?[^/]+(/[^/]+)*)|$'",
        );
    }

    fn check_fetch(&self, report: &mut Report) {
        for (i, artifact) in self.fetch.iter().enumerate() {
            report.add_if(
                !is_uri(&artifact.uri),
                format!("/fetch({i})/uri"),
                "URI has invalid syntax.",
            );
        }
    }

    fn check_limits(&self, report: &mut Report) {
        let Some(limits) = self.resource_limits else { return };
        for (name, limit, request) in [("cpus", limits.cpus, self.cpus), ("mem", limits.mem, self.mem)] {
            if let Some(Limit::Amount(amount)) = limit {
                let error = format!(
                    "resource limit must be greater than or equal to requested resource ({:?})",
                    request.to_f64()
                );
                report.add_if(amount < request, format!("/resourceLimits/{name}"), error);
            }
        }
    }

    fn check_secrets(&self, report: &mut Report) {
        for (name, source) in &self.secrets {
            report.add_if(name.is_empty(), "/secrets", "must not be empty");
            report.add_if(
                source.is_empty(),
                format!("/secrets/{name}/source"),
                "must not be empty",
            );
        }
        for (name, value) in &self.env {
            report.add_if(name.is_empty(), "/env", "must not be empty");
            if let EnvValue::Secret(secret) = value {
                let undefined = !self.secrets.contains_key(secret);
                report.add_if(
                    undefined,
                    format!("/env/{name}/secret"),
                    "references an undefined secret",
                );
            }
        }
    }

    fn check_labels(&self, report: &mut Report) {
        let label = |name: &str| self.labels.get(name).map_or("", String::as_str);
        let deadline = self.labels.get(DEADLINE_LABEL);
        report.add_if(
            deadline.is_some_and(|text| text.trim().parse::<u32>().is_err()),
            format!("/labels/{DEADLINE_LABEL}"),
            "must be a whole number of seconds; 0 is for no deadline",
        );
        let version = label("DCOS_MIGRATION_API_VERSION");
        let complete = version == "v1"
            && !label("DCOS_PACKAGE_FRAMEWORK_NAME").is_empty()
            && !label("DCOS_MIGRATION_API_PATH").is_empty();
        report.add_if(
            !version.is_empty() && !complete,
            "/",
            "DCOS_PACKAGE_FRAMEWORK_NAME and DCOS_MIGRATION_API_PATH must be defined when using DCOS_MIGRATION_API_VERSION",
        );
        report.add_if(
            self.is_single_instance() && self.instances > 1,
            "/",
            "Single instance app may only have one instance",
        );
    }
}

/// The longest id in bytes. A task's id is made of it and 62 bytes (`.instance-<uuid>._app.<ten digits>`) in place of its
/// first slash, and names a directory, so that it has 255 at most.
const LONGEST_ID: usize = 194;

/// What is said of a longer one.
const TOO_LONG: &str = "must not be longer than 194 characters, for task ids made of it name directories";

/// What Marathon says of an app that runs nothing, or two things.
const PROGRAM: &str = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";

/// `//cmd`, nothing, or a path without empty parts.
fn is_executor(text: &str) -> bool {
    let path = text.strip_prefix('/').unwrap_or(text);
    matches!(text, "" | "//cmd") || path.split('/').all(|part| !part.is_empty())
}

/// What Java's `URI` takes: no spaces, quotes and the like, and nothing empty after the scheme.
fn is_uri(uri: &str) -> bool {
    const REFUSED: &str = " \"<>\\^`{|}";
    let scheme_only = uri.ends_with(':') && !uri.contains('/');
    !uri.is_empty() && !scheme_only && !uri.chars().any(|c| c.is_control() || REFUSED.contains(c)) && has_escapes(uri)
}

/// Whether each percent sign starts an escape.
fn has_escapes(uri: &str) -> bool {
    let is_hex = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    uri.split('%').skip(1).all(is_hex)
}

#[cfg(test)]
mod tests;
