//! `Value`: how much of a resource.
use std::fmt;

use crate::{Ranges, Scalar, Set};

/// The amount of a resource, in one of the three shapes that Mesos knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub enum Value {
    /// A number with three decimals, such as cores or MiB.
    #[n(0)]
    Scalar(#[n(0)] Scalar),
    /// Numbers of which each is had or not, such as ports.
    #[n(1)]
    Ranges(#[n(0)] Ranges),
    /// Words of which each is had or not, such as disk names.
    #[n(2)]
    Set(#[n(0)] Set),
}

/// The shape of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Scalar,
    Ranges,
    Set,
}

impl Kind {
    /// The name in Mesos' JSON: `SCALAR`, `RANGES`, `SET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "SCALAR",
            Self::Ranges => "RANGES",
            Self::Set => "SET",
        }
    }
}

impl Value {
    /// The shape.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Scalar(_) => Kind::Scalar,
            Self::Ranges(_) => Kind::Ranges,
            Self::Set(_) => Kind::Set,
        }
    }

    /// True when nothing is there. A negative scalar counts as nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(s) => s.is_empty(),
            Self::Ranges(r) => r.is_empty(),
            Self::Set(s) => s.is_empty(),
        }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<Scalar> {
        if let Self::Scalar(s) = self { Some(*s) } else { None }
    }

    /// The ranges, if it is some.
    pub fn as_ranges(&self) -> Option<&Ranges> {
        if let Self::Ranges(r) = self { Some(r) } else { None }
    }

    /// The set, if it is one.
    pub fn as_set(&self) -> Option<&Set> {
        if let Self::Set(s) = self { Some(s) } else { None }
    }

    /// The amount as a number: the scalar, or a whole unit for each number or word.
    pub fn quantity(&self) -> Scalar {
        let units = match self {
            Self::Scalar(s) => return *s,
            Self::Ranges(r) => r.count(),
            Self::Set(s) => s.len() as u64,
        };
        Scalar::from_millis(i64::try_from(units).unwrap_or(i64::MAX).saturating_mul(1000))
    }

    /// True when `other` has the same shape and is part of `self`.
    pub fn contains(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Scalar(a), Self::Scalar(b)) => a >= b,
            (Self::Ranges(a), Self::Ranges(b)) => a.contains(b),
            (Self::Set(a), Self::Set(b)) => a.contains(b),
            _ => false,
        }
    }

    /// Adds `other`: scalars sum up, ranges and sets unite. A value of another shape changes nothing.
    pub(crate) fn add(&mut self, other: &Value) {
        match (self, other) {
            (Self::Scalar(a), Self::Scalar(b)) => *a += *b,
            (Self::Ranges(a), Self::Ranges(b)) => *a += b,
            (Self::Set(a), Self::Set(b)) => *a += b,
            _ => {}
        }
    }

    /// Takes out `other` as far as it is there; a scalar may become negative.
    pub(crate) fn sub(&mut self, other: &Value) {
        match (self, other) {
            (Self::Scalar(a), Self::Scalar(b)) => *a -= *b,
            (Self::Ranges(a), Self::Ranges(b)) => *a -= b,
            (Self::Set(a), Self::Set(b)) => *a -= b,
            _ => {}
        }
    }
}

impl From<Scalar> for Value {
    fn from(s: Scalar) -> Self {
        Self::Scalar(s)
    }
}

impl From<Ranges> for Value {
    fn from(r: Ranges) -> Self {
        Self::Ranges(r)
    }
}

impl From<Set> for Value {
    fn from(s: Set) -> Self {
        Self::Set(s)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(s) => s.fmt(f),
            Self::Ranges(r) => r.fmt(f),
            Self::Set(s) => s.fmt(f),
        }
    }
}
