//! The older operator endpoints that change what an agent's free resources are: `POST /reserve`, `/unreserve`,
//! `/create-volumes` and `/destroy-volumes`, with a form of `slaveId` and `resources` or `volumes` in JSON (Mesos 1.11's
//! `src/master/http.cpp`).

use io_httpd::{BODY_LIMIT, IntoResponse, Request, Response, State, StatusCode, read_body};
use model_resources::{Operation, Resources};

use super::form::Form;
use crate::{Master, access::Caller, operator::convert::convert, scheduler::error::CallError};

pub(super) async fn reserve(State(master): State<Master>, caller: Caller, request: Request) -> Response {
    answer(&master, &caller, request, "resources", |resources| Operation::Reserve {
        source: Resources::new(),
        resources,
    })
    .await
}

pub(super) async fn unreserve(State(master): State<Master>, caller: Caller, request: Request) -> Response {
    answer(&master, &caller, request, "resources", |resources| {
        Operation::Unreserve { resources }
    })
    .await
}

pub(super) async fn create(State(master): State<Master>, caller: Caller, request: Request) -> Response {
    answer(&master, &caller, request, "volumes", |volumes| Operation::Create {
        volumes,
    })
    .await
}

pub(super) async fn destroy(State(master): State<Master>, caller: Caller, request: Request) -> Response {
    answer(&master, &caller, request, "volumes", |volumes| Operation::Destroy {
        volumes,
    })
    .await
}

async fn answer(
    master: &Master,
    caller: &Caller,
    request: Request,
    field: &str,
    make: impl FnOnce(Resources) -> Operation,
) -> Response {
    let body = match read_body(request, BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return CallError::body(&error).into_response(),
    };
    match run(master, caller, &body, field, make).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => error.into_response(),
    }
}

async fn run(
    master: &Master,
    caller: &Caller,
    body: &[u8],
    field: &str,
    make: impl FnOnce(Resources) -> Operation,
) -> Result<(), CallError> {
    let form = Form::read(body).map_err(|why| CallError::bad(format!("Unable to decode query string: {why}")))?;
    let missing = |name: &str| CallError::bad(format!("Missing '{name}' query parameter in the request body"));
    let agent_id = form.get("slaveId").ok_or_else(|| missing("slaveId"))?;
    let text = form.get(field).ok_or_else(|| missing(field))?;
    let resources = parse(text).map_err(|why| {
        CallError::bad(format!(
            "Error in parsing '{field}' query parameter in the request body: {why}"
        ))
    })?;
    convert(master, caller, agent_id, make(resources)).await
}

fn parse(text: &str) -> Result<Resources, String> {
    if !text.trim_start().starts_with('[') {
        return Err("expected a JSON array of resources".to_owned());
    }
    Resources::parse(text).map_err(|error| error.to_string())
}
