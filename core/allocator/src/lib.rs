//! Who is offered what: weighted hierarchical dominant resource fairness, as Mesos' `HierarchicalAllocator` has it.
//!
//! The role furthest below its weighted share comes first, and within it the framework furthest below its own; it is
//! offered all that is free of an agent and that its role may have. Offers, and what tasks use, count alike, on both
//! faces of the pool. Everything is a fold of facts: there is no timer and no full pass. Semantics are those of Mesos
//! 1.11 (`src/master/allocator/mesos/hierarchical.cpp`, `sorter/drf/sorter.cpp`) with these differences: among equals the
//! order is that of subscription instead of the name's; the next pick for the same agent looks at the shares after the last
//! one; agents are taken in order instead of shuffled.
//!
//! Where the sorters are told to be random, the order comes by lot instead (`lottery.rs`); the shares are kept all the same.
//!
//! Quota stands between the pick and the grant (`quota.rs`): who is below its guarantee is asked first, what is offered is cut
//! down to what its role may have, and what was held back is looked at again in the next allocation.

mod admission;
mod agent;
mod allocate;
mod allocator;
mod amounts;
mod constraints;
mod filters;
mod framework;
mod lottery;
mod quota;
mod tree;

pub use admission::{Admission, Lease, TooMuch};
pub use allocate::{Allocation, Dirty, Grant};
pub use allocator::{Allocator, default_minimums};
pub use constraints::check_expression;
pub use filters::Filters;
pub use framework::Abilities;
pub use lottery::Sorter;
pub use quota::counted;
