//! What a framework asks of its offers, role by role.

use std::collections::BTreeMap;

use model_cluster::{AttributeConstraint, FrameworkSpec, Predicate, Selector};
use model_resources::{Quantities, Role};

use crate::{
    resource::{quantities_from_wire, quantities_to_wire},
    v1::{
        OfferFilters,
        offer_filters::{MinAllocatableResources, ResourceQuantities},
        scheduler::{
            self, OfferConstraints,
            attribute_constraint::{
                self,
                predicate::{self, Predicate as Wanted},
                selector::{PseudoattributeType, Selector as Of},
            },
            offer_constraints::{RoleConstraints, role_constraints::Group},
        },
    },
};

/// The minimums in `FrameworkInfo.offer_filters`.
pub(super) fn minimums(wire: &BTreeMap<String, OfferFilters>) -> Result<BTreeMap<Role, Vec<Quantities>>, String> {
    let mut minimums = BTreeMap::new();
    for (name, filters) in wire {
        let Some(least) = &filters.min_allocatable_resources else {
            continue;
        };
        let amounts: Result<_, String> = least.quantities.iter().map(minimum).collect();
        let amounts = amounts.map_err(|error| format!("'FrameworkInfo.offer_filters' of role '{name}': {error}"))?;
        minimums.insert(role(name)?, amounts);
    }
    Ok(minimums)
}

fn minimum(wire: &ResourceQuantities) -> Result<Quantities, String> {
    if wire.quantities.is_empty() {
        return Err("a minimum must name at least one quantity".to_owned());
    }
    quantities_from_wire(&wire.quantities).map_err(|error| error.to_string())
}

/// The minimums as `FrameworkInfo.offer_filters`.
pub(super) fn minimums_to_wire(minimums: &BTreeMap<Role, Vec<Quantities>>) -> BTreeMap<String, OfferFilters> {
    let filters = minimums.iter().map(|(role, amounts)| {
        let amounts = amounts.iter().map(|one| ResourceQuantities {
            quantities: quantities_to_wire(one),
        });
        let least = MinAllocatableResources {
            quantities: amounts.collect(),
        };
        let filters = OfferFilters {
            min_allocatable_resources: Some(least),
        };
        (role.to_string(), filters)
    });
    filters.collect()
}

/// The constraints of SUBSCRIBE and UPDATE_FRAMEWORK, in groups of which one must hold.
pub(super) fn constraints(wire: &OfferConstraints) -> Result<BTreeMap<Role, Vec<Vec<AttributeConstraint>>>, String> {
    let mut constraints = BTreeMap::new();
    for (name, of_role) in &wire.role_constraints {
        let group = |group: &Group| group.attribute_constraints.iter().map(constraint).collect();
        let groups: Result<Vec<Vec<AttributeConstraint>>, String> = of_role.groups.iter().map(group).collect();
        let groups = groups.map_err(|why| format!("'offer_constraints' of role '{name}': {why}"))?;
        constraints.insert(role(name)?, groups);
    }
    Ok(constraints)
}

fn role(name: &str) -> Result<Role, String> {
    Role::new(name).map_err(|error| format!("role '{name}' is invalid: {error}"))
}

fn constraint(wire: &scheduler::AttributeConstraint) -> Result<AttributeConstraint, String> {
    let selector = match &wire.selector.selector {
        Some(Of::AttributeName(name)) => Selector::Attribute(name.clone()),
        Some(Of::PseudoattributeType(kind)) => match PseudoattributeType::try_from(*kind) {
            Ok(PseudoattributeType::Hostname) => Selector::Hostname,
            Ok(PseudoattributeType::Region) => Selector::Region,
            Ok(PseudoattributeType::Zone) => Selector::Zone,
            _ => return Err("'Selector.pseudoattribute_type' is unknown".to_owned()),
        },
        None => return Err("a 'Selector' selects nothing".to_owned()),
    };
    let predicate = match &wire.predicate.predicate {
        Some(Wanted::Exists(_)) => Predicate::Exists,
        Some(Wanted::NotExists(_)) => Predicate::NotExists,
        Some(Wanted::TextEquals(text)) => Predicate::TextEquals(text.value.clone()),
        Some(Wanted::TextNotEquals(text)) => Predicate::TextNotEquals(text.value.clone()),
        Some(Wanted::TextMatches(text)) => Predicate::TextMatches(text.regex.clone()),
        Some(Wanted::TextNotMatches(text)) => Predicate::TextNotMatches(text.regex.clone()),
        None => return Err("a 'Predicate' is unknown or missing".to_owned()),
    };
    Ok(AttributeConstraint { selector, predicate })
}

/// Which agents a framework wants to hear of, as the master shows it.
pub fn constraints_to_wire(spec: &FrameworkSpec) -> OfferConstraints {
    let constraints = spec.constraints.iter().map(|(role, groups)| {
        let groups = groups.iter().map(|group| Group {
            attribute_constraints: group.iter().map(constraint_to_wire).collect(),
        });
        let of_role = RoleConstraints {
            groups: groups.collect(),
        };
        (role.to_string(), of_role)
    });
    OfferConstraints {
        role_constraints: constraints.collect(),
    }
}

fn constraint_to_wire(constraint: &AttributeConstraint) -> scheduler::AttributeConstraint {
    let selector = match &constraint.selector {
        Selector::Hostname => Of::PseudoattributeType(PseudoattributeType::Hostname as i32),
        Selector::Region => Of::PseudoattributeType(PseudoattributeType::Region as i32),
        Selector::Zone => Of::PseudoattributeType(PseudoattributeType::Zone as i32),
        Selector::Attribute(name) => Of::AttributeName(name.clone()),
    };
    let value = String::clone;
    let predicate = match &constraint.predicate {
        Predicate::Exists => Wanted::Exists(predicate::Exists {}),
        Predicate::NotExists => Wanted::NotExists(predicate::NotExists {}),
        Predicate::TextEquals(text) => Wanted::TextEquals(predicate::TextEquals { value: value(text) }),
        Predicate::TextNotEquals(text) => Wanted::TextNotEquals(predicate::TextNotEquals { value: value(text) }),
        Predicate::TextMatches(text) => Wanted::TextMatches(predicate::TextMatches { regex: value(text) }),
        Predicate::TextNotMatches(text) => Wanted::TextNotMatches(predicate::TextNotMatches { regex: value(text) }),
    };
    scheduler::AttributeConstraint {
        selector: attribute_constraint::Selector {
            selector: Some(selector),
        },
        predicate: attribute_constraint::Predicate {
            predicate: Some(predicate),
        },
    }
}
