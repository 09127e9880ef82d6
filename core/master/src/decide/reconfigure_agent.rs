use base_ids::AgentId;
use model_cluster::AgentSpec;
use model_resources::AttributeValue;
use wire_link::ReconfigurationPolicy;

use crate::{Master, Reject};

impl Master {
    /// Whether an agent's own policy lets it come back as something else than it was (Mesos' `src/slave/compatibility.cpp`).
    /// That its tasks still fit is another matter.
    pub(super) fn check_policy(
        &self,
        agent_id: &AgentId,
        policy: ReconfigurationPolicy,
        new: &AgentSpec,
    ) -> Result<(), Reject> {
        let old = &self.find_agent(agent_id)?.1.spec;
        let flaw = match policy {
            ReconfigurationPolicy::Any => None,
            ReconfigurationPolicy::Equal => other_than(old, new).map(|what| ("equal", what)),
            ReconfigurationPolicy::Additive => less_than(old, new).map(|what| ("additive", what)),
        };
        flaw.map_or(Ok(()), |(policy, what)| {
            Err(Reject::Reconfigured {
                agent_id: agent_id.clone(),
                policy,
                what,
            })
        })
    }
}

fn other_than(old: &AgentSpec, new: &AgentSpec) -> Option<String> {
    moved(old, new).or_else(|| {
        if old.resources != new.resources {
            return Some(format!(
                "its resources were {}, now they are {}",
                old.resources, new.resources
            ));
        }
        let same = old.attributes.is_same_set(&new.attributes);
        (!same).then(|| {
            format!(
                "its attributes were '{}', now they are '{}'",
                old.attributes, new.attributes
            )
        })
    })
}

fn less_than(old: &AgentSpec, new: &AgentSpec) -> Option<String> {
    let moved = moved(
        &AgentSpec {
            domain: None,
            ..old.clone()
        },
        &AgentSpec {
            domain: None,
            ..new.clone()
        },
    );
    moved
        .or_else(|| (old.domain.is_some() && old.domain != new.domain).then(|| "its domain changed".to_owned()))
        .or_else(|| {
            let missing = &old.resources - &new.resources;
            (!missing.is_empty()).then(|| format!("it has {missing} less than before"))
        })
        .or_else(|| {
            let kept = |name: &str, value: &AttributeValue| {
                new.attributes.all(name).any(|now| match (value, now) {
                    (AttributeValue::Ranges(old), AttributeValue::Ranges(now)) => now.contains(old),
                    (old, now) => old == now,
                })
            };
            let lost = old.attributes.iter().find(|old| !kept(&old.name, &old.value));
            lost.map(|lost| format!("its attribute '{}' is gone or another", lost.name))
        })
}

fn moved(old: &AgentSpec, new: &AgentSpec) -> Option<String> {
    if old.hostname != new.hostname {
        Some(format!("its hostname was {}, now it is {}", old.hostname, new.hostname))
    } else if old.port != new.port {
        Some(format!("its port was {}, now it is {}", old.port, new.port))
    } else {
        (old.domain != new.domain).then(|| "its domain changed".to_owned())
    }
}
