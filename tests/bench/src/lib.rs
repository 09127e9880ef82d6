//! What the benchmarks share: the machine's own floor, the table of figures, and the worlds that are measured.
//!
//! Each program of `src/bin` prints one table: what was measured, the figure over all runs, the target of the first
//! release, the target of the project, and what the bare machine needs for the like at the same moment. A noisy machine
//! is seen by its floor.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod cluster;
pub mod dialler;
pub mod floor;
pub mod inline;
pub mod journal;
pub mod link;
pub mod nouns;
pub mod pool;
pub mod report;
pub mod runs;
pub mod server;
pub mod usage;
