//! The agent's own HTTP: one file per noun.

mod files;
mod monitor;
mod state;

use io_httpd::{
    Router,
    routing::{get, post},
};
use io_runtime::Runtime;

use crate::{
    Handle, Options,
    effects::Uplink,
    executor::{self, Executors},
};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) options: Options,
    pub(crate) handle: Handle,
    pub(crate) runtime: Runtime,
    pub(crate) uplink: Uplink,
    pub(crate) executors: Executors,
}

pub(crate) fn router(agent: &Agent) -> Router {
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
        .route("/api/v1/executor", post(executor::call))
        .route("/slave(1)/api/v1/executor", post(executor::call))
        .with_state(agent.clone())
}
