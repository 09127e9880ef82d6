//! App definitions as a user gives them: a file, standard input, or `key=value` pairs.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use base_fault::Class;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// What Marathon adds to a definition when it shows an app. A shown app can be edited and given back, so these are dropped.
const SHOWN_ONLY: [&str; 11] = [
    "deployments",
    "lastTaskFailure",
    "readinessCheckResults",
    "taskStats",
    "tasks",
    "tasksHealthy",
    "tasksRunning",
    "tasksStaged",
    "tasksUnhealthy",
    "version",
    "versionInfo",
];
/// Fields whose values are text even when they look like a number.
const TEXT: [&str; 7] = ["cmd", "id", "user", "env", "labels", "executor", "role"];

/// The definitions in a file, or on standard input for `-`: one object, or a list of them.
///
/// # Errors
/// It cannot be read, or it is not JSON of that shape; the place is named.
pub fn read(path: &Path) -> anyhow::Result<Vec<Map<String, Value>>> {
    let from_stdin = path == Path::new("-");
    let name = if from_stdin {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    };
    let text = if from_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.with_context(|| format!("cannot read {name}"))?;
    let bad = |what: String| Failure::new(Class::Invalid, format!("{name}: {what}"));
    let expected = "expected an app definition, {...}, or a list of them";
    let value: Value = serde_json::from_str(&text).map_err(|error| bad(format!("not JSON: {error}")).next(expected))?;
    let values = match value {
        Value::Array(values) => values,
        one => vec![one],
    };
    let object = |value| match value {
        // `/v2/apps/ID` wraps the app; people save its answer too.
        Value::Object(mut wrapped) if wrapped.len() == 1 && wrapped.get("app").is_some_and(Value::is_object) => {
            object_of(wrapped.remove("app"))
        }
        Value::Object(app) => Some(strip(app)),
        _ => None,
    };
    let apps: Option<Vec<_>> = values.into_iter().map(object).collect();
    Ok(apps
        .filter(|apps| !apps.is_empty())
        .ok_or_else(|| bad(expected.to_owned()))?)
}

fn object_of(value: Option<Value>) -> Option<Map<String, Value>> {
    match value {
        Some(Value::Object(app)) => Some(strip(app)),
        _ => None,
    }
}

/// Without what only an answer has.
fn strip(mut app: Map<String, Value>) -> Map<String, Value> {
    app.retain(|key, _| !SHOWN_ONLY.contains(&key.as_str()));
    app
}

/// The id in a definition.
///
/// # Errors
/// It has none.
pub fn id_of(app: &Map<String, Value>) -> Result<&str, Failure> {
    let missing = || {
        Failure::new(
            Class::Invalid,
            "the definition has no \"id\": expected a path such as \"/hello\"",
        )
    };
    app.get("id")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
        .ok_or_else(missing)
}

/// A change of one field: `cpus=0.5`, `cmd=sleep 100`, `env.NAME=value`, `labels={"a": "b"}`. A value is JSON where it can
/// be, text otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The field, and the keys under it.
    pub keys: Vec<String>,
    pub value: Value,
}

impl std::str::FromStr for Pair {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let bad = || {
            Failure::new(Class::Invalid, format!("{text:?} is neither a file nor a change"))
                .next("expected KEY=VALUE such as cpus=0.5 or env.NAME=value, a file, or - for standard input")
        };
        let (key, value) = text.split_once('=').ok_or_else(bad)?;
        let (first, rest) = match key.split_once('.') {
            // What is under env and labels may have dots of its own.
            Some((first, rest)) if matches!(first, "env" | "labels") => (first, vec![rest.to_owned()]),
            Some((first, rest)) => (first, rest.split('.').map(str::to_owned).collect()),
            None => (key, Vec::new()),
        };
        let keys: Vec<String> = std::iter::once(first.to_owned()).chain(rest).collect();
        if keys.iter().any(String::is_empty) {
            return Err(bad());
        }
        Ok(Self {
            value: parse(first, value),
            keys,
        })
    }
}

fn parse(field: &str, value: &str) -> Value {
    let json = serde_json::from_str::<Value>(value).ok();
    let is_plain = !matches!(json, Some(Value::Object(_) | Value::Null));
    match json {
        Some(json) if !(TEXT.contains(&field) && is_plain) => json,
        _ => Value::String(value.to_owned()),
    }
}

/// The fields that `pairs` change, built on those of `app` where only a part of a field changes.
///
/// # Errors
/// A key leads into something that has no keys.
pub fn apply(app: &Value, pairs: &[Pair]) -> Result<Map<String, Value>, Failure> {
    let mut changed = Map::new();
    for pair in pairs {
        let (field, under) = (&pair.keys[0], &pair.keys[1..]);
        let before = app
            .get(field)
            .filter(|_| !under.is_empty())
            .cloned()
            .unwrap_or(Value::Null);
        let mut place = changed.entry(field.clone()).or_insert(before);
        for key in under {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let leaf = || {
                Failure::new(
                    Class::Invalid,
                    format!("{}: there are no keys in it", pair.keys.join(".")),
                )
            };
            place = place
                .as_object_mut()
                .ok_or_else(leaf)?
                .entry(key.clone())
                .or_insert(Value::Null);
        }
        // A null under a key takes the key away: that is how a variable is unset.
        place.clone_from(&pair.value);
    }
    changed.values_mut().for_each(drop_nulls);
    Ok(changed)
}

fn drop_nulls(value: &mut Value) {
    if let Value::Object(map) = value {
        map.retain(|_, value| !value.is_null());
        map.values_mut().for_each(drop_nulls);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pair(text: &str) -> Pair {
        text.parse().unwrap()
    }

    #[test]
    fn values_are_json_where_they_can_be() {
        assert_eq!(pair("instances=3").value, json!(3));
        assert_eq!(pair("cpus=0.5").value, json!(0.5));
        assert_eq!(pair("cmd=sleep 1; a=b").value, json!("sleep 1; a=b"));
        assert_eq!(pair("cmd=true").value, json!("true"));
        assert_eq!(pair("env.N=1").value, json!("1"));
        assert_eq!(pair("env.S={\"secret\": \"s\"}").value, json!({"secret": "s"}));
        assert_eq!(pair("labels.a.b/c=x").keys, ["labels", "a.b/c"]);
        assert_eq!(
            pair("upgradeStrategy.minimumHealthCapacity=0.5").keys,
            ["upgradeStrategy", "minimumHealthCapacity"]
        );
        assert_eq!(pair("args=[\"a\"]").value, json!(["a"]));
        assert_eq!(pair("user=").value, json!(""));
        for bad in ["x", "=1", "a..b=1", ".a=1", "env.=1"] {
            assert_eq!(bad.parse::<Pair>().unwrap_err().class, Class::Invalid, "{bad}");
        }
    }

    #[test]
    fn a_part_of_a_field_keeps_the_rest() {
        let app = json!({"env": {"A": "1", "B": "2"}, "cpus": 1, "cmd": "x"});
        let pairs = [pair("env.A=9"), pair("env.C=3"), pair("env.B=null"), pair("cpus=2")];
        let changed = apply(&app, &pairs).unwrap();
        assert_eq!(Value::Object(changed), json!({"env": {"A": "9", "C": "3"}, "cpus": 2}));
        assert!(apply(&app, &[pair("cmd.x=1")]).is_err());
        assert_eq!(
            Value::Object(apply(&json!({}), &[pair("a.b.c=1")]).unwrap()),
            json!({"a": {"b": {"c": 1}}})
        );
    }

    #[test]
    fn a_shown_app_can_be_given_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        let shown = json!({"app": {"id": "/a", "cmd": "x", "tasks": [], "version": "v", "tasksRunning": 1}});
        std::fs::write(&path, shown.to_string()).unwrap();
        let apps = read(&path).unwrap();
        assert_eq!(apps, [json!({"id": "/a", "cmd": "x"}).as_object().unwrap().clone()]);
        for (text, expected) in [
            ("{", "not JSON"),
            ("3", "expected an app definition"),
            ("[]", "expected an app definition"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = read(&path).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("a.json"), "{error}");
        }
    }
}
