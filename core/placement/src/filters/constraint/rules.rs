use std::{borrow::Cow, collections::BTreeMap};

use base_ids::AgentId;
use model_app::{Constraint, Operator};
use regex::Regex;

use super::{cluster, field, group_by, is, like, max_per, unique, unlike};
use crate::{Demand, Pool};

/// The constraints of one demand, ready to be asked about every agent of a pool.
pub(crate) struct Rules {
    rules: Vec<Rule>,
}

struct Rule {
    text: String,
    form: Form,
    /// The value of each agent as a number; `NONE` where it has none.
    values: Vec<u32>,
    /// Instances by value.
    counts: Vec<u32>,
    /// Instances in all whose value is known.
    total: u32,
    /// Values that GROUP_BY must fill.
    domain: Vec<u32>,
    /// The fewest instances of a value of the domain.
    least: u32,
}

enum Form {
    /// Decided by the agent alone, for each.
    Fixed(Vec<bool>),
    Unique,
    MaxPer(u32),
    Cluster,
    GroupBy(u32),
}

const NONE: u32 = u32::MAX;

impl Rules {
    /// Reads the fields of all agents. The domain of GROUP_BY is what the whole registry has under the demand's other
    /// rules, whether an instance was ever there or not.
    pub fn new(pool: &Pool, demand: &Demand, find: impl Fn(&AgentId) -> Option<u32>) -> Self {
        if demand.constraints.is_empty() {
            return Self { rules: Vec::new() };
        }
        let mut rules: Vec<Rule> = demand.constraints.iter().map(|c| Rule::new(pool, c)).collect();
        let eligible: Vec<bool> = (0..pool.agents.len())
            .map(|node| pool.agents[node].refusal().is_none() && rules.iter().all(|r| r.admits_ever(node)))
            .collect();
        for rule in &mut rules {
            rule.fill_domain(&eligible);
            for (agent, count) in &demand.existing {
                if let Some(node) = find(agent) {
                    rule.count(node as usize, *count);
                }
            }
        }
        Self { rules }
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The first rule that refuses an agent now.
    pub fn refusing(&self, node: usize) -> Option<&str> {
        self.rules.iter().find(|r| !r.admits(node)).map(|r| r.text.as_str())
    }

    /// Whether the agent is refused for as long as this plan is made: only GROUP_BY changes its mind.
    pub fn refuses_for_good(&self, node: usize) -> bool {
        self.rules.iter().any(|r| match r.form {
            Form::GroupBy(_) => r.values[node] == NONE,
            _ => !r.admits(node),
        })
    }

    /// Whether the GROUP_BY rules admit the group of an agent.
    pub fn admits_group(&self, node: usize) -> bool {
        self.rules
            .iter()
            .filter(|r| matches!(r.form, Form::GroupBy(_)))
            .all(|r| r.admits(node))
    }

    /// The values of an agent under the GROUP_BY rules.
    pub fn group(&self, node: usize) -> Vec<u32> {
        let grouping = self.rules.iter().filter(|r| matches!(r.form, Form::GroupBy(_)));
        grouping.map(|r| r.values[node]).collect()
    }

    /// Whether the agent could be admitted if no instance ran anywhere.
    pub fn admits_ever(&self, node: usize) -> bool {
        self.rules.iter().all(|r| r.admits_ever(node))
    }

    /// Counts an instance more on an agent.
    pub fn place(&mut self, node: usize) {
        for rule in &mut self.rules {
            rule.count(node, 1);
        }
    }
}

impl Rule {
    fn new(pool: &Pool, constraint: &Constraint) -> Self {
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        let mut values = Vec::with_capacity(pool.agents.len());
        let mut fixed = Vec::new();
        let test = Test::new(constraint);
        for agent in &pool.agents {
            let value = field::value(agent, &constraint.field);
            if let Some(test) = &test {
                fixed.push(test.matches(value.as_deref()));
            }
            values.push(value.map_or(NONE, |v| intern(&mut names, v)));
        }
        let number = || {
            constraint
                .value
                .as_deref()
                .and_then(|v| v.parse::<u32>().ok())
                .unwrap_or(0)
        };
        let form = match constraint.operator {
            _ if test.is_some() => Form::Fixed(fixed),
            Operator::Unique => Form::Unique,
            Operator::MaxPer => Form::MaxPer(number()),
            Operator::GroupBy => Form::GroupBy(number()),
            Operator::Cluster | Operator::Like | Operator::Unlike | Operator::Is => Form::Cluster,
        };
        Self {
            text: constraint.to_string(),
            form,
            values,
            counts: vec![0; names.len()],
            total: 0,
            domain: Vec::new(),
            least: 0,
        }
    }

    fn fill_domain(&mut self, eligible: &[bool]) {
        let mut seen = vec![false; self.counts.len()];
        for (value, eligible) in self.values.iter().zip(eligible) {
            if *eligible && *value != NONE && !std::mem::replace(&mut seen[*value as usize], true) {
                self.domain.push(*value);
            }
        }
    }

    fn count(&mut self, node: usize, instances: u32) {
        let value = self.values[node];
        if value == NONE {
            return;
        }
        self.counts[value as usize] += instances;
        self.total += instances;
        if matches!(self.form, Form::GroupBy(_)) {
            self.least = self.domain.iter().map(|v| self.counts[*v as usize]).min().unwrap_or(0);
        }
    }

    fn admits(&self, node: usize) -> bool {
        let value = self.values[node];
        let here = if value == NONE { 0 } else { self.counts[value as usize] };
        match &self.form {
            Form::Fixed(admitted) => admitted[node],
            _ if value == NONE => false,
            Form::Unique => unique::admits(here),
            Form::MaxPer(limit) => max_per::admits(here, *limit),
            Form::Cluster => cluster::admits(here, self.total),
            Form::GroupBy(wanted) => group_by::admits(here, self.least, self.domain.len() as u32, *wanted),
        }
    }

    fn admits_ever(&self, node: usize) -> bool {
        match &self.form {
            Form::Fixed(admitted) => admitted[node],
            Form::MaxPer(0) => false,
            _ => self.values[node] != NONE,
        }
    }
}

fn intern(names: &mut BTreeMap<String, u32>, value: Cow<'_, str>) -> u32 {
    if let Some(number) = names.get(value.as_ref()) {
        return *number;
    }
    let number = names.len() as u32;
    names.insert(value.into_owned(), number);
    number
}

/// A rule that looks at the agent alone.
enum Test<'a> {
    Cluster(&'a str),
    Like(Option<Regex>),
    Unlike(Option<Regex>),
    Is(&'a str),
}

impl<'a> Test<'a> {
    fn new(constraint: &'a Constraint) -> Option<Self> {
        let value = constraint.value.as_deref().unwrap_or_default();
        match constraint.operator {
            Operator::Cluster if !value.is_empty() => Some(Self::Cluster(value)),
            Operator::Like => Some(Self::Like(like::whole(value))),
            Operator::Unlike => Some(Self::Unlike(like::whole(value))),
            Operator::Is => Some(Self::Is(value)),
            Operator::Unique | Operator::Cluster | Operator::GroupBy | Operator::MaxPer => None,
        }
    }

    /// A broken expression (validation refuses them) matches nothing.
    fn matches(&self, value: Option<&str>) -> bool {
        match self {
            Self::Cluster(wanted) => cluster::matches(value, wanted),
            Self::Like(Some(pattern)) => like::matches(value, pattern),
            Self::Unlike(Some(pattern)) => unlike::matches(value, pattern),
            Self::Like(None) | Self::Unlike(None) => false,
            Self::Is(wanted) => is::matches(value, wanted),
        }
    }
}
