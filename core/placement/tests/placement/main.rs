//! Placement on small pools.

mod plan;
mod pool;
mod properties;
