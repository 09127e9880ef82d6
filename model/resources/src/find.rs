//! Finding wanted amounts among differently reserved ones.
use crate::{Resource, Resources};

impl Resources {
    /// A part of `self` that has the amounts of `wanted`, whatever its reservations: first those of the wanted role,
    /// then unreserved ones, then any. None if there is not enough.
    pub fn find(&self, wanted: &Resources) -> Option<Resources> {
        let mut left = self.clone();
        let mut found = Resources::new();
        for target in wanted {
            let part = left.find_one(target)?;
            left -= &part;
            found += part;
        }
        Some(found)
    }

    fn find_one(&self, target: &Resource) -> Option<Resources> {
        let mut missing = unreserved(target.clone());
        let mut found = Resources::new();
        let rank = |r: &Resource| match r.reserved_role() {
            role if role.is_some() && role == target.reserved_role() => 0,
            None => 1,
            Some(_) => 2,
        };
        let mut candidates: Vec<&Resource> = self.iter().filter(|r| r.name == target.name).collect();
        candidates.sort_by_key(|r| rank(r));
        for candidate in candidates {
            let amount = unreserved(candidate.clone());
            if amount.contains(&missing) {
                let stack = candidate.detail().reservations.clone();
                missing.update(|d| d.reservations = stack);
                found.insert(missing);
                return Some(found);
            }
            if missing.contains(&amount) {
                found.insert(candidate.clone());
                let rest = Resources::from(missing) - Resources::from(amount);
                missing = rest.into_iter().next()?;
            }
        }
        None
    }
}

fn unreserved(mut r: Resource) -> Resource {
    r.update(|d| d.reservations.clear());
    r
}
