//! The agent's own HTTP: one file per noun.

pub(crate) mod files;
mod flags;
mod logging;
pub(crate) mod metrics;
mod monitor;
mod state;
mod stats;

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Instant,
};

use base_fault::Class;
use io_engine::Snapshot;
use io_httpd::{
    HttpError, Json, Router,
    middleware::from_fn_with_state,
    routing::{MethodRouter, get, post},
};
use io_runtime::Runtime;
use wire_mesos::state::Version;

use crate::{
    Handle, Options,
    access::guard,
    driver,
    effects::Uplink,
    executor::{self, Executors},
    operator,
};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) options: Options,
    pub(crate) handle: Handle,
    pub(crate) runtime: Runtime,
    pub(crate) uplink: Uplink,
    pub(crate) executors: Executors,
    pub(crate) started: Instant,
    /// How many containers were killed so that others get what they were given.
    pub(crate) preempted: Arc<AtomicU64>,
}

impl Agent {
    /// The state for a reader.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot<core_agent::Agent>>, HttpError> {
        let unavailable = |error: io_engine::Failure<_>| HttpError::new(Class::Unavailable, error.to_string());
        self.handle.state().await.map_err(unavailable)
    }
}

/// Everything on the agent's port. What Mesos' agent serves is also under its name in libprocess, `/slave(1)`.
pub(crate) fn router(agent: &Agent) -> Router {
    let both = |router: Router<Agent>, path: &str, method: MethodRouter<Agent>| {
        let alias = format!("/slave(1){path}");
        router.route(path, method.clone()).route(&alias, method)
    };
    let call = post(operator::call).fallback(operator::wrong_method);
    let router = both(Router::new(), "/api/v1", call.clone());
    // Mesos serves a longer path by the handler of its beginning, and pymesos relies on it.
    let router = both(router, "/api/v1/operator", call);
    let router = both(router, "/api/v1/executor", post(executor::call));
    let router = both(router, "/health", get(|| async {}));
    let router = both(router, "/state", get(state::show));
    let router = both(router, "/state.json", get(state::show));
    let router = both(router, "/flags", get(flags::show));
    let router = both(router, "/containers", get(monitor::containers));
    let router = both(router, "/monitor/statistics", get(monitor::statistics));
    let router = both(router, "/monitor/statistics.json", get(monitor::statistics));
    router
        .route("/slave(1)/{message}", post(driver::take).fallback(driver::not_found))
        .route("/version", get(|| async { Json(Version::default()) }))
        .route("/metrics/snapshot", get(metrics::snapshot))
        .route("/logging/toggle", get(logging::toggle).post(logging::toggle))
        .route("/system/stats.json", get(stats::show))
        .route("/files/read", get(files::read))
        .route("/files/browse", get(files::browse))
        .route("/files/download", get(files::download))
        .route("/files/debug", get(files::debug))
        .route("/harmony/v1/tasks/{framework}/{task}/sandbox", get(files::sandbox))
        .layer(from_fn_with_state(agent.clone(), guard))
        .with_state(agent.clone())
}
