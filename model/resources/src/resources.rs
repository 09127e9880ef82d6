//! `Resources`: what an agent has, an offer holds, a task uses.
use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use crate::resource::Nature;
use crate::{Quantities, Resource, Value};

/// A normalised collection of resources: sorted, without empty ones, and with everything merged that may be merged.
///
/// Sums and differences are linear merges. Scalars add up, ranges and sets unite; MOUNT and BLOCK disks, RAW disks
/// with an id and persistent volumes stay whole; shared volumes carry a use count.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resources(Vec<Resource>);

impl Resources {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// True when there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many entries, not how much.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The entries in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.0.iter()
    }

    /// The entries in order.
    pub fn as_slice(&self) -> &[Resource] {
        &self.0
    }

    /// True when every part of `other` is in `self`. A whole disk or volume counts once, a shared one by its uses.
    pub fn contains(&self, other: &Resources) -> bool {
        let mut i = 0;
        other.0.iter().all(|r| {
            let same;
            (i, same) = self.seek(i, r);
            i += 1;
            same && self.0[i - 1].covers(r)
        })
    }

    /// True when `other` is part of `self`; an empty resource always is.
    pub fn contains_resource(&self, other: &Resource) -> bool {
        other.is_empty() || self.0.iter().any(|m| m.contains(other))
    }

    /// The sum, or none when a scalar overflows or the same number, word, disk or volume is in both.
    pub fn checked_add(&self, other: &Resources) -> Option<Resources> {
        let fits = other
            .0
            .iter()
            .all(|r| match self.0.binary_search_by(|m| m.cmp_place(r)) {
                Err(_) => true,
                Ok(i) => match (self.0[i].nature(), &self.0[i].value, &r.value) {
                    (Nature::Exclusive, ..) => false,
                    (Nature::Shared, ..) => true,
                    (_, Value::Scalar(a), Value::Scalar(b)) => a.checked_add(*b).is_some(),
                    (_, Value::Ranges(a), Value::Ranges(b)) => a.is_disjoint(b),
                    (_, Value::Set(a), Value::Set(b)) => a.intersect(b).is_empty(),
                    _ => true,
                },
            });
        fits.then(|| self + other)
    }

    /// The difference, or none when `other` is not contained.
    pub fn checked_sub(&self, other: &Resources) -> Option<Resources> {
        self.contains(other).then(|| self - other)
    }

    /// Takes `other` out if it is contained; false, and unchanged, if not.
    #[must_use]
    pub fn take(&mut self, other: &Resources) -> bool {
        let contained = self.contains(other);
        if contained {
            *self -= other;
        }
        contained
    }

    /// Merges one resource in; an empty one changes nothing.
    pub fn insert(&mut self, resource: Resource) {
        if resource.is_empty() {
            return;
        }
        match self.0.binary_search_by(|m| m.cmp_place(&resource)) {
            Ok(i) if self.0[i].nature() != Nature::Exclusive => self.0[i].absorb(&resource),
            Ok(i) | Err(i) => self.0.insert(i, resource),
        }
    }

    /// Every entry changed by `change`, merged anew.
    pub fn map(&self, change: impl FnMut(Resource) -> Resource) -> Resources {
        self.0.iter().cloned().map(change).collect()
    }

    /// The entries that `keep` accepts.
    pub fn filter(&self, mut keep: impl FnMut(&Resource) -> bool) -> Resources {
        Self(self.0.iter().filter(|r| keep(r)).cloned().collect())
    }

    /// Drops the entries that `keep` refuses.
    pub fn retain(&mut self, keep: impl FnMut(&Resource) -> bool) {
        self.0.retain(keep);
    }

    /// The first entry from `i` on that is not before `r`, and whether it is at the same place.
    fn seek(&self, mut i: usize, r: &Resource) -> (usize, bool) {
        while let Some(mine) = self.0.get(i) {
            match mine.cmp_place(r) {
                Ordering::Less => i += 1,
                Ordering::Equal => return (i, true),
                Ordering::Greater => break,
            }
        }
        (i, false)
    }

    pub(crate) fn entries_mut(&mut self) -> &mut [Resource] {
        &mut self.0
    }
}

impl Resource {
    /// Adds an amount at the same place.
    fn absorb(&mut self, other: &Resource) {
        match self.nature() {
            Nature::Shared => self.update(|d| d.shared = d.shared.saturating_add(other.shared_count())),
            Nature::Divisible | Nature::Exclusive => self.value.add(&other.value),
        }
    }

    /// Takes out an amount at the same place; true when nothing is left.
    fn release(&mut self, other: &Resource) -> bool {
        match self.nature() {
            Nature::Exclusive => true,
            Nature::Shared if self.shared_count() <= other.shared_count() => true,
            Nature::Shared => {
                self.update(|d| d.shared -= other.shared_count());
                false
            }
            Nature::Divisible => {
                self.value.sub(&other.value);
                self.is_empty()
            }
        }
    }
}

impl AddAssign<&Resources> for Resources {
    fn add_assign(&mut self, other: &Resources) {
        let mut i = 0;
        for r in &other.0 {
            let same;
            (i, same) = self.seek(i, r);
            if same && r.nature() != Nature::Exclusive {
                self.0[i].absorb(r);
            } else {
                self.0.insert(i, r.clone());
            }
        }
    }
}

impl SubAssign<&Resources> for Resources {
    /// Takes out what is there; the rest of `other` is ignored.
    fn sub_assign(&mut self, other: &Resources) {
        let mut i = 0;
        for r in &other.0 {
            let same;
            (i, same) = self.seek(i, r);
            if same && self.0[i].release(r) {
                self.0.remove(i);
            }
        }
    }
}

impl AddAssign for Resources {
    fn add_assign(&mut self, other: Resources) {
        if self.is_empty() {
            *self = other;
        } else {
            *self += &other;
        }
    }
}

impl SubAssign for Resources {
    fn sub_assign(&mut self, other: Resources) {
        *self -= &other;
    }
}

impl AddAssign<Resource> for Resources {
    fn add_assign(&mut self, other: Resource) {
        self.insert(other);
    }
}

impl SubAssign<&Resource> for Resources {
    /// Takes out what is there of one resource.
    fn sub_assign(&mut self, other: &Resource) {
        if !other.is_empty()
            && let Ok(i) = self.0.binary_search_by(|m| m.cmp_place(other))
            && self.0[i].release(other)
        {
            self.0.remove(i);
        }
    }
}

impl Add<&Resources> for &Resources {
    type Output = Resources;
    fn add(self, other: &Resources) -> Resources {
        self.clone() + other
    }
}

impl Add<&Resources> for Resources {
    type Output = Resources;
    fn add(mut self, other: &Resources) -> Resources {
        self += other;
        self
    }
}

impl Add for Resources {
    type Output = Resources;
    fn add(mut self, other: Resources) -> Resources {
        self += other;
        self
    }
}

impl Sub<&Resources> for &Resources {
    type Output = Resources;
    fn sub(self, other: &Resources) -> Resources {
        self.clone() - other
    }
}

impl Sub<&Resources> for Resources {
    type Output = Resources;
    fn sub(mut self, other: &Resources) -> Resources {
        self -= other;
        self
    }
}

impl Sub for Resources {
    type Output = Resources;
    fn sub(self, other: Resources) -> Resources {
        self - &other
    }
}

impl Extend<Resource> for Resources {
    fn extend<I: IntoIterator<Item = Resource>>(&mut self, iter: I) {
        iter.into_iter().for_each(|r| self.insert(r));
    }
}

impl FromIterator<Resource> for Resources {
    fn from_iter<I: IntoIterator<Item = Resource>>(iter: I) -> Self {
        let mut resources = Self::new();
        resources.extend(iter);
        resources
    }
}

impl From<Resource> for Resources {
    fn from(resource: Resource) -> Self {
        Self::from_iter([resource])
    }
}

impl From<&Quantities> for Resources {
    /// Plain amounts.
    fn from(quantities: &Quantities) -> Self {
        quantities
            .iter()
            .map(|(name, amount)| Resource::new(name.clone(), amount))
            .collect()
    }
}

impl std::iter::Sum for Resources {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::new(), Add::add)
    }
}

impl IntoIterator for Resources {
    type Item = Resource;
    type IntoIter = std::vec::IntoIter<Resource>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Resources {
    type Item = &'a Resource;
    type IntoIter = std::slice::Iter<'a, Resource>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<C> minicbor::Encode<C> for Resources {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        cx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        self.0.encode(e, cx)
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Resources {
    /// Normalises what it reads.
    fn decode(d: &mut minicbor::Decoder<'b>, cx: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.array_iter_with::<C, Resource>(cx)?.collect()
    }
}
