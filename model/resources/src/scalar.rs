//! `Scalar`: an amount in thousandths of the Mesos unit.
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// An amount of a scalar resource, in thousandths of its unit (cpus in cores, mem and disk in MiB).
///
/// Mesos carries scalars as doubles but computes with three decimals; this is that fixed-point form. A difference may
/// be negative, the value of a valid resource never is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Scalar(#[n(0)] i64);

/// Why a floating-point number is not a `Scalar`.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ScalarError {
    /// NaN or infinite.
    #[error("the amount is not a finite number")]
    NotFinite,
    /// Below zero after rounding.
    #[error("the amount {0} is negative")]
    Negative(f64),
    /// Beyond `Scalar::MAX`.
    #[error("the amount {0:e} is too large")]
    TooLarge(f64),
}

impl Scalar {
    /// Nothing.
    pub const ZERO: Scalar = Scalar(0);
    /// The largest amount, about 9.2e15 units.
    pub const MAX: Scalar = Scalar(i64::MAX);

    /// From thousandths of the unit.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole units; saturates beyond `Scalar::MAX`.
    pub const fn from_units(units: u32) -> Self {
        Self(units as i64 * 1000)
    }

    /// From a number of units, rounded to three decimals, halves away from zero, as Mesos does.
    pub fn from_f64(units: f64) -> Result<Self, ScalarError> {
        if !units.is_finite() {
            return Err(ScalarError::NotFinite);
        }
        let millis = (units * 1000.0).round();
        if millis < 0.0 {
            return Err(ScalarError::Negative(units));
        }
        // i64::MAX as f64 is 2^63, one more than fits.
        if millis >= i64::MAX as f64 {
            return Err(ScalarError::TooLarge(units));
        }
        Ok(Self(millis as i64))
    }

    /// In units. `from_f64` gives the same scalar back, up to 1e12 units.
    pub fn to_f64(self) -> f64 {
        (self.0 / 1000) as f64 + (self.0 % 1000) as f64 / 1000.0
    }

    /// In thousandths of the unit.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole units, rounded towards zero.
    pub const fn whole_units(self) -> i64 {
        self.0 / 1000
    }

    /// True when nothing is left: zero or below.
    pub const fn is_empty(self) -> bool {
        self.0 <= 0
    }

    /// The sum, or none on overflow.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(n) => Some(Self(n)),
            None => None,
        }
    }

    /// The difference, or none if it would be below zero.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(n) if n >= 0 => Some(Self(n)),
            _ => None,
        }
    }

    /// The difference, at least zero.
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// `self` times `n`, stopping at `Scalar::MAX`.
    pub const fn saturating_mul(self, n: i64) -> Self {
        Self(self.0.saturating_mul(n))
    }
}

impl Add for Scalar {
    type Output = Self;
    /// Saturates at the ends of the range.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Scalar {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Scalar {
    type Output = Self;
    /// May be negative; saturates at the ends of the range.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Scalar {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Scalar {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl TryFrom<f64> for Scalar {
    type Error = ScalarError;
    fn try_from(units: f64) -> Result<Self, ScalarError> {
        Self::from_f64(units)
    }
}

impl fmt::Display for Scalar {
    /// Units without trailing zeros: `2`, `0.5`, `0.125`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, sign) = (self.0.unsigned_abs(), if self.0 < 0 { "-" } else { "" });
        let (whole, rest) = (n / 1000, n % 1000);
        match rest {
            0 => write!(f, "{sign}{whole}"),
            r if r % 100 == 0 => write!(f, "{sign}{whole}.{}", r / 100),
            r if r % 10 == 0 => write!(f, "{sign}{whole}.{:02}", r / 10),
            r => write!(f, "{sign}{whole}.{r:03}"),
        }
    }
}

impl serde::Serialize for Scalar {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_f64(self.to_f64())
    }
}

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::from_f64(f64::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}
