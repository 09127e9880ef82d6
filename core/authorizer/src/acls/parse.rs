use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value};

use super::{
    Acls, Rule,
    entity::Entity,
    table::{KINDS, Kind, Objects},
};

/// The endpoints that rules may name.
const PATHS: [&str; 6] = [
    "/containers",
    "/containerizer/debug",
    "/files/debug",
    "/logging/toggle",
    "/metrics/snapshot",
    "/monitor/statistics",
];

/// What is wrong with access control lists, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclError(String);

impl fmt::Display for AclError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AclError {}

pub(super) fn parse(text: &str) -> Result<Acls, AclError> {
    let value: Value = serde_json::from_str(text).map_err(|error| AclError(format!("no JSON: {error}")))?;
    let mut acls = Acls {
        permissive: true,
        rules: BTreeMap::new(),
    };
    for (name, value) in object("the lists", &value)? {
        if name == "permissive" {
            let expected = || AclError(format!("permissive: expected true or false, not {value}"));
            acls.permissive = value.as_bool().ok_or_else(expected)?;
            continue;
        }
        // A list with a name that nobody knows would protect nothing.
        let kind = KINDS.iter().find(|kind| kind.name == name);
        let kind = kind.ok_or_else(|| AclError(format!("there is no list '{name}'")))?;
        let list = value.as_array();
        let list = list.ok_or_else(|| AclError(format!("{name}: expected an array of rules")))?;
        let rules = list.iter().enumerate().map(|(at, value)| rule(kind, at, value));
        acls.rules.insert(kind.name, rules.collect::<Result<_, _>>()?);
    }
    Ok(acls)
}

fn object<'a>(place: &str, value: &'a Value) -> Result<&'a Map<String, Value>, AclError> {
    value
        .as_object()
        .ok_or_else(|| AclError(format!("{place}: expected an object")))
}

fn rule(kind: &Kind, at: usize, value: &Value) -> Result<Rule, AclError> {
    let place = format!("{}[{at}]", kind.name);
    let fields = object(&place, value)?;
    if let Some(name) = fields.keys().find(|name| *name != "principals" && *name != kind.key) {
        return Err(AclError(format!(
            "{place}: expected 'principals' and '{}', not '{name}'",
            kind.key
        )));
    }
    let part = |name: &str| {
        let value = fields.get(name);
        let value = value.ok_or_else(|| AclError(format!("{place}: '{name}' is missing")))?;
        entity(&format!("{place}.{name}"), value)
    };
    let rule = Rule {
        principals: part("principals")?,
        objects: part(kind.key)?,
    };
    match (&rule.objects, kind.objects) {
        (Entity::Some(_), Objects::AnyOrNone) => Err(AclError(format!(
            "{place}.{}: the type must be either NONE or ANY",
            kind.key
        ))),
        (Entity::Some(paths), Objects::Paths) => match paths.iter().find(|path| !PATHS.contains(&path.as_str())) {
            Some(path) => Err(AclError(format!("{place}: Path: '{path}' is not an authorizable path"))),
            None => Ok(rule),
        },
        _ => Ok(rule),
    }
}

fn entity(place: &str, value: &Value) -> Result<Entity, AclError> {
    let fields = object(place, value)?;
    if let Some(name) = fields.keys().find(|name| *name != "type" && *name != "values") {
        return Err(AclError(format!("{place}: expected 'type' and 'values', not '{name}'")));
    }
    let kind = fields.get("type").map_or(Some("SOME"), Value::as_str);
    match kind {
        Some("ANY") => Ok(Entity::Any),
        Some("NONE") => Ok(Entity::None),
        Some("SOME") => values(place, fields.get("values")).map(Entity::Some),
        _ => Err(AclError(format!("{place}.type: expected ANY, NONE or SOME"))),
    }
}

fn values(place: &str, given: Option<&Value>) -> Result<Vec<String>, AclError> {
    let expected = || AclError(format!("{place}.values: expected an array of texts"));
    let Some(given) = given else { return Ok(Vec::new()) };
    let values = given.as_array().ok_or_else(expected)?.iter();
    values
        .map(|value| value.as_str().map(str::to_owned).ok_or_else(expected))
        .collect()
}
