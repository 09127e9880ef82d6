//! `Ranges`: a set of numbers, such as free ports.
use std::fmt;
use std::ops::{AddAssign, RangeInclusive, SubAssign};

use smallvec::SmallVec;

/// The numbers from `begin` to `end`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    pub begin: u64,
    pub end: u64,
}

impl Range {
    /// How many numbers, zero when `begin > end`; `u64::MAX` stands for one more too.
    pub fn count(self) -> u64 {
        self.end.checked_sub(self.begin).map_or(0, |n| n.saturating_add(1))
    }

    fn covers(self, other: Range) -> bool {
        self.begin <= other.begin && other.end <= self.end
    }
}

/// A set of unsigned numbers kept as sorted ranges that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ranges(SmallVec<[Range; 1]>);

impl Ranges {
    /// No numbers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The numbers from `begin` to `end`, both included; empty when `begin > end`.
    pub fn of(begin: u64, end: u64) -> Self {
        let mut ranges = Self::new();
        ranges.insert(begin, end);
        ranges
    }

    /// The ranges, lowest first.
    pub fn as_slice(&self) -> &[Range] {
        &self.0
    }

    /// True when there is no number.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many numbers (not ranges); stops at `u64::MAX`.
    pub fn count(&self) -> u64 {
        self.0.iter().fold(0, |n, r| n.saturating_add(r.count()))
    }

    /// The numbers, lowest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u64> + '_ {
        self.0.iter().flat_map(|r| r.begin..=r.end)
    }

    /// The lowest number.
    pub fn first(&self) -> Option<u64> {
        self.0.first().map(|r| r.begin)
    }

    /// The highest number.
    pub fn last(&self) -> Option<u64> {
        self.0.last().map(|r| r.end)
    }

    /// The number at place `index`, counted from the lowest; none when there are not so many.
    pub fn nth(&self, index: u64) -> Option<u64> {
        let mut skip = index;
        for range in &self.0 {
            if skip < range.count() {
                return Some(range.begin + skip);
            }
            skip -= range.count();
        }
        None
    }

    /// True when `n` is among the numbers.
    pub fn contains_number(&self, n: u64) -> bool {
        self.contains_range(n, n)
    }

    /// True when all numbers from `begin` to `end` are in; an empty range always is.
    pub fn contains_range(&self, begin: u64, end: u64) -> bool {
        let i = self.0.partition_point(|r| r.end < begin);
        begin > end || self.0.get(i).is_some_and(|r| r.covers(Range { begin, end }))
    }

    /// True when every number of `other` is in `self`.
    pub fn contains(&self, other: &Ranges) -> bool {
        let mut mine = self.0.iter();
        let mut current = mine.next();
        'other: for theirs in &other.0 {
            while let Some(range) = current {
                if range.end >= theirs.end {
                    if range.begin <= theirs.begin {
                        continue 'other;
                    }
                    return false;
                }
                current = mine.next();
            }
            return false;
        }
        true
    }

    /// Adds the numbers from `begin` to `end`; nothing when `begin > end`.
    pub fn insert(&mut self, begin: u64, end: u64) {
        if begin > end {
            return;
        }
        // The ranges from `lo` to `hi` overlap or touch the new one and become one range with it.
        let lo = self.0.partition_point(|r| r.end < begin && begin - r.end > 1);
        let hi = lo + self.0[lo..].partition_point(|r| r.begin <= end || r.begin - end <= 1);
        let Some((first, last)) = self.0[lo..hi].first().copied().zip(self.0[lo..hi].last().copied()) else {
            self.0.insert(lo, Range { begin, end });
            return;
        };
        self.0[lo] = Range {
            begin: begin.min(first.begin),
            end: end.max(last.end),
        };
        self.0.drain(lo + 1..hi);
    }

    /// Takes out the numbers from `begin` to `end`; those that are absent are ignored.
    pub fn remove(&mut self, begin: u64, end: u64) {
        if begin > end {
            return;
        }
        let lo = self.0.partition_point(|r| r.end < begin);
        let hi = lo + self.0[lo..].partition_point(|r| r.begin <= end);
        let Some((first, last)) = self.0[lo..hi].first().copied().zip(self.0[lo..hi].last().copied()) else {
            return;
        };
        let left = (first.begin < begin).then(|| Range {
            begin: first.begin,
            end: begin - 1,
        });
        let right = (last.end > end).then(|| Range {
            begin: end + 1,
            end: last.end,
        });
        match (left, right) {
            (Some(left), Some(right)) if hi - lo == 1 => {
                self.0[lo] = left;
                self.0.insert(hi, right);
            }
            _ => {
                let (mut from, mut to) = (lo, hi);
                if let Some(left) = left {
                    self.0[from] = left;
                    from += 1;
                }
                if let Some(right) = right {
                    to -= 1;
                    self.0[to] = right;
                }
                self.0.drain(from..to);
            }
        }
    }

    /// The numbers in both.
    pub fn intersect(&self, other: &Ranges) -> Ranges {
        let (mut i, mut j, mut both) = (0, 0, SmallVec::new());
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(j)) {
            let (begin, end) = (a.begin.max(b.begin), a.end.min(b.end));
            if begin <= end {
                both.push(Range { begin, end });
            }
            if a.end < b.end { i += 1 } else { j += 1 }
        }
        Ranges(both)
    }

    /// True when no number is in both.
    pub fn is_disjoint(&self, other: &Ranges) -> bool {
        let (mut i, mut j) = (0, 0);
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(j)) {
            if a.begin.max(b.begin) <= a.end.min(b.end) {
                return false;
            }
            if a.end < b.end { i += 1 } else { j += 1 }
        }
        true
    }

    /// Takes out and returns the `n` lowest numbers, or none (and takes nothing) when there are fewer.
    pub fn take_lowest(&mut self, n: u64) -> Option<Ranges> {
        if self.count() < n {
            return None;
        }
        let (mut taken, mut left) = (Ranges::new(), n);
        for range in &self.0 {
            if left == 0 {
                break;
            }
            let part = range.count().min(left);
            taken.0.push(Range {
                begin: range.begin,
                end: range.begin + (part - 1),
            });
            left -= part;
        }
        *self -= &taken;
        Some(taken)
    }

    /// Takes out the number `n`; false when it is absent.
    pub fn take_number(&mut self, n: u64) -> bool {
        let found = self.contains_number(n);
        self.remove(n, n);
        found
    }
}

impl AddAssign<&Ranges> for Ranges {
    fn add_assign(&mut self, other: &Ranges) {
        for r in &other.0 {
            self.insert(r.begin, r.end);
        }
    }
}

impl SubAssign<&Ranges> for Ranges {
    fn sub_assign(&mut self, other: &Ranges) {
        for r in &other.0 {
            self.remove(r.begin, r.end);
        }
    }
}

impl Extend<RangeInclusive<u64>> for Ranges {
    fn extend<I: IntoIterator<Item = RangeInclusive<u64>>>(&mut self, iter: I) {
        for r in iter {
            self.insert(*r.start(), *r.end());
        }
    }
}

impl FromIterator<RangeInclusive<u64>> for Ranges {
    fn from_iter<I: IntoIterator<Item = RangeInclusive<u64>>>(iter: I) -> Self {
        let mut ranges = Self::new();
        ranges.extend(iter);
        ranges
    }
}

impl FromIterator<u64> for Ranges {
    fn from_iter<I: IntoIterator<Item = u64>>(iter: I) -> Self {
        iter.into_iter().map(|n| n..=n).collect()
    }
}

impl fmt::Display for Ranges {
    /// `[5-6, 31000-32000]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, r) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{}-{}", r.begin, r.end)?;
        }
        f.write_str("]")
    }
}

impl<C> minicbor::Encode<C> for Ranges {
    /// A flat array: begin, end, begin, end ...
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(self.0.len() as u64 * 2)?;
        for r in &self.0 {
            e.u64(r.begin)?.u64(r.end)?;
        }
        Ok(())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Ranges {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let mut flat = Vec::new();
        for n in d.array_iter::<u64>()? {
            flat.push(n?);
        }
        let (pairs, []) = flat.as_chunks::<2>() else {
            return Err(minicbor::decode::Error::message("ranges: an odd number of bounds").at(at));
        };
        if pairs.iter().any(|[begin, end]| begin > end) {
            return Err(minicbor::decode::Error::message("ranges: begin > end").at(at));
        }
        Ok(pairs.iter().map(|[begin, end]| *begin..=*end).collect())
    }
}
