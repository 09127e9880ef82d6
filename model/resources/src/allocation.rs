//! Whom resources are allocated to.
use crate::{Resources, Role};

impl Resources {
    /// Marks everything as allocated to `role`.
    pub fn allocate(&mut self, role: &Role) {
        self.set_allocation(Some(role));
    }

    /// Takes the mark of `allocate` off everything.
    pub fn unallocate(&mut self) {
        self.set_allocation(None);
    }

    /// The same, allocated to `role`.
    pub fn allocated(mut self, role: &Role) -> Resources {
        self.allocate(role);
        self
    }

    /// The same, allocated to nobody.
    pub fn unallocated(mut self) -> Resources {
        self.unallocate();
        self
    }

    fn set_allocation(&mut self, role: Option<&Role>) {
        let mut roles = self.iter().map(|r| r.allocation_role.as_ref());
        let first = roles.next().flatten();
        // With one role all over, neither order nor what merges can change.
        if roles.all(|r| r == first) {
            for r in self.entries_mut() {
                r.allocation_role = role.cloned();
            }
        } else {
            *self = self.map(|r| r.with_allocation(role.cloned()));
        }
    }
}
