//! How the daemons log: one subscriber on standard error, level by `HARMONY_LOG`, text for people or JSON for machines.
//!
//! Field names are fixed (`agent_id`, `framework_id`, `task_id`, `app_id`, `index`, `epoch`, `error`). The level says who
//! must act: error = an operator, now; warn = an operator, when convenient; info = nobody, it is history.

mod verbosity;

use tracing_subscriber::{Layer, Registry, layer::SubscriberExt, reload, util::SubscriberInitExt};

pub use verbosity::{set_verbosity, verbosity};

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One readable line.
    Text,
    /// One JSON object a line.
    Json,
}

/// Installs the process's subscriber; the first call wins.
pub fn init(format: Format) {
    let (filter, handle) = reload::Layer::new(verbosity::configured());
    let lines = tracing_subscriber::fmt::layer::<Registry>()
        .with_writer(std::io::stderr)
        .with_target(false);
    let lines = match format {
        Format::Text => lines.with_ansi(false).with_filter(filter).boxed(),
        Format::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
    };
    if tracing_subscriber::registry().with(lines).try_init().is_ok() {
        verbosity::keep(handle);
    }
}
