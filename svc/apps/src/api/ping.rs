use io_httpd::{HeaderMap, IntoResponse, Response, StatusCode, header};

/// `GET /ping`, in the form that the client accepts (`SystemResource.ping`).
pub(super) async fn pong(headers: HeaderMap) -> Response {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("*/*");
    let accepts = |kinds: &[&str]| {
        accept
            .split(',')
            .any(|range| kinds.contains(&range.split(';').next().unwrap_or("").trim()))
    };
    if accepts(&["*/*", "text/*", "text/plain"]) {
        ([(header::CONTENT_TYPE, "text/plain")], "pong").into_response()
    } else if accepts(&["text/html"]) {
        ([(header::CONTENT_TYPE, "text/html")], "pong").into_response()
    } else if accepts(&["application/json", "application/*"]) {
        ([(header::CONTENT_TYPE, "application/json")], "\"pong\"").into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    }
}
