//! Frameworks on native drivers: what they post to the process `master`, and the link back to each.
//!
//! One edge more of the scheduler API: a message becomes the call that it is in the v1 API, an event the message that it is
//! for drivers. Sources: `src/master/master.cpp` and `3rdparty/libprocess/src/process.cpp` of Mesos 1.11.

mod call;
mod link;
mod reply;
mod subscribe;

use std::net::SocketAddr;

use io_httpd::{BODY_LIMIT, Bytes, IntoResponse, LocalAddress, Path, Request, Response, State, StatusCode, read_body};
use tracing::debug;
use wire_mesos::{
    driver::{ReadError, Route, Said, read},
    internal::AuthenticationErrorMessage,
};

use crate::Master;

/// `POST /master/<message>` of a driver. It is accepted whatever it says: its answer is another message.
pub(crate) async fn take(State(master): State<Master>, Path(name): Path<String>, request: Request) -> Response {
    let local = request.extensions().get::<LocalAddress>().copied();
    let address = local.map_or(master.options.address, |local| local.0);
    let peer = request.extensions().get::<SocketAddr>().map(SocketAddr::ip);
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(route) = Route::heard("master", address, peer, header) else {
        return not_found().await.into_response();
    };
    let body = match read_body(request, BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return error.into_response(),
    };
    // A driver may hang up at once; what it said counts all the same.
    drop(tokio::spawn(hear(master, route, name, body)).await);
    StatusCode::ACCEPTED.into_response()
}

/// For everything else below `/master`.
pub(crate) async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn hear(master: Master, route: Route, name: String, body: Bytes) {
    match read(&name, &body) {
        Ok(Said::Subscribe {
            framework,
            suppressed_roles,
            force,
        }) => subscribe::subscribe(&master, &route, &framework, &suppressed_roles, force).await,
        Ok(Said::Call(call)) => call::call(&master, &route, call).await,
        Ok(Said::Deactivate(framework_id)) => call::deactivate(&master, &route, &framework_id).await,
        Ok(Said::Authenticate) => {
            let error = Some("No authenticator loaded".to_owned());
            reply::send(&route.back(), &AuthenticationErrorMessage { error });
        }
        Err(ReadError::Refused(why)) => reply::refuse(&route.back(), why),
        Err(error) => debug!(from = %route.from, message = name, %error, "a driver's message is dropped"),
    }
}
