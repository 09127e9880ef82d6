//! Frameworks on native drivers: what they post to the process `master`, and the link back to each.
//!
//! One edge more of the scheduler API: a message becomes the call that it is in the v1 API, an event the message that it is
//! for drivers. Sources: `src/master/master.cpp` and `3rdparty/libprocess/src/process.cpp` of Mesos 1.11.

mod call;
mod link;
mod reply;
mod subscribe;

use std::net::SocketAddr;

use io_httpd::{
    BODY_LIMIT, Bytes, HeaderMap, IntoResponse, LocalAddress, Path, Request, Response, State, StatusCode, header,
    read_body,
};
use tracing::debug;
use wire_mesos::{
    cluster::framework_from_wire,
    driver::{Pid, ReadError, Route, Said, read},
    internal::AuthenticationErrorMessage,
};

use crate::Master;

/// `POST /master/<message>` of a driver. It is accepted whatever it says: its answer is another message.
pub(crate) async fn take(State(master): State<Master>, Path(name): Path<String>, request: Request) -> Response {
    let local = request.extensions().get::<LocalAddress>().copied();
    let address = local.map_or(master.options.address, |local| local.0);
    let Some(route) = route(request.headers(), address) else {
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

/// From a driver to the master, under the address by which the driver knows it: what it names as the host (libmesos leaves
/// that empty), else where it was heard. `None` if no driver asks.
fn route(headers: &HeaderMap, heard_at: SocketAddr) -> Option<Route> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let agent = || text(header::USER_AGENT.as_str())?.strip_prefix("libprocess/");
    let from = text("libprocess-from").or_else(agent)?.parse().ok()?;
    let host = text(header::HOST.as_str()).and_then(|host| host.parse().ok());
    let heard_at = SocketAddr::new(heard_at.ip().to_canonical(), heard_at.port());
    let to = Pid {
        id: "master".to_owned(),
        address: host.unwrap_or(heard_at),
    };
    Some(Route { from, to })
}

async fn hear(master: Master, route: Route, name: String, body: Bytes) {
    match read(&name, &body) {
        Ok(Said::Subscribe {
            framework,
            suppressed_roles,
            offer_constraints,
            force,
        }) => {
            let known = framework.id.clone().filter(|id| !id.value.is_empty());
            match framework_from_wire(&framework, &suppressed_roles, offer_constraints.as_ref()) {
                Ok(spec) => subscribe::subscribe(&master, &route, spec, known, force).await,
                Err(why) => reply::refuse(&route.back(), &why),
            }
        }
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
