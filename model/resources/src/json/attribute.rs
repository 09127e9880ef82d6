//! Attributes as JSON.
use serde::{Deserialize, Serialize};

use super::read::{JsonFlaw, read_set};
use super::{KindJson, RangesJson, ScalarJson, SetJson};
use crate::{Attribute, AttributeValue, Attributes};

/// `Attribute`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttributeJson {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: KindJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scalar: Option<ScalarJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranges: Option<RangesJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextJson>,
}

/// `Value.Text`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TextJson {
    pub value: String,
}

impl AttributeJson {
    /// The attribute that the message describes.
    pub fn read(self) -> Result<Attribute, JsonFlaw> {
        let value = match (self.kind, self.scalar, self.ranges, self.set, self.text) {
            (KindJson::Scalar, Some(scalar), None, None, None) => AttributeValue::Scalar(scalar.value),
            (KindJson::Ranges, None, Some(ranges), None, None) => AttributeValue::Ranges(ranges.read()?),
            (KindJson::Set, None, None, Some(set), None) => AttributeValue::Set(read_set(&set.item)?),
            (KindJson::Text, None, None, None, Some(text)) => AttributeValue::Text(text.value),
            (KindJson::Scalar, ..) => return Err(JsonFlaw::Value("SCALAR")),
            (KindJson::Ranges, ..) => return Err(JsonFlaw::Value("RANGES")),
            (KindJson::Set, ..) => return Err(JsonFlaw::Value("SET")),
            (KindJson::Text, ..) => return Err(JsonFlaw::Value("TEXT")),
        };
        Ok(Attribute { name: self.name, value })
    }

    /// The message for an attribute.
    pub fn write(attribute: &Attribute) -> Self {
        let name = attribute.name.clone();
        let mut message = Self {
            name,
            kind: KindJson::Scalar,
            scalar: None,
            ranges: None,
            set: None,
            text: None,
        };
        match &attribute.value {
            AttributeValue::Scalar(value) => message.scalar = Some(ScalarJson { value: *value }),
            AttributeValue::Ranges(ranges) => {
                message.kind = KindJson::Ranges;
                message.ranges = Some(RangesJson::write(ranges));
            }
            AttributeValue::Set(set) => {
                message.kind = KindJson::Set;
                message.set = Some(SetJson {
                    item: set.iter().map(str::to_owned).collect(),
                });
            }
            AttributeValue::Text(value) => {
                message.kind = KindJson::Text;
                message.text = Some(TextJson { value: value.clone() });
            }
        }
        message
    }
}

impl Serialize for Attribute {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        AttributeJson::write(self).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        AttributeJson::deserialize(d)?.read().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Attributes {
    /// An array.
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Vec::<Attribute>::deserialize(d)?.into_iter().collect())
    }
}
