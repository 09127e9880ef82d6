//! `Set`: a set of words, such as disk names.
use std::fmt;
use std::ops::{AddAssign, SubAssign};

use compact_str::CompactString;

/// A set of words, kept sorted and without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set(Vec<CompactString>);

impl Set {
    /// No words.
    pub fn new() -> Self {
        Self::default()
    }

    /// True when there is no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many words.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The words in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.0.iter().map(CompactString::as_str)
    }

    /// True when `word` is in.
    pub fn contains_word(&self, word: &str) -> bool {
        self.position(word).is_ok()
    }

    /// True when every word of `other` is in `self`.
    pub fn contains(&self, other: &Set) -> bool {
        let mut mine = self.0.iter();
        other
            .0
            .iter()
            .all(|word| mine.by_ref().find(|m| *m >= word) == Some(word))
    }

    /// The words in both.
    pub fn intersect(&self, other: &Set) -> Set {
        Set(self.0.iter().filter(|w| other.contains_word(w)).cloned().collect())
    }

    /// Adds a word; false when it was there already.
    pub fn insert(&mut self, word: &str) -> bool {
        let place = self.position(word);
        if let Err(i) = place {
            self.0.insert(i, word.into());
        }
        place.is_err()
    }

    /// Takes a word out; false when it was absent.
    pub fn remove(&mut self, word: &str) -> bool {
        let place = self.position(word);
        if let Ok(i) = place {
            self.0.remove(i);
        }
        place.is_ok()
    }

    fn position(&self, word: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|w| w.as_str().cmp(word))
    }
}

impl AddAssign<&Set> for Set {
    fn add_assign(&mut self, other: &Set) {
        for word in other.iter() {
            self.insert(word);
        }
    }
}

impl SubAssign<&Set> for Set {
    fn sub_assign(&mut self, other: &Set) {
        for word in other.iter() {
            self.remove(word);
        }
    }
}

impl<S: AsRef<str>> FromIterator<S> for Set {
    fn from_iter<I: IntoIterator<Item = S>>(iter: I) -> Self {
        let mut words: Vec<CompactString> = iter.into_iter().map(|w| w.as_ref().into()).collect();
        words.sort_unstable();
        words.dedup();
        Self(words)
    }
}

impl fmt::Display for Set {
    /// `{a, b}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.0.join(", "))
    }
}

impl<C> minicbor::Encode<C> for Set {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(self.0.len() as u64)?;
        for word in &self.0 {
            e.str(word)?;
        }
        Ok(())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Set {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let words = d.array_iter::<&str>()?.collect::<Result<Vec<_>, _>>()?;
        Ok(words.into_iter().collect())
    }
}
