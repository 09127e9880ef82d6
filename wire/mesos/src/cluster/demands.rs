//! What a framework asks of its offers, role by role.

use std::collections::BTreeMap;

use model_cluster::{AttributeConstraint, Predicate, Selector};
use model_resources::{Quantities, Role};

use crate::{
    resource::quantities_from_wire,
    v1::{
        OfferFilters,
        scheduler::{
            self, OfferConstraints,
            attribute_constraint::{
                predicate::Predicate as Wanted,
                selector::{PseudoattributeType, Selector as Of},
            },
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
        let amounts = least.quantities.iter().map(|one| quantities_from_wire(&one.quantities));
        let amounts = amounts.collect::<Result<_, _>>();
        let amounts = amounts.map_err(|error| format!("'FrameworkInfo.offer_filters' of role '{name}': {error}"))?;
        minimums.insert(role(name)?, amounts);
    }
    Ok(minimums)
}

/// The constraints of SUBSCRIBE and UPDATE_FRAMEWORK, in groups of which one must hold.
///
/// # Errors
/// Which part cannot be, in a sentence.
pub fn constraints_from_wire(wire: &OfferConstraints) -> Result<BTreeMap<Role, Vec<Vec<AttributeConstraint>>>, String> {
    let mut constraints = BTreeMap::new();
    for (name, of_role) in &wire.role_constraints {
        let group = |group: &scheduler::offer_constraints::role_constraints::Group| {
            group.attribute_constraints.iter().map(constraint).collect()
        };
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
