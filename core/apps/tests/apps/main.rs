//! The app scheduler against a pool that does what the test says.

mod deploy;
mod explain;
mod format;
mod heal;
mod locks;
mod properties;
mod resume;
mod task;
mod upgrade;
mod world;
