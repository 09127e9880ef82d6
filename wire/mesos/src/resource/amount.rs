use std::collections::BTreeMap;

use model_resources::{Name, Quantities, Ranges, Scalar, Set, Value};

use super::Problem;
use crate::v1;
use crate::v1::value;

/// Sets the type and the value.
pub(super) fn to_wire(amount: &Value, wire: &mut v1::Resource) {
    match amount {
        Value::Scalar(scalar) => {
            wire.set_type(value::Type::Scalar);
            wire.scalar = Some(scalar_to_wire(*scalar));
        }
        Value::Ranges(ranges) => {
            wire.set_type(value::Type::Ranges);
            wire.ranges = Some(ranges_to_wire(ranges));
        }
        Value::Set(set) => {
            wire.set_type(value::Type::Set);
            wire.set = Some(set_to_wire(set));
        }
    }
}

pub(super) fn from_wire(wire: &v1::Resource) -> Result<Value, Problem> {
    let kind = value::Type::try_from(wire.r#type).map_err(|_| Problem::Type)?;
    match (kind, &wire.scalar, &wire.ranges, &wire.set) {
        (value::Type::Scalar, Some(scalar), None, None) => Ok(scalar_from_wire(scalar)?.into()),
        (value::Type::Ranges, None, Some(ranges), None) => Ok(ranges_from_wire(ranges)?.into()),
        (value::Type::Set, None, None, Some(set)) => Ok(set_from_wire(set)?.into()),
        (value::Type::Scalar, ..) => Err(Problem::Shape("scalar")),
        (value::Type::Ranges, ..) => Err(Problem::Shape("ranges")),
        (value::Type::Set, ..) => Err(Problem::Shape("set")),
        (value::Type::Text, ..) => Err(Problem::Type),
    }
}

pub(super) fn scalar_to_wire(scalar: Scalar) -> value::Scalar {
    value::Scalar { value: scalar.to_f64() }
}

pub(super) fn scalar_from_wire(wire: &value::Scalar) -> Result<Scalar, Problem> {
    let scalar = Scalar::from_f64(wire.value)?;
    if scalar.is_empty() && wire.value != 0.0 {
        Err(Problem::TooSmall(wire.value))
    } else {
        Ok(scalar)
    }
}

pub(super) fn ranges_to_wire(ranges: &Ranges) -> value::Ranges {
    let range = ranges
        .as_slice()
        .iter()
        .map(|range| value::Range {
            begin: range.begin,
            end: range.end,
        })
        .collect();
    value::Ranges { range }
}

pub(super) fn ranges_from_wire(wire: &value::Ranges) -> Result<Ranges, Problem> {
    let mut sorted: Vec<_> = wire.range.iter().map(|range| (range.begin, range.end)).collect();
    sorted.sort_unstable();
    if let Some((begin, end)) = sorted.iter().find(|(begin, end)| begin > end) {
        return Err(Problem::Inverted {
            begin: *begin,
            end: *end,
        });
    }
    if let Some(pair) = sorted.windows(2).find(|pair| pair[1].0 <= pair[0].1) {
        return Err(Problem::Overlap(pair[1].0));
    }
    Ok(sorted.into_iter().map(|(begin, end)| begin..=end).collect())
}

pub(super) fn set_to_wire(set: &Set) -> value::Set {
    value::Set {
        item: set.iter().map(str::to_owned).collect(),
    }
}

pub(super) fn set_from_wire(wire: &value::Set) -> Result<Set, Problem> {
    let mut set = Set::new();
    for word in &wire.item {
        if !set.insert(word) {
            return Err(Problem::Duplicate(word.clone()));
        }
    }
    Ok(set)
}

/// Amounts by name, as in task limits, quota and the filters of offers.
pub fn quantities_to_wire(quantities: &Quantities) -> BTreeMap<String, value::Scalar> {
    quantities
        .iter()
        .map(|(name, scalar)| (name.to_string(), scalar_to_wire(scalar)))
        .collect()
}

/// Reads amounts by name.
///
/// # Errors
/// When an amount is negative, too large, too small or no number; task limits may be infinite, which this refuses.
pub fn quantities_from_wire(wire: &BTreeMap<String, value::Scalar>) -> Result<Quantities, Problem> {
    wire.iter()
        .map(|(name, scalar)| Ok((Name::new(name), scalar_from_wire(scalar)?)))
        .collect()
}
