//! How much is logged, changed while the process runs.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tracing_subscriber::{EnvFilter, Registry, reload};

type Reload = reload::Handle<EnvFilter, Registry>;

static RELOAD: OnceLock<Reload> = OnceLock::new();
static LEVEL: AtomicU32 = AtomicU32::new(0);
/// How often the level was set.
static TURN: AtomicU64 = AtomicU64::new(0);

/// The filter that the process began with.
pub(crate) fn configured() -> EnvFilter {
    EnvFilter::try_from_env("HARMONY_LOG").unwrap_or_else(|_| EnvFilter::new("info"))
}

pub(crate) fn keep(handle: Reload) {
    drop(RELOAD.set(handle));
}

/// How verbose the process is: 0 as it was started, 1 with what developers need, 2 and more with everything.
pub fn verbosity() -> u32 {
    LEVEL.load(Ordering::Relaxed)
}

/// Sets the verbosity of the process for a while, or until it is set again; then it is 0. Changes no more than the number
/// in a process whose logs were not set up by [`crate::init`].
pub fn set_verbosity(level: u32, span: Duration) {
    let turn = TURN.fetch_add(1, Ordering::Relaxed) + 1;
    change(level);
    if level == 0 {
        return;
    }
    let revert = move || {
        thread::sleep(span);
        if TURN.load(Ordering::Relaxed) == turn {
            change(0);
        }
    };
    // Without a thread there is nobody to turn it back, so it is not turned up.
    if thread::Builder::new().name("verbosity".into()).spawn(revert).is_err() {
        change(0);
    }
}

fn change(level: u32) {
    LEVEL.store(level, Ordering::Relaxed);
    let filter = match level {
        0 => configured(),
        1 => EnvFilter::new("debug"),
        _ => EnvFilter::new("trace"),
    };
    if let Some(reload) = RELOAD.get() {
        drop(reload.reload(filter));
    }
}
