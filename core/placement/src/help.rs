//! Counting refusals and saying what would help.

use std::collections::BTreeMap;

use crate::{
    Demand, Placer, PortAsk, Reason, Refusal,
    filters::{self, constraint::Rules},
    node::{Amounts, Share, is_for, share},
};

impl Placer {
    /// Asks every agent about one more instance.
    pub(crate) fn refusal(&self, demand: &Demand, need: &Amounts, rules: &Rules) -> Refusal {
        let mut refused: BTreeMap<Reason, u32> = BTreeMap::new();
        let mut constraints: BTreeMap<&str, u32> = BTreeMap::new();
        let mut most = Share::default();
        for node in 0..self.nodes.len() as u32 {
            let Some(reason) = self.reason(node, demand, need, rules) else {
                continue;
            };
            *refused.entry(reason).or_insert(0) += 1;
            if reason == Reason::Constraint {
                let rule = rules.refusing(node as usize).unwrap_or_default();
                *constraints.entry(rule).or_insert(0) += 1;
            }
            raise(&mut most, reason, &self.nodes[node as usize].share(demand));
        }
        let mut help: Vec<String> = Vec::new();
        if self.nodes.is_empty() {
            help.push("There are no agents: add one.".to_owned());
        }
        for (reason, agents) in &refused {
            match reason {
                Reason::Constraint => help.extend(constraints.iter().map(|(rule, n)| constraint(rule, *n))),
                _ => help.push(sentence(*reason, *agents, demand, &most)),
            }
        }
        Refusal {
            unplaced: 0,
            considered: self.nodes.len() as u32,
            refused: refused.into_iter().collect(),
            constraints: constraints.into_iter().map(|(rule, n)| (rule.to_owned(), n)).collect(),
            help,
            never: self.never(demand, need, rules),
        }
    }

    /// Why no agent could take an instance even if nothing else ran.
    fn never(&self, demand: &Demand, need: &Amounts, rules: &Rules) -> Option<String> {
        let mut refused: BTreeMap<Reason, u32> = BTreeMap::new();
        let mut most = Share::default();
        for (i, agent) in self.pool.agents.iter().enumerate() {
            let all = share(agent.all(), |r| is_for(r, demand));
            let reason = match filters::amounts(&all, need, demand) {
                _ if !rules.admits_ever(i) => Reason::Constraint,
                _ if !filters::role::admits(&all) => Reason::Role,
                Some(reason) => reason,
                None => return None,
            };
            raise(&mut most, reason, &all);
            *refused.entry(reason).or_insert(0) += 1;
        }
        let texts: Vec<String> = refused
            .iter()
            .map(|(reason, n)| shortfall(*reason, *n, demand, &most))
            .collect();
        (!texts.is_empty()).then(|| format!("Not even an empty agent could take it: {}.", texts.join("; ")))
    }
}

/// Keeps the most that any agent refused for `reason` has of what it lacks.
fn raise(most: &mut Share, reason: Reason, share: &Share) {
    let (most_of, of) = (&mut most.amounts, &share.amounts);
    match reason {
        Reason::Cpus => most_of.cpus = most_of.cpus.max(of.cpus),
        Reason::Mem => most_of.mem = most_of.mem.max(of.mem),
        Reason::Disk => most_of.disk = most_of.disk.max(of.disk),
        Reason::Gpus => most_of.gpus = most_of.gpus.max(of.gpus),
        Reason::Ports if share.ports.count() > most.ports.count() => most.ports = share.ports.clone(),
        Reason::Ports | Reason::Role | Reason::Constraint => {}
        Reason::Disconnected | Reason::Draining | Reason::Deactivated | Reason::Maintenance => {}
    }
}

fn constraint(rule: &str, agents: u32) -> String {
    format!(
        "Constraint {rule} refuses {}: loosen it or add agents that satisfy it.",
        count(agents)
    )
}

fn count(agents: u32) -> String {
    if agents == 1 {
        "1 agent".to_owned()
    } else {
        format!("{agents} agents")
    }
}

fn sentence(reason: Reason, agents: u32, demand: &Demand, most: &Share) -> String {
    let what = shortfall(reason, agents, demand, most);
    let cure = match reason {
        Reason::Disconnected => "bring them back",
        Reason::Draining => "reactivate them once they are drained",
        Reason::Deactivated => "reactivate them",
        Reason::Maintenance => "wait until it is over, or take them out of the schedule",
        Reason::Role => "accept other roles or unreserve resources",
        Reason::Ports => "ask for other ports or free them",
        Reason::Constraint => "loosen the constraints or add agents that satisfy them",
        Reason::Cpus | Reason::Mem | Reason::Disk | Reason::Gpus => "ask for less, free some or add agents",
    };
    let mut chars = what.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first
        .into_iter()
        .chain(chars)
        .chain(": ".chars())
        .chain(cure.chars())
        .chain(['.'])
        .collect()
}

fn shortfall(reason: Reason, agents: u32, demand: &Demand, most: &Share) -> String {
    let agents = count(agents);
    let amount = |name: &str, wanted: String, most: i64| {
        let most = model_resources::Scalar::from_millis(most);
        format!("{name} {wanted} is asked for, the most of {agents} is {most}")
    };
    match reason {
        Reason::Disconnected => format!("{agents} disconnected"),
        Reason::Draining => format!("{agents} draining or drained"),
        Reason::Deactivated => format!("{agents} deactivated"),
        Reason::Maintenance => format!("{agents} in maintenance or soon to be"),
        Reason::Role => format!("{agents} with nothing for role {}", demand.role),
        Reason::Constraint => format!("{agents} against the constraints"),
        Reason::Cpus => amount("cpus", demand.cpus.to_string(), most.amounts.cpus),
        Reason::Mem => amount("mem", demand.mem.to_string(), most.amounts.mem),
        Reason::Disk => amount("disk", demand.disk.to_string(), most.amounts.disk),
        Reason::Gpus => amount("gpus", demand.gpus.to_string(), most.amounts.gpus),
        Reason::Ports => format!("ports {} are asked for, {agents} without them", asks(&demand.ports)),
    }
}

fn asks(asks: &[PortAsk]) -> String {
    let fixed = asks.iter().filter_map(|ask| match ask {
        PortAsk::Fixed(port) => Some(port.to_string()),
        PortAsk::Any => None,
    });
    let any = asks.iter().filter(|a| **a == PortAsk::Any).count();
    let any = (any > 0).then(|| format!("{any} of any number"));
    fixed.chain(any).collect::<Vec<_>>().join(", ")
}
