//! Marathon's API (`docs/docs/rest-api/public/api/v2` of Marathon 1.11), one file per noun, and Harmony's own.

mod answer;
mod app;
mod app_tasks;
mod apps;
mod body;
mod deployments;
mod dress;
mod events;
mod explain;
mod groups;
mod info;
mod leader;
mod metrics;
mod params;
mod ping;
mod plugins;
mod queue;
mod target;
mod tasks;
mod versions;

use io_httpd::{
    Router,
    middleware::from_fn_with_state,
    routing::{delete, get, post},
};

use crate::Edge;

/// Everything on Marathon's port.
pub(crate) fn router(edge: Edge) -> Router {
    let apps = get(apps::list)
        .post(apps::create)
        .put(apps::replace)
        .patch(apps::update);
    let app = get(app::show)
        .post(app::act)
        .put(app::replace)
        .patch(app::update)
        .delete(app::delete);
    Router::new()
        .route("/v2/apps", apps.clone())
        .route("/v2/apps/", apps)
        .route("/v2/apps/{*target}", app)
        .route("/v2/tasks", get(tasks::list))
        .route("/v2/tasks/delete", post(tasks::kill))
        .route("/v2/deployments", get(deployments::list))
        .route("/v2/deployments/{id}", delete(deployments::cancel))
        .route("/v2/queue", get(queue::list))
        .route("/v2/queue/{*target}", delete(queue::reset))
        .route("/v2/groups", get(groups::root))
        .route("/v2/groups/", get(groups::root))
        .route("/v2/groups/{*id}", get(groups::show))
        .route("/v2/info", get(info::show))
        .route("/v2/leader", get(leader::show))
        .route("/v2/events", get(events::stream))
        .route("/v2/plugins", get(plugins::list))
        .route("/ping", get(ping::pong))
        .route("/metrics", get(metrics::snapshot))
        .route("/harmony/v1/explain/{*id}", get(explain::show))
        .fallback(answer::unknown_route)
        .layer(from_fn_with_state(edge.clone(), dress::dress))
        .with_state(edge)
}
