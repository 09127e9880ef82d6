//! What an agent serves, through its link: the caller needs no way to the agent.

use base_fault::Class;
use base_ids::AgentId;
use core_authorizer::{Action, Object};
use io_httpd::{
    Body, HeaderMap, HeaderValue, HttpError, Path, Request, Response, State, client, header, http, to_bytes,
};
use serde_json::Value;
use wire_link::ON_BEHALF_OF;

use super::tasks::find;
use crate::{Master, access::Caller};

/// Everything that the agent's router serves.
pub(super) async fn agent(
    State(master): State<Master>,
    caller: Caller,
    Path((id, path)): Path<(String, String)>,
    request: Request,
) -> Result<Response, HttpError> {
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let mut headers = HeaderMap::new();
    let who = HeaderValue::from_str(caller.name().unwrap_or_default());
    let nameless = |_| HttpError::new(Class::Invalid, "the principal's name cannot stand in a header");
    headers.insert(ON_BEHALF_OF, who.map_err(nameless)?);
    let own = request.headers().get(header::AUTHORIZATION);
    if let (Some(own), None) = (own, caller.name()) {
        headers.insert(header::AUTHORIZATION, own.clone());
    }
    fetch(
        &master,
        &AgentId::from(id.as_str()),
        &format!("/{path}{query}"),
        headers,
    )
    .await
}

/// The files of a task's newest sandbox: `read`, `browse` or `download`, with a path within the sandbox.
pub(super) async fn files(
    State(master): State<Master>,
    caller: Caller,
    Path((framework, task, verb)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, HttpError> {
    if !matches!(verb.as_str(), "read" | "browse" | "download") {
        return Err(HttpError::new(
            Class::NotFound,
            format!("expected read, browse or download, not {verb}"),
        ));
    }
    let agent_id = {
        let snapshot = master.state().await?;
        let (known, found) = find(&snapshot.state.master, &framework, &task)?;
        caller.demand(Action::AccessSandbox, &Object::Task(&found.spec, &known.spec.user))?;
        found.agent_id.clone()
    };
    let sandbox = fetch(
        &master,
        &agent_id,
        &format!("/harmony/v1/tasks/{}/{}/sandbox", part(&framework), part(&task)),
        HeaderMap::new(),
    )
    .await?;
    if sandbox.status() != http::StatusCode::OK {
        return Ok(sandbox);
    }
    let broken = |why: String| HttpError::new(Class::Unavailable, format!("agent {agent_id}: {why}"));
    let body = to_bytes(sandbox.into_body(), 64 * 1024)
        .await
        .map_err(|error| broken(error.to_string()))?;
    let answer: Value = serde_json::from_slice(&body).map_err(|error| broken(error.to_string()))?;
    let root = answer["path"]
        .as_str()
        .ok_or_else(|| broken("it names no sandbox".into()))?;
    let mut query = String::new();
    for pair in request.uri().query().unwrap_or_default().split('&') {
        match pair.split_once('=') {
            Some(("path", path)) => query.push_str(&format!("&path={}/{path}", part(root).replace("%2F", "/"))),
            _ => query.push_str(&format!("&{pair}")),
        }
    }
    if !query.contains("&path=") {
        query.push_str(&format!("&path={}", part(root).replace("%2F", "/")));
    }
    fetch(
        &master,
        &agent_id,
        &format!("/files/{verb}?{}", query.trim_start_matches('&')),
        HeaderMap::new(),
    )
    .await
}

async fn fetch(master: &Master, agent_id: &AgentId, target: &str, headers: HeaderMap) -> Result<Response, HttpError> {
    let link = master.agents.get(agent_id);
    let link = link.ok_or_else(|| HttpError::new(Class::Unavailable, format!("agent {agent_id} is not connected")))?;
    let broken = |error: std::io::Error| HttpError::new(Class::Unavailable, format!("agent {agent_id}: {error}"));
    let stream = link.opener.open().await.map_err(broken)?;
    let mut request = http::Request::get(target)
        .header(header::HOST, "agent")
        .body(Body::empty())
        .map_err(|error| HttpError::new(Class::Invalid, format!("{target:?} is no path: {error}")))?;
    request.headers_mut().extend(headers);
    Ok(client::relay(client::send(stream, request).await.map_err(broken)?))
}

/// Percent-encodes what may not stand in one part of a path.
fn part(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                (byte as char).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
