//! How the daemons log: one subscriber on standard error, level by `HARMONY_LOG`, text for people or JSON for machines.
//!
//! Field names are fixed (`agent_id`, `framework_id`, `task_id`, `app_id`, `index`, `epoch`, `error`). The level says who
//! must act: error = an operator, now; warn = an operator, when convenient; info = nobody, it is history.

use tracing_subscriber::EnvFilter;

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
    let filter = EnvFilter::try_from_env("HARMONY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    let installed = match format {
        Format::Text => builder.with_ansi(false).try_init(),
        Format::Json => builder.json().flatten_event(true).try_init(),
    };
    drop(installed);
}
