use model_resources::{Attribute, AttributeValue, Attributes};

use super::Problem;
use super::amount::{ranges_from_wire, ranges_to_wire, scalar_from_wire, scalar_to_wire, set_from_wire, set_to_wire};
use crate::v1;
use crate::v1::value::{Text, Type};

/// Attributes on the wire, in their order.
pub fn attributes_to_wire(attributes: &Attributes) -> Vec<v1::Attribute> {
    attributes.iter().map(to_wire).collect()
}

/// Reads attributes.
///
/// # Errors
/// When one has no value of its type, or a value that is none.
pub fn attributes_from_wire(wire: &[v1::Attribute]) -> Result<Attributes, Problem> {
    wire.iter().map(from_wire).collect()
}

fn to_wire(attribute: &Attribute) -> v1::Attribute {
    let mut wire = v1::Attribute {
        name: attribute.name.clone(),
        ..v1::Attribute::default()
    };
    match &attribute.value {
        AttributeValue::Scalar(scalar) => {
            wire.set_type(Type::Scalar);
            wire.scalar = Some(scalar_to_wire(*scalar));
        }
        AttributeValue::Ranges(ranges) => {
            wire.set_type(Type::Ranges);
            wire.ranges = Some(ranges_to_wire(ranges));
        }
        AttributeValue::Set(set) => {
            wire.set_type(Type::Set);
            wire.set = Some(set_to_wire(set));
        }
        AttributeValue::Text(text) => {
            wire.set_type(Type::Text);
            wire.text = Some(Text { value: text.clone() });
        }
    }
    wire
}

fn from_wire(wire: &v1::Attribute) -> Result<Attribute, Problem> {
    let absent = || Problem::Attribute(wire.name.clone());
    let value = match Type::try_from(wire.r#type).map_err(|_| absent())? {
        Type::Scalar => AttributeValue::Scalar(scalar_from_wire(wire.scalar.as_ref().ok_or_else(absent)?)?),
        Type::Ranges => AttributeValue::Ranges(ranges_from_wire(wire.ranges.as_ref().ok_or_else(absent)?)?),
        Type::Set => AttributeValue::Set(set_from_wire(wire.set.as_ref().ok_or_else(absent)?)?),
        Type::Text => AttributeValue::Text(wire.text.as_ref().ok_or_else(absent)?.value.clone()),
    };
    Ok(Attribute {
        name: wire.name.clone(),
        value,
    })
}
