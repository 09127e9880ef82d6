use std::hash::{BuildHasher, Hash};

use imbl::OrdSet;
use rustc_hash::FxBuildHasher;

/// From a key to the slot of its entity, without a copy of the key: a hash and a slot in 8 bytes, for the entities of which
/// there are many. The caller says which of the slots with the right hash it is, as the entity there has the key.
///
/// A clone shares everything, as that of a slab.
#[derive(Clone, Debug, Default)]
pub struct Finder(OrdSet<u64>);

impl Finder {
    /// The slot of a key, of which `is` says whether its entity has the key.
    pub fn find<K: Hash + ?Sized>(&self, key: &K, is: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = hash(key);
        let mut from = hash;
        loop {
            let entry = *self.0.get_next(&from)?;
            if entry & HASH != hash {
                return None;
            }
            let slot = (entry & !HASH) as u32;
            if is(slot) {
                return Some(slot);
            }
            from = entry.checked_add(1)?;
        }
    }

    /// Remembers a slot under its entity's key.
    pub fn insert<K: Hash + ?Sized>(&mut self, key: &K, slot: u32) {
        self.0.insert(hash(key) | u64::from(slot));
    }

    /// Forgets it; whether it was known.
    pub fn remove<K: Hash + ?Sized>(&mut self, key: &K, slot: u32) -> bool {
        self.0.remove(&(hash(key) | u64::from(slot))).is_some()
    }
}

/// The upper half of an entry.
const HASH: u64 = 0xffff_ffff_0000_0000;

fn hash<K: Hash + ?Sized>(key: &K) -> u64 {
    FxBuildHasher.hash_one(key) & HASH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_put_there() {
        let names: Vec<String> = (0..1000).map(|n| format!("task-{n}")).collect();
        let find = |finder: &Finder, name: &str| finder.find(name, |slot| names[slot as usize] == name);
        let mut finder = Finder::default();
        for (slot, name) in (0..).zip(&names) {
            finder.insert(name.as_str(), slot);
        }
        let snapshot = finder.clone();
        assert!(finder.remove("task-8", 8) && !finder.remove("task-8", 8));
        assert_eq!((find(&finder, "task-8"), find(&finder, "task-999")), (None, Some(999)));
        assert_eq!(
            (find(&snapshot, "task-8"), find(&snapshot, "task-1000")),
            (Some(8), None)
        );
    }

    #[test]
    fn tells_those_of_one_hash_apart() {
        let mut finder = Finder::default();
        for slot in [3, 0, u32::MAX] {
            finder.insert("same", slot);
        }
        for slot in [0, 3, u32::MAX] {
            assert_eq!(finder.find("same", |found| found == slot), Some(slot));
        }
        assert_eq!(finder.find("same", |found| found == 4), None);
    }
}
