use io_httpd::{HeaderValue, IntoResponse, Json, Response, State, StatusCode, header};
use wire_mesos::state::Version;

use crate::Master;

/// 200 while the machine answers.
pub(super) async fn show(State(master): State<Master>) -> StatusCode {
    if master.handle.state().await.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

/// The Mesos release whose formats are spoken.
pub(super) async fn version() -> Json<Version> {
    Json(Version::default())
}

/// Where the leader is.
pub(super) async fn redirect(State(master): State<Master>) -> Response {
    let location = HeaderValue::from_str(&format!("//{}", master.options.address));
    let location = location.unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
}
