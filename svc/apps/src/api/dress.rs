use std::sync::Arc;

use io_httpd::{
    HeaderValue, IntoResponse, Method, Request, Response, State, StatusCode,
    header::{self, HeaderName},
    middleware::Next,
    path,
};
use wire_marathon::Problem;

use super::answer::Trouble;
use crate::{Edge, tallies::Tallies};

/// What Marathon puts on every answer (`LeaderProxyFilter`, `CacheDisablingFilter`), and its answers to methods that a
/// resource does not have.
pub(super) async fn dress(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let _active = Active::new(edge.tallies.clone());
    let asks_for_options = request.method() == Method::OPTIONS;
    let mut response = if path::is_text(request.uri()) {
        next.run(request).await
    } else {
        Trouble(Problem::new(400, "the path is not UTF-8")).into_response()
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && !response.headers().contains_key(header::CONTENT_TYPE) {
        response = other_method(&response, asks_for_options);
    }
    let leader = HeaderValue::from_str(&format!("http://{}", edge.options.authority()));
    let headers = response.headers_mut();
    if let Ok(leader) = leader {
        headers.insert(HeaderName::from_static("x-marathon-leader"), leader);
    }
    for (name, value) in [
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_XSS_PROTECTION, "1; mode=block"),
        (header::CACHE_CONTROL, "no-cache, no-store, must-revalidate"),
        (header::PRAGMA, "no-cache"),
        (header::EXPIRES, "0"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// OPTIONS says which methods there are; any other one is refused with the same list.
fn other_method(refused: &Response, asks_for_options: bool) -> Response {
    let allowed = refused.headers().get(header::ALLOW).cloned();
    let mut response = if asks_for_options {
        StatusCode::OK.into_response()
    } else {
        Trouble(Problem::new(405, "Method Not Allowed")).into_response()
    };
    if let Some(allowed) = allowed {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// A request that is being answered.
struct Active(Arc<Tallies>);

impl Active {
    fn new(tallies: Arc<Tallies>) -> Self {
        tallies.active_requests.add(1);
        Self(tallies)
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active_requests.take(1);
    }
}
