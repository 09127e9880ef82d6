//! The agent's own HTTP: one file per noun.

mod files;
mod monitor;
mod state;

use io_httpd::{Router, routing::get};
use io_runtime::Runtime;

use crate::{Handle, Options};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) options: Options,
    pub(crate) handle: Handle,
    pub(crate) runtime: Runtime,
}

pub(crate) fn router(options: &Options, handle: &Handle, runtime: &Runtime) -> Router {
    Router::new()
        .route("/health", get(|| async {}))
        .route("/slave(1)/health", get(|| async {}))
        .route("/state", get(state::show))
        .route("/slave(1)/state", get(state::show))
        .route("/files/read", get(files::read))
        .route("/files/browse", get(files::browse))
        .route("/files/download", get(files::download))
        .route("/monitor/statistics", get(monitor::statistics))
        .route("/harmony/v1/tasks/{framework}/{task}/sandbox", get(files::sandbox))
        .with_state(Agent {
            options: options.clone(),
            handle: handle.clone(),
            runtime: runtime.clone(),
        })
}
