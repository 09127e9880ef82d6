use io_httpd::{BODY_LIMIT, Query, Request, State, StatusCode, Uri, read_body};
use serde::Deserialize;

use crate::{Master, access::Caller, operator::teardown, scheduler::error::CallError};

#[derive(Deserialize)]
struct Form {
    #[serde(rename = "frameworkId")]
    framework_id: Option<String>,
}

/// `POST /teardown` with `frameworkId=...` as its body.
pub(super) async fn run(
    State(master): State<Master>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode, CallError> {
    let body = read_body(request, BODY_LIMIT)
        .await
        .map_err(|error| CallError::body(&error))?;
    // The body has the form of a query.
    let undecodable = |why: String| CallError::bad(format!("Unable to decode query string: {why}"));
    let uri: Uri = format!("/?{}", String::from_utf8_lossy(&body).trim())
        .parse()
        .map_err(|error: io_httpd::http::uri::InvalidUri| undecodable(error.to_string()))?;
    let Query(form) = Query::<Form>::try_from_uri(&uri).map_err(|error| undecodable(error.to_string()))?;
    let missing = || CallError::bad("Missing 'frameworkId' query parameter in the request body");
    teardown::framework(&master, &caller, &form.framework_id.ok_or_else(missing)?).await?;
    Ok(StatusCode::OK)
}
