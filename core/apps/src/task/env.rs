//! The environment as Marathon builds it (its `TaskBuilder` and `EnvironmentHelper`).

use model_app::{AppSpec, EnvValue};
use model_cluster::{Env, EnvVar};

use super::ports::Port;

/// Longer labels don't become variables.
const MAX_LENGTH: usize = 512;
const LABEL_PREFIX: &str = "MARATHON_APP_LABEL_";

pub(super) fn build(spec: &AppSpec, hostname: &str, ports: &[Port<'_>]) -> Env {
    let mut env = Vec::with_capacity(16 + spec.labels.len() + spec.env.len() + 3 * ports.len());
    add_app(spec, &mut env);
    add_labels(spec, &mut env);
    add_ports(ports, &mut env);
    set(&mut env, "HOST", hostname.to_owned());
    for (name, value) in &spec.env {
        if let EnvValue::Plain(value) = value {
            set(&mut env, name, value.clone());
        }
    }
    last_of_each(env).into()
}

fn set(env: &mut Vec<EnvVar>, name: impl Into<String>, value: String) {
    let name = name.into();
    env.push(EnvVar { name, value });
}

/// By name; of those that are set more than once the last.
fn last_of_each(mut env: Vec<EnvVar>) -> Vec<EnvVar> {
    env.reverse();
    env.sort_by(|a, b| a.name.cmp(&b.name));
    env.dedup_by(|next, kept| next.name == kept.name);
    env
}

fn add_app(spec: &AppSpec, env: &mut Vec<EnvVar>) {
    let image = spec
        .container
        .as_ref()
        .and_then(|c| c.image.as_ref())
        .map(|i| i.name.clone());
    // Doubles as Scala prints them: always with a decimal.
    let double = |scalar: model_resources::Scalar| format!("{:?}", scalar.to_f64());
    let pairs = [
        ("MARATHON_APP_ID", Some(spec.id.to_string())),
        ("MARATHON_APP_VERSION", Some(spec.version.to_string())),
        ("MARATHON_APP_DOCKER_IMAGE", image),
        ("MARATHON_APP_RESOURCE_CPUS", Some(double(spec.cpus))),
        ("MARATHON_APP_RESOURCE_MEM", Some(double(spec.mem))),
        ("MARATHON_APP_RESOURCE_DISK", Some(double(spec.disk))),
        ("MARATHON_APP_RESOURCE_GPUS", Some(spec.gpus.whole_units().to_string())),
    ];
    for (name, value) in pairs {
        if let Some(value) = value {
            set(env, name, value);
        }
    }
}

fn add_labels(spec: &AppSpec, env: &mut Vec<EnvVar>) {
    let fits = |key: &str, value: &str| key.len() < MAX_LENGTH - LABEL_PREFIX.len() && value.len() < MAX_LENGTH;
    let labels = spec.labels.iter().filter(|(key, value)| fits(key, value));
    let mut names = Vec::new();
    for (key, value) in labels {
        let name = variable(key);
        set(env, format!("{LABEL_PREFIX}{name}"), value.clone());
        names.push(name);
    }
    set(env, "MARATHON_APP_LABELS", names.join(" "));
}

fn add_ports(ports: &[Port<'_>], env: &mut Vec<EnvVar>) {
    for (i, port) in ports.iter().enumerate() {
        let number = port.effective().to_string();
        if port.declared != 0 {
            set(env, format!("PORT_{}", port.declared), number.clone());
        }
        if let Some(name) = port.name {
            set(env, format!("PORT_{}", variable(name)), number.clone());
        }
        set(env, format!("PORT{i}"), number);
    }
    if let Some(first) = ports.first() {
        set(env, "PORT", first.effective().to_string());
        let all: Vec<String> = ports.iter().map(|p| p.effective().to_string()).collect();
        set(env, "PORTS", all.join(","));
    }
}

/// Upper case, with each run of other characters than letters, digits and `_` as one `_`.
fn variable(name: &str) -> String {
    let mut variable = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            variable.push(c.to_ascii_uppercase());
        } else if c == '_' || !variable.ends_with('_') {
            variable.push('_');
        }
    }
    variable
}
