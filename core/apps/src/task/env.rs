//! The environment as Marathon builds it (its `TaskBuilder` and `EnvironmentHelper`).

use std::collections::BTreeMap;

use model_app::{AppSpec, EnvValue};
use model_cluster::EnvVar;

use super::ports::Port;

/// Longer labels don't become variables.
const MAX_LENGTH: usize = 512;
const LABEL_PREFIX: &str = "MARATHON_APP_LABEL_";

pub(super) fn build(spec: &AppSpec, hostname: &str, ports: &[Port<'_>]) -> Vec<EnvVar> {
    let mut env = BTreeMap::new();
    add_app(spec, &mut env);
    add_labels(spec, &mut env);
    add_ports(ports, &mut env);
    env.insert("HOST".to_owned(), hostname.to_owned());
    for (name, value) in &spec.env {
        if let EnvValue::Plain(value) = value {
            env.insert(name.clone(), value.clone());
        }
    }
    env.into_iter().map(|(name, value)| EnvVar { name, value }).collect()
}

fn add_app(spec: &AppSpec, env: &mut BTreeMap<String, String>) {
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
    env.extend(
        pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?))),
    );
}

fn add_labels(spec: &AppSpec, env: &mut BTreeMap<String, String>) {
    let fits = |key: &str, value: &str| key.len() < MAX_LENGTH - LABEL_PREFIX.len() && value.len() < MAX_LENGTH;
    let labels = spec.labels.iter().filter(|(key, value)| fits(key, value));
    let mut names = Vec::new();
    for (key, value) in labels {
        let name = variable(key);
        env.insert(format!("{LABEL_PREFIX}{name}"), value.clone());
        names.push(name);
    }
    env.insert("MARATHON_APP_LABELS".to_owned(), names.join(" "));
}

fn add_ports(ports: &[Port<'_>], env: &mut BTreeMap<String, String>) {
    for (i, port) in ports.iter().enumerate() {
        let number = port.effective().to_string();
        if port.declared != 0 {
            env.insert(format!("PORT_{}", port.declared), number.clone());
        }
        if let Some(name) = port.name {
            env.insert(format!("PORT_{}", variable(name)), number.clone());
        }
        env.insert(format!("PORT{i}"), number);
    }
    if let Some(first) = ports.first() {
        env.insert("PORT".to_owned(), first.effective().to_string());
        let all: Vec<String> = ports.iter().map(|p| p.effective().to_string()).collect();
        env.insert("PORTS".to_owned(), all.join(","));
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
