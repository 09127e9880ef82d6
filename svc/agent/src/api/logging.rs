use base_telemetry::{set_verbosity, verbosity};
use io_httpd::{IntoResponse, Query, Response, StatusCode};
use serde::Deserialize;
use wire_mesos::duration;

#[derive(Deserialize)]
pub(super) struct Wish {
    level: Option<String>,
    duration: Option<String>,
}

/// `/logging/toggle`: shows the verbosity, or sets it for a while.
pub(super) async fn toggle(Query(wish): Query<Wish>) -> Response {
    let bad = |message: String| (StatusCode::BAD_REQUEST, message).into_response();
    let (level, span) = match (wish.level, wish.duration) {
        (None, None) => return format!("{}\n", verbosity()).into_response(),
        (Some(_), None) => return bad("Expecting 'duration=value' in query.\n".to_owned()),
        (None, Some(_)) => return bad("Expecting 'level=value' in query.\n".to_owned()),
        (Some(level), Some(span)) => (level, span),
    };
    let Ok(number) = level.parse::<u32>() else {
        return bad(format!("Invalid level '{level}'.\n"));
    };
    match duration::parse(&span) {
        Ok(span) => set_verbosity(number, span),
        Err(why) => return bad(format!("{why}.\n")),
    }
    StatusCode::OK.into_response()
}
