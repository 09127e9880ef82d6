use std::{borrow::Borrow, hash::Hash};

use imbl::{GenericHashMap, shared_ptr::DefaultSharedPtr};
use rustc_hash::FxBuildHasher;

/// From a key to the slot of its entity, for keys that are long texts: they are hashed, not compared along a path.
///
/// A clone shares everything, as that of a slab. There is no way to list the keys: their order would mean nothing.
#[derive(Clone, Debug)]
pub struct Lookup<K>(GenericHashMap<K, u32, FxBuildHasher, DefaultSharedPtr>);

impl<K> Default for Lookup<K> {
    fn default() -> Self {
        Self(GenericHashMap::default())
    }
}

impl<K: Hash + Eq + Clone> Lookup<K> {
    /// The slot of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&u32>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// Whether a key has a slot.
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Gives a key its slot, and gives back the one it had.
    pub fn insert(&mut self, key: K, slot: u32) -> Option<u32> {
        self.0.insert(key, slot)
    }

    /// Forgets a key, and gives back the slot it had.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
    {
        self.0.remove(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_does_not_see_later_writes() {
        let mut lookup = Lookup::default();
        for slot in 0..1000 {
            lookup.insert(format!("task-{slot}"), slot);
        }
        let snapshot = lookup.clone();
        assert_eq!(lookup.insert("task-7".to_owned(), 1007), Some(7));
        assert_eq!(lookup.remove("task-8"), Some(8));
        assert_eq!((snapshot.get("task-7"), snapshot.get("task-8")), (Some(&7), Some(&8)));
        assert_eq!((lookup.get("task-7"), lookup.get("task-8")), (Some(&1007), None));
        assert!(lookup.contains_key("task-999") && !lookup.contains_key("task-1000"));
    }
}
