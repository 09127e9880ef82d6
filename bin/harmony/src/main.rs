//! Harmony, the one binary: `master` and `agent` are the daemons, `shim` holds one container, `up` runs a cluster on this
//! machine, and the rest is the command line that speaks to a cluster.

mod cli;
mod client;
mod cluster;
mod daemon;
mod down;
mod failure;
mod platform;
mod screen;
mod up;

use std::process::ExitCode;

/// The C library's takes a third of the control plane's time: messages are made on one thread and freed on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A shim is started for every task: nothing may run before it, and it never returns.
    if io_runtime::called_as_shim() {
        io_runtime::shim_main(std::env::args_os());
    }
    cli::run()
}
