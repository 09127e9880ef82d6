//! `Attributes`: what an agent says about itself: `rack:r1;os:windows;n:3;r:[1-2]`.
use std::fmt;

use crate::cursor::Cursor;
use crate::text::{parse_ranges, parse_set};
use crate::{Ranges, Scalar, Set, TextError};

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub enum AttributeValue {
    /// A number of zero or more, with three decimals.
    #[n(0)]
    Scalar(#[n(0)] Scalar),
    /// A set of numbers.
    #[n(1)]
    Ranges(#[n(0)] Ranges),
    /// Mesos' agents refuse sets in attributes; its wire format has them.
    #[n(2)]
    Set(#[n(0)] Set),
    /// Anything else.
    #[n(3)]
    Text(#[n(0)] String),
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub struct Attribute {
    /// Not empty; case matters.
    #[n(0)]
    pub name: String,
    /// What the agent says of it.
    #[n(1)]
    pub value: AttributeValue,
}

/// The attributes of an agent in the order they were given; a name may repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Attributes(#[n(0)] Vec<Attribute>);

impl Attributes {
    /// No attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Parses the text form. Entries end at `;` or a line break; a value that is neither a number of zero or more,
    /// nor `[ranges]`, nor `{set}` is text.
    pub fn parse(input: &str) -> Result<Self, TextError> {
        let mut attributes = Self::new();
        let mut start = 0;
        for entry in input.split_inclusive([';', '\n']) {
            let text = entry.trim_end_matches([';', '\n']);
            if !text.trim().is_empty() {
                let shift = |e: TextError| TextError { at: e.at + start, ..e };
                attributes.push(parse_attribute(&mut Cursor::new(text)).map_err(shift)?);
            }
            start += entry.len();
        }
        Ok(attributes)
    }

    /// Appends an attribute, even if its name is there already.
    pub fn push(&mut self, attribute: Attribute) {
        self.0.push(attribute);
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many, repeated names included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The attributes in the order they were given.
    pub fn iter(&self) -> std::slice::Iter<'_, Attribute> {
        self.0.iter()
    }

    /// The first value called `name`.
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.all(name).next()
    }

    /// All values called `name`.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a AttributeValue> + use<'a, 'n> {
        self.0.iter().filter(move |a| a.name == name).map(|a| &a.value)
    }

    /// The first text called `name`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name).find_map(|v| {
            if let AttributeValue::Text(text) = v {
                Some(text.as_str())
            } else {
                None
            }
        })
    }

    /// The first scalar called `name`.
    pub fn scalar(&self, name: &str) -> Option<Scalar> {
        self.all(name).find_map(|v| {
            if let AttributeValue::Scalar(s) = v {
                Some(*s)
            } else {
                None
            }
        })
    }

    /// True when both have the same attributes, in whatever order and however often.
    pub fn is_same_set(&self, other: &Attributes) -> bool {
        self.0.iter().all(|a| other.0.contains(a)) && other.0.iter().all(|a| self.0.contains(a))
    }
}

fn parse_attribute(cursor: &mut Cursor<'_>) -> Result<Attribute, TextError> {
    let name = cursor.word(&[':'], "an attribute name")?.to_owned();
    cursor.expect(':')?;
    let value = match cursor.peek() {
        Some('[') => AttributeValue::Ranges(parse_ranges(cursor)?),
        Some('{') => AttributeValue::Set(parse_set(cursor)?),
        _ => {
            let word = cursor.word(&[], "a number, [ranges], {set} or text")?;
            match word.parse().ok().and_then(|n| Scalar::from_f64(n).ok()) {
                Some(scalar) => AttributeValue::Scalar(scalar),
                None => AttributeValue::Text(word.to_owned()),
            }
        }
    };
    cursor.end_entry()?;
    Ok(Attribute { name, value })
}

impl std::str::FromStr for Attributes {
    type Err = TextError;
    fn from_str(input: &str) -> Result<Self, TextError> {
        Self::parse(input)
    }
}

impl FromIterator<Attribute> for Attributes {
    fn from_iter<I: IntoIterator<Item = Attribute>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Attributes {
    type Item = &'a Attribute;
    type IntoIter = std::slice::Iter<'a, Attribute>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for AttributeValue {
    /// The value alone, as constraints see it: `r1`, `3`, `[1-2]`, `{a, b}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(s) => s.fmt(f),
            Self::Ranges(r) => r.fmt(f),
            Self::Set(s) => s.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.value)
    }
}

impl fmt::Display for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, attribute) in self.0.iter().enumerate() {
            let semicolon = if i == 0 { "" } else { ";" };
            write!(f, "{semicolon}{attribute}")?;
        }
        Ok(())
    }
}
