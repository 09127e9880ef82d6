//! The whole API on a real engine, with agents that are played by the test.

mod apps;
mod changes;
mod cluster;
mod events;
mod shape;
mod tasks;
mod waiting;
