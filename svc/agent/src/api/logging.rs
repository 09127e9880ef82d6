use base_telemetry::{set_verbosity, verbosity};
use io_httpd::{IntoResponse, Query, Response, StatusCode};
use wire_mesos::logging::{self, Toggle};

/// `/logging/toggle`: shows the verbosity, or sets it for a while.
pub(super) async fn toggle(Query(query): Query<logging::Query>) -> Response {
    match query.read() {
        Ok(Toggle::Show) => format!("{}\n", verbosity()).into_response(),
        Ok(Toggle::Set { level, span }) => {
            set_verbosity(level, span);
            StatusCode::OK.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, why).into_response(),
    }
}
