//! What the master answers over HTTP besides the scheduler API: one file per noun.

mod agents;
mod frameworks;
mod health;
mod metrics;
mod page;
mod proxy;
mod quota;
mod state;
mod status;
mod tasks;
mod weights;

use io_httpd::{
    Router,
    routing::{delete, get, post},
};

use crate::{Master, driver, link, operator, scheduler};

/// Everything on the Mesos port.
pub fn router(master: Master) -> Router {
    Router::new()
        .route("/api/v1/scheduler", post(scheduler::call))
        .route("/master/api/v1/scheduler", post(scheduler::call))
        .route("/api/v1", post(operator::call).fallback(operator::wrong_method))
        .route("/master/api/v1", post(operator::call).fallback(operator::wrong_method))
        .route("/master/{message}", post(driver::take).fallback(driver::not_found))
        .route("/health", get(health::show))
        .route("/master/health", get(health::show))
        .route("/version", get(health::version))
        .route("/redirect", get(health::redirect))
        .route("/master/redirect", get(health::redirect))
        .route("/metrics/snapshot", get(metrics::snapshot))
        .route("/state", get(state::show))
        .route("/state.json", get(state::show))
        .route("/master/state", get(state::show))
        .route("/master/state.json", get(state::show))
        .route("/weights", get(weights::show).put(weights::update))
        .route("/master/weights", get(weights::show).put(weights::update))
        .route("/quota", get(quota::show).post(quota::set))
        .route("/master/quota", get(quota::show).post(quota::set))
        .route("/quota/{*role}", delete(quota::remove))
        .route("/master/quota/{*role}", delete(quota::remove))
        .route(io_link::PATH, post(link::take))
        .route("/harmony/v1/status", get(status::show))
        .route("/harmony/v1/agents", get(agents::list))
        .route("/harmony/v1/agents/{id}", get(agents::show))
        .route("/harmony/v1/agents/{id}/proxy/{*path}", get(proxy::agent))
        .route("/harmony/v1/frameworks", get(frameworks::list))
        .route("/harmony/v1/tasks", get(tasks::list))
        .route("/harmony/v1/tasks/{framework}/{task}", get(tasks::show))
        .route("/harmony/v1/tasks/{framework}/{task}/kill", post(tasks::kill))
        .route("/harmony/v1/tasks/{framework}/{task}/files/{verb}", get(proxy::files))
        .with_state(master)
}
