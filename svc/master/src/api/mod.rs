//! What the master answers over HTTP besides the scheduler API: one file per noun.

mod agents;
mod form;
mod frameworks;
mod health;
mod machine;
mod maintenance;
mod page;
mod proxy;
mod quota;
mod status;
mod tasks;
mod volumes;
mod weights;

use base_fault::Class;
use io_httpd::{
    HttpError, IntoResponse, Request, Response, Router, StatusCode,
    middleware::{Next, from_fn, from_fn_with_state},
    path,
    routing::{MethodRouter, delete, get, post},
};

use crate::{Master, access, counters, driver, endpoints, link, operator, scheduler};

/// Everything on the Mesos port. Called within the runtime that serves it.
pub fn router(master: Master) -> Router {
    let operator = || post(operator::call).fallback(operator::wrong_method);
    tokio::spawn(counters::follow(master.clone()));
    endpoints::route(Router::new())
        .route("/api/v1/scheduler", post(scheduler::call))
        .route("/master/api/v1/scheduler", post(scheduler::call))
        .route("/api/v1", operator())
        .route("/master/api/v1", operator())
        // Mesos serves a longer path by the handler of its beginning, and pymesos relies on it.
        .route("/api/v1/operator", operator())
        .route("/master/{message}", post(driver::take).fallback(driver::not_found))
        .route("/health", get(health::show))
        .route("/master/health", get(health::show))
        .route("/version", get(health::version))
        .route("/master/version", get(health::version))
        .route("/redirect", get(health::redirect))
        .route("/master/redirect", get(health::redirect))
        .route("/weights", get(weights::show).put(weights::update))
        .route("/master/weights", get(weights::show).put(weights::update))
        .route("/quota", quota())
        .route("/master/quota", quota())
        .route("/quota/{*role}", delete(quota::remove))
        .route("/master/quota/{*role}", delete(quota::remove))
        .merge(maintenance::router())
        .merge(machine::router())
        .route("/reserve", post(volumes::reserve))
        .route("/master/reserve", post(volumes::reserve))
        .route("/unreserve", post(volumes::unreserve))
        .route("/master/unreserve", post(volumes::unreserve))
        .route("/create-volumes", post(volumes::create))
        .route("/master/create-volumes", post(volumes::create))
        .route("/destroy-volumes", post(volumes::destroy))
        .route("/master/destroy-volumes", post(volumes::destroy))
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
        .layer(from_fn_with_state(master.clone(), access::guard))
        .layer(from_fn(refuse_bytes))
        .with_state(master)
}

/// A path that is no text names nothing: told as the API that it is of tells errors.
async fn refuse_bytes(request: Request, next: Next) -> Response {
    const WHY: &str = "the path is not UTF-8";
    if path::is_text(request.uri()) {
        next.run(request).await
    } else if request.uri().path().starts_with("/harmony/") {
        HttpError::new(Class::Invalid, WHY).into_response()
    } else {
        (StatusCode::BAD_REQUEST, WHY).into_response()
    }
}

fn quota() -> MethodRouter<Master> {
    get(quota::show).post(quota::set).delete(quota::remove_none)
}
