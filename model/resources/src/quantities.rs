//! `Quantities`: how much of what, whatever it is reserved for.
use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use crate::{Name, Resources, Scalar, TextError, Value, text};

/// Amounts by name, above zero and in the order of the names. An absent name means zero. For shares and quota.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantities(Vec<(Name, Scalar)>);

impl Quantities {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The scalars of `resources`, summed by name. A shared volume counts once.
    pub fn of_scalars(resources: &Resources) -> Self {
        Self::collect(resources, |value| matches!(value, Value::Scalar(_)))
    }

    /// All of `resources`, summed by name: a number of a range or a word of a set counts as one unit.
    pub fn of(resources: &Resources) -> Self {
        Self::collect(resources, |_| true)
    }

    fn collect(resources: &Resources, keep: impl Fn(&Value) -> bool) -> Self {
        let mut sums = Self::new();
        for r in resources.iter().filter(|r| keep(&r.value)) {
            // Resources are in the order of their names already.
            match sums.0.last_mut() {
                Some((name, sum)) if *name == r.name => *sum += r.value.quantity(),
                _ => sums.0.push((r.name.clone(), r.value.quantity())),
            }
        }
        sums
    }

    /// Parses `cpus:10;mem:4096`.
    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::parse_amounts(input)
    }

    /// True when all amounts are zero.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many names have an amount.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The amounts above zero, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Name, Scalar)> + ExactSizeIterator {
        self.0.iter().map(|(name, amount)| (name, *amount))
    }

    /// The amount of `name`; zero if absent.
    pub fn get(&self, name: &Name) -> Scalar {
        self.position(name).map_or(Scalar::ZERO, |i| self.0[i].1)
    }

    /// Sets the amount of `name`; zero or less removes it.
    pub fn set(&mut self, name: Name, amount: Scalar) {
        match self.position(&name) {
            Ok(i) if amount.is_empty() => {
                self.0.remove(i);
            }
            Ok(i) => self.0[i].1 = amount,
            Err(_) if amount.is_empty() => {}
            Err(i) => self.0.insert(i, (name, amount)),
        }
    }

    /// True when there is at least as much of everything as in `other`.
    pub fn contains(&self, other: &Quantities) -> bool {
        let mut mine = self.0.iter();
        other.0.iter().all(|(name, amount)| {
            mine.by_ref()
                .find(|(m, _)| m >= name)
                .is_some_and(|(m, have)| m == name && have >= amount)
        })
    }

    /// The difference, or none when `other` is not contained.
    pub fn checked_sub(&self, other: &Quantities) -> Option<Quantities> {
        self.contains(other).then(|| self - other)
    }

    /// The amounts of those names that `keep` accepts.
    pub fn filter(&self, keep: impl Fn(&Name) -> bool) -> Quantities {
        Self(self.0.iter().filter(|(name, _)| keep(name)).cloned().collect())
    }

    fn position(&self, name: &Name) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| n.cmp(name))
    }
}

impl AddAssign<&Quantities> for Quantities {
    fn add_assign(&mut self, other: &Quantities) {
        let mut i = 0;
        for (name, amount) in &other.0 {
            while self.0.get(i).is_some_and(|(n, _)| n < name) {
                i += 1;
            }
            match self.0.get_mut(i) {
                Some((n, sum)) if n == name => *sum += *amount,
                _ => self.0.insert(i, (name.clone(), *amount)),
            }
        }
    }
}

impl SubAssign<&Quantities> for Quantities {
    /// Takes out what is there, down to zero.
    fn sub_assign(&mut self, other: &Quantities) {
        let mut rest = other.0.iter().peekable();
        self.0.retain_mut(|(name, amount)| {
            while rest.next_if(|(n, _)| n < name).is_some() {}
            if let Some((_, less)) = rest.next_if(|(n, _)| n == name) {
                *amount -= *less;
            }
            !amount.is_empty()
        });
    }
}

impl Add<&Quantities> for &Quantities {
    type Output = Quantities;
    fn add(self, other: &Quantities) -> Quantities {
        let mut sum = self.clone();
        sum += other;
        sum
    }
}

impl Sub<&Quantities> for &Quantities {
    type Output = Quantities;
    fn sub(self, other: &Quantities) -> Quantities {
        let mut rest = self.clone();
        rest -= other;
        rest
    }
}

impl FromIterator<(Name, Scalar)> for Quantities {
    /// Amounts of the same name add up.
    fn from_iter<I: IntoIterator<Item = (Name, Scalar)>>(iter: I) -> Self {
        let mut sums = Self::new();
        for (name, amount) in iter {
            let sum = sums.get(&name) + amount;
            sums.set(name, sum);
        }
        sums
    }
}

impl std::str::FromStr for Quantities {
    type Err = TextError;
    fn from_str(input: &str) -> Result<Self, TextError> {
        Self::parse(input)
    }
}

impl fmt::Display for Quantities {
    /// `cpus:10;mem:4096`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, amount)) in self.0.iter().enumerate() {
            let semicolon = if i == 0 { "" } else { ";" };
            write!(f, "{semicolon}{name}:{amount}")?;
        }
        Ok(())
    }
}

impl<C> minicbor::Encode<C> for Quantities {
    /// A map from name to thousandths.
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        cx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.map(self.0.len() as u64)?;
        for (name, amount) in &self.0 {
            e.encode_with(name, cx)?.encode_with(amount, cx)?;
        }
        Ok(())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Quantities {
    fn decode(d: &mut minicbor::Decoder<'b>, cx: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.map_iter_with::<C, Name, Scalar>(cx)?.collect()
    }
}

impl serde::Serialize for Quantities {
    /// An object from name to units.
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for Quantities {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let amounts = std::collections::BTreeMap::<Name, Scalar>::deserialize(d)?;
        Ok(amounts.into_iter().collect())
    }
}
