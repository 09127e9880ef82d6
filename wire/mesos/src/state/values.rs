use std::collections::BTreeMap;

use model_resources::{AttributeValue, Resources, Value};
use serde::Serialize;

use crate::json::Json;
use crate::v1;

/// Labels are a bare array here.
pub type Labels = Vec<Json<v1::Label>>;

/// The element of an array that is there for old tools and always empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Never {}

/// A number, or any other value as text: `"[31000-32000]"`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Amount {
    /// A scalar, in the unit of its resource.
    Number(f64),
    /// Ranges, a set or a text, as Mesos prints it.
    Text(String),
}

/// Resources summed up by name. `cpus`, `gpus`, `mem` and `disk` are always there; revocable ones are called
/// `cpus_revocable` and so on. Reservations and volumes do not show.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ResourceSummary(pub BTreeMap<String, Amount>);

impl Default for ResourceSummary {
    /// Nothing: the four usual names at zero.
    fn default() -> Self {
        Self(
            ["cpus", "gpus", "mem", "disk"]
                .map(|name| (name.to_owned(), Amount::Number(0.0)))
                .into(),
        )
    }
}

impl From<&Resources> for ResourceSummary {
    fn from(resources: &Resources) -> Self {
        let mut summary = Self::default();
        summary.add(&resources.non_revocable(), "");
        summary.add(&resources.revocable(), "_revocable");
        summary
    }
}

impl ResourceSummary {
    fn add(&mut self, resources: &Resources, suffix: &str) {
        for resource in resources {
            let name = &resource.name;
            let amount = match resource.value {
                Value::Scalar(_) => Amount::Number(resources.scalar(name).to_f64()),
                Value::Ranges(_) => Amount::Text(resources.ranges(name).to_string()),
                Value::Set(_) => Amount::Text(resources.set(name).to_string()),
            };
            self.0.insert(format!("{name}{suffix}"), amount);
        }
    }
}

/// An agent's attributes by name. Of two with one name the last shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Attributes(pub BTreeMap<String, Amount>);

impl From<&model_resources::Attributes> for Attributes {
    fn from(attributes: &model_resources::Attributes) -> Self {
        let amount = |value: &AttributeValue| match value {
            AttributeValue::Scalar(scalar) => Amount::Number(scalar.to_f64()),
            other => Amount::Text(other.to_string()),
        };
        Self(
            attributes
                .iter()
                .map(|attribute| (attribute.name.clone(), amount(&attribute.value)))
                .collect(),
        )
    }
}
