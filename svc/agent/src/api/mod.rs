//! The agent's own HTTP: one file per noun.

mod files;
mod monitor;
mod state;

use std::sync::Arc;

use base_fault::Class;
use io_engine::Snapshot;
use io_httpd::{
    HttpError, Router,
    routing::{get, post},
};
use io_runtime::Runtime;

use crate::{Handle, Options, operator};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) options: Options,
    pub(crate) handle: Handle,
    pub(crate) runtime: Runtime,
}

impl Agent {
    /// The state for a reader.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot<core_agent::Agent>>, HttpError> {
        let unavailable = |error: io_engine::Failure<_>| HttpError::new(Class::Unavailable, error.to_string());
        self.handle.state().await.map_err(unavailable)
    }
}

pub(crate) fn router(options: &Options, handle: &Handle, runtime: &Runtime) -> Router {
    Router::new()
        .route("/api/v1", post(operator::call).fallback(operator::wrong_method))
        .route(
            "/slave(1)/api/v1",
            post(operator::call).fallback(operator::wrong_method),
        )
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
