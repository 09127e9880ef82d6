//! The older JSON endpoints that tools script against, each also under `/master`. Fields, their names and their types are
//! those of Mesos 1.11 (`src/master/readonly_handler.cpp`, `src/common/http.cpp`).

mod agents;
mod files;
mod flags;
mod frameworks;
mod logging;
mod metrics;
mod roles;
mod state;
mod stats;
mod summary;
mod tasks;
mod teardown;

use io_httpd::{
    Router,
    routing::{MethodRouter, get, post},
};

use crate::Master;

pub(crate) use files::shown;
pub(crate) use metrics::all as all_metrics;
pub(crate) use state::{head as master_head, pids};

/// Adds the endpoints to a router.
pub(crate) fn route(router: Router<Master>) -> Router<Master> {
    let both = |router: Router<Master>, path: &str, method: MethodRouter<Master>| {
        router
            .route(path, method.clone())
            .route(&format!("/master{path}"), method)
    };
    let router = both(router, "/state", get(state::show));
    let router = both(router, "/state.json", get(state::show));
    let router = both(router, "/state-summary", get(summary::show));
    let router = both(router, "/slaves", get(agents::show));
    let router = both(router, "/frameworks", get(frameworks::show));
    let router = both(router, "/roles", get(roles::show));
    let router = both(router, "/roles.json", get(roles::show));
    let router = both(router, "/tasks", get(tasks::show));
    let router = both(router, "/tasks.json", get(tasks::show));
    let router = both(router, "/teardown", post(teardown::run));
    let router = both(router, "/flags", get(flags::show));
    router
        .route("/files/browse", get(files::browse))
        .route("/files/read", get(files::read))
        .route("/files/download", get(files::download))
        .route("/files/debug", get(files::debug))
        .route("/metrics/snapshot", get(metrics::show))
        .route("/logging/toggle", get(logging::toggle).post(logging::toggle))
        .route("/system/stats.json", get(stats::show))
}
