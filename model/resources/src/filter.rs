//! Parts of `Resources` by what they are.
use std::collections::BTreeMap;

use crate::{Name, Resource, Resources, Role, Value};

impl Resources {
    /// What is reserved, for whomever.
    pub fn reserved(&self) -> Resources {
        self.filter(Resource::is_reserved)
    }

    /// What is reserved for exactly `role`.
    pub fn reserved_to(&self, role: &Role) -> Resources {
        self.filter(|r| r.reserved_role() == Some(role))
    }

    /// What is reserved for `role` or a role below it.
    pub fn reserved_to_subtree(&self, role: &Role) -> Resources {
        self.filter(|r| r.reserved_role().is_some_and(|reserved| role.covers(reserved)))
    }

    /// What is reserved for nobody.
    pub fn unreserved(&self) -> Resources {
        self.filter(|r| !r.is_reserved())
    }

    /// What may be offered to `role`: unreserved, or reserved for it or one of its ancestors.
    pub fn allocatable_to(&self, role: &Role) -> Resources {
        self.filter(|r| r.is_allocatable_to(role))
    }

    /// What is allocated to exactly `role`.
    pub fn allocated_to(&self, role: &Role) -> Resources {
        self.filter(|r| r.allocation_role.as_ref() == Some(role))
    }

    /// What is allocated to `role` or a role below it.
    pub fn allocated_to_subtree(&self, role: &Role) -> Resources {
        self.filter(|r| {
            r.allocation_role
                .as_ref()
                .is_some_and(|allocated| role.covers(allocated))
        })
    }

    /// What may be taken back at any time.
    pub fn revocable(&self) -> Resources {
        self.filter(Resource::is_revocable)
    }

    /// What is not taken back.
    pub fn non_revocable(&self) -> Resources {
        self.filter(|r| !r.is_revocable())
    }

    /// Shared volumes.
    pub fn shared(&self) -> Resources {
        self.filter(Resource::is_shared)
    }

    /// All but shared volumes.
    pub fn non_shared(&self) -> Resources {
        self.filter(|r| !r.is_shared())
    }

    /// Takes out what is there of `other`, but for shared volumes: however many use one, it can be had by more.
    pub fn withdraw(&mut self, other: &Resources) {
        if other.iter().any(Resource::is_shared) {
            *self -= &other.non_shared();
        } else {
            *self -= other;
        }
    }

    /// Puts back what was withdrawn.
    pub fn give_back(&mut self, other: &Resources) {
        if other.iter().any(Resource::is_shared) {
            *self += &other.non_shared();
        } else {
            *self += other;
        }
    }

    /// True when `other` is part of `self`, however often it uses a shared volume that is.
    pub fn supports(&self, other: &Resources) -> bool {
        self.contains(other) || self.contains(&other.shared_once())
    }

    /// The same, with each shared volume used once: what must be there for all these uses.
    pub fn shared_once(&self) -> Resources {
        if self.iter().all(|r| r.shared_count() < 2) {
            return self.clone();
        }
        self.map(|mut r| {
            r.update(|d| d.shared = d.shared.min(1));
            r
        })
    }

    /// Persistent volumes, shared or not.
    pub fn persistent_volumes(&self) -> Resources {
        self.filter(Resource::is_persistent_volume)
    }

    /// The resources counted by a number.
    pub fn scalars(&self) -> Resources {
        self.filter(|r| matches!(r.value, Value::Scalar(_)))
    }

    /// The resources of one name.
    pub fn named(&self, name: &Name) -> Resources {
        self.filter(|r| r.name == *name)
    }

    /// What an agent must remember over a restart.
    pub fn checkpointed(&self) -> Resources {
        self.filter(Resource::needs_checkpoint)
    }

    /// The reserved resources by the role they are reserved for.
    pub fn by_reservation(&self) -> BTreeMap<Role, Resources> {
        let mut parts = BTreeMap::<Role, Resources>::new();
        for r in self {
            if let Some(role) = r.reserved_role() {
                parts.entry(role.clone()).or_default().insert(r.clone());
            }
        }
        parts
    }

    /// The allocated resources by the role they are allocated to.
    pub fn by_allocation(&self) -> BTreeMap<Role, Resources> {
        let mut parts = BTreeMap::<Role, Resources>::new();
        for r in self {
            if let Some(role) = &r.allocation_role {
                parts.entry(role.clone()).or_default().insert(r.clone());
            }
        }
        parts
    }
}
