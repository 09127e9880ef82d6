//! The command line as a user meets it: the real binary against a real HTTP server with canned answers, and against
//! directories of its own.

mod app;
mod deployment;
mod local;
mod node;
mod run;
mod server;
mod status;
mod task;
#[cfg(target_os = "linux")]
mod up;
