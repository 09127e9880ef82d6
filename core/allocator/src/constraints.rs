//! Which agents a framework wants to hear of (`src/master/allocator/mesos/offer_constraints_filter.cpp`).

use std::collections::BTreeMap;

use model_cluster::{AgentSpec, AttributeConstraint, Predicate, Selector};
use model_resources::{AttributeValue, Role};
use regex::{Regex, RegexBuilder};

/// The largest compiled expression, in bytes.
const REGEX_BYTES: usize = 64 << 10;

/// A framework's constraints, ready to be asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constraints(BTreeMap<Role, Vec<Vec<Ready>>>);

#[derive(Clone, Debug)]
struct Ready {
    constraint: AttributeConstraint,
    /// For the predicates with an expression.
    regex: Option<Regex>,
}

/// What an agent has of what a constraint selects.
enum Found<'a> {
    Nothing,
    Text(&'a str),
    Other,
}

/// Whether an expression is one, and small enough; it must match the whole text.
///
/// # Errors
/// Why it is not.
pub fn check_expression(text: &str) -> Result<(), String> {
    // The first lines point at the place, for a person before a terminal.
    let last = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().to_owned();
    expression(text).map(drop).map_err(last)
}

fn expression(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{text})$"))
        .size_limit(REGEX_BYTES)
        .build()
}

impl Constraints {
    pub(crate) fn of(spec: &BTreeMap<Role, Vec<Vec<AttributeConstraint>>>) -> Self {
        let ready = |constraint: &AttributeConstraint| Ready {
            regex: match &constraint.predicate {
                Predicate::TextMatches(text) | Predicate::TextNotMatches(text) => expression(text).ok(),
                _ => None,
            },
            constraint: constraint.clone(),
        };
        let groups = |groups: &Vec<Vec<AttributeConstraint>>| {
            let group = |group: &Vec<AttributeConstraint>| group.iter().map(ready).collect();
            groups.iter().map(group).collect()
        };
        Self(spec.iter().map(|(role, of)| (role.clone(), groups(of))).collect())
    }

    /// Whether a role does not want an agent.
    pub(crate) fn exclude(&self, role: &Role, about: Option<&AgentSpec>) -> bool {
        let (false, Some(groups)) = (self.0.is_empty(), self.0.get(role)) else {
            return false;
        };
        let Some(about) = about else { return true };
        !groups.iter().any(|group| group.iter().all(|ready| ready.holds(about)))
    }
}

impl Ready {
    fn holds(&self, about: &AgentSpec) -> bool {
        let matches = |text: &str| self.regex.as_ref().is_some_and(|regex| regex.is_match(text));
        match (&self.constraint.predicate, find(&self.constraint.selector, about)) {
            (Predicate::Exists, found) => !matches!(found, Found::Nothing),
            (Predicate::NotExists, found) => matches!(found, Found::Nothing),
            (_, Found::Other) => true,
            (Predicate::TextEquals(_) | Predicate::TextMatches(_), Found::Nothing) => false,
            (Predicate::TextNotEquals(_) | Predicate::TextNotMatches(_), Found::Nothing) => true,
            (Predicate::TextEquals(wanted), Found::Text(text)) => wanted == text,
            (Predicate::TextNotEquals(unwanted), Found::Text(text)) => unwanted != text,
            (Predicate::TextMatches(_), Found::Text(text)) => matches(text),
            (Predicate::TextNotMatches(_), Found::Text(text)) => !matches(text),
        }
    }
}

fn find<'a>(selector: &Selector, about: &'a AgentSpec) -> Found<'a> {
    let domain = about.domain.as_ref();
    let text = match selector {
        Selector::Hostname => Some(about.hostname.as_str()),
        Selector::Region => domain.map(|domain| domain.region.as_str()),
        Selector::Zone => domain.map(|domain| domain.zone.as_str()),
        Selector::Attribute(name) => {
            return match about.attributes.iter().find(|a| a.name == *name).map(|a| &a.value) {
                None => Found::Nothing,
                Some(AttributeValue::Text(text)) => Found::Text(text),
                Some(_) => Found::Other,
            };
        }
    };
    text.map_or(Found::Nothing, Found::Text)
}
