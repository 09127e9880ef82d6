use std::borrow::Cow;

use model_resources::AttributeValue;

use crate::Candidate;

/// The value of a constraint's field on an agent as text; `None` if the agent has no such field.
pub(super) fn value<'a>(agent: &'a Candidate, field: &str) -> Option<Cow<'a, str>> {
    match field {
        "hostname" | "@hostname" => Some(agent.hostname.as_str().into()),
        "@region" => agent.domain.as_ref().map(|d| d.region.as_str().into()),
        "@zone" => agent.domain.as_ref().map(|d| d.zone.as_str().into()),
        name => agent.attributes.get(name).map(text),
    }
}

/// Marathon's text of an attribute: `r1`, `1.5`, `[1-2,5-6]`, `{a,b}`.
fn text(value: &AttributeValue) -> Cow<'_, str> {
    match value {
        AttributeValue::Text(text) => text.as_str().into(),
        AttributeValue::Scalar(scalar) => scalar.to_string().into(),
        AttributeValue::Ranges(_) | AttributeValue::Set(_) => value.to_string().replace(", ", ",").into(),
    }
}
