use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use model_cluster::LabelRef;
use model_resources::{AttributeValue, Resource, Resources, Scalar, Value};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::json::Json;
use crate::v1;

/// Labels are a bare array here.
pub type Labels = Vec<Json<v1::Label>>;

/// The same of a task, as the pool keeps them.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskLabels(pub model_cluster::Labels);

impl Serialize for TaskLabels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Label<'a> {
            key: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            value: Option<&'a str>,
        }
        serializer.collect_seq(self.0.iter().map(|LabelRef { key, value }| Label { key, value }))
    }
}

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

/// The names that a summary always has.
const USUAL: [&str; 4] = ["cpus", "gpus", "mem", "disk"];

/// Resources summed up by name. `cpus`, `gpus`, `mem` and `disk` are always there; revocable ones are called
/// `cpus_revocable` and so on. Reservations and volumes do not show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceSummary<'a>(pub Cow<'a, Resources>);

impl<'a> From<&'a Resources> for ResourceSummary<'a> {
    fn from(resources: &'a Resources) -> Self {
        Self(Cow::Borrowed(resources))
    }
}

impl From<Resources> for ResourceSummary<'_> {
    fn from(resources: Resources) -> Self {
        Self(Cow::Owned(resources))
    }
}

impl Serialize for ResourceSummary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.0.as_slice();
        let mut map = serializer.serialize_map(None)?;
        for name in USUAL {
            map.serialize_entry(name, &total(all, name, false))?;
        }
        for (at, resource) in all.iter().enumerate() {
            let (name, revocable) = (resource.name.as_str(), resource.detail().revocable);
            let is_same = |other: &Resource| other.name.as_str() == name && other.detail().revocable == revocable;
            if (!revocable && USUAL.contains(&name)) || all[..at].iter().any(is_same) {
                continue;
            }
            let key = if revocable {
                Cow::Owned(format!("{name}_revocable"))
            } else {
                Cow::Borrowed(name)
            };
            match &resource.value {
                Value::Scalar(_) => map.serialize_entry(&key, &total(all, name, revocable))?,
                Value::Ranges(_) | Value::Set(_) if !all[at + 1..].iter().any(is_same) => {
                    map.serialize_entry(&key, &Text(&resource.value))?;
                }
                Value::Ranges(_) => {
                    let ranges = self.0.filter(is_same).ranges(&resource.name);
                    map.serialize_entry(&key, &Text(&ranges))?;
                }
                Value::Set(_) => map.serialize_entry(&key, &Text(&self.0.filter(is_same).set(&resource.name)))?,
            }
        }
        map.end()
    }
}

/// All scalars of one name.
fn total(resources: &[Resource], name: &str, revocable: bool) -> f64 {
    let mut sum = Scalar::ZERO;
    for resource in resources {
        if let Value::Scalar(amount) = resource.value
            && resource.name.as_str() == name
            && resource.detail().revocable == revocable
        {
            sum += amount;
        }
    }
    sum.to_f64()
}

/// A value as Mesos prints it.
struct Text<T>(T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
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
