//! One request on one connection, following a follower's word to its leader.

use std::time::Duration;

use base_fault::Class;
use http_body_util::BodyExt;
use io_httpd::http::{Request, Response};
use io_httpd::{Body, Method, Uri, client, header};
use serde_json::Value;
use tokio::net::TcpStream;

use super::{ANSWER_LIMIT, Answer, Login};
use crate::failure::Failure;

const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How often an answer may say that another is to be asked.
const REDIRECTS: usize = 3;

/// Asks `url`; the answer's body is read whole.
pub async fn ask(method: &Method, url: &str, body: Option<&Value>, login: &Login) -> Result<Answer, Failure> {
    let response = send(method, url, body, "application/json", login).await?;
    let (head, body) = response.into_parts();
    let whole = http_body_util::Limited::new(body, ANSWER_LIMIT).collect().await;
    let broken = |error| Failure::new(Class::Unavailable, format!("the answer of {url} broke off: {error}"));
    Ok(Answer {
        status: head.status,
        body: whole.map_err(broken)?.to_bytes(),
    })
}

/// Asks `url` for `accept`; the answer's body streams.
pub async fn send(
    method: &Method,
    url: &str,
    body: Option<&Value>,
    accept: &str,
    login: &Login,
) -> Result<Response<Body>, Failure> {
    let mut url = url.to_owned();
    for _ in 0..REDIRECTS {
        let response = once(method, &url, body, accept, login).await?;
        let to = response
            .headers()
            .get(header::LOCATION)
            .filter(|_| response.status().is_redirection());
        match to.and_then(|to| to.to_str().ok()) {
            None => return Ok(response),
            Some(to) => url = resolve(&url, to),
        }
    }
    Err(Failure::new(
        Class::Unavailable,
        format!("{url}: every one asked names another as the leader"),
    ))
}

/// `Location` may leave out the scheme, or scheme and host (RFC 9110, 10.2.2).
fn resolve(from: &str, to: &str) -> String {
    let origin = from
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').next())
        .unwrap_or_default();
    match to {
        full if full.contains("://") => full.to_owned(),
        to if to.starts_with("//") => format!("http:{to}"),
        path => format!("http://{origin}{path}"),
    }
}

async fn once(
    method: &Method,
    url: &str,
    body: Option<&Value>,
    accept: &str,
    login: &Login,
) -> Result<Response<Body>, Failure> {
    let bad = |error: &dyn std::fmt::Display| Failure::new(Class::Invalid, format!("{url:?} is no URL: {error}"));
    let uri: Uri = url.parse().map_err(|error| bad(&error))?;
    let authority = uri.authority().ok_or_else(|| bad(&"it names no host"))?.clone();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::builder().method(method).uri(path);
    request = request
        .header(header::HOST, authority.as_str())
        .header(header::ACCEPT, accept);
    request = request.header(header::USER_AGENT, concat!("harmony/", env!("CARGO_PKG_VERSION")));
    if let Some(who) = login.header() {
        request = request.header(header::AUTHORIZATION, who);
    }
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
    let request = request.body(body).map_err(|error| bad(&error))?;
    let host = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let stream = tokio::time::timeout(
        CONNECT_WITHIN,
        TcpStream::connect((host, authority.port_u16().unwrap_or(80))),
    );
    let stream = stream.await.map_err(|_| unreachable(&authority, &"no answer"))?;
    let stream = stream.map_err(|error| unreachable(&authority, &error))?;
    client::send(stream, request)
        .await
        .map(client::relay)
        .map_err(|error| unreachable(&authority, &error))
}

fn unreachable(who: &dyn std::fmt::Display, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Unavailable, format!("cannot reach the cluster at {who}: {why}"))
        .next("is it running? `harmony up` starts it; --cluster URL|DIR or HARMONY_CLUSTER names another")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn locations_of_all_three_forms() {
        let from = "http://a:5050/harmony/v1/status";
        assert_eq!(resolve(from, "http://b:1/x"), "http://b:1/x");
        assert_eq!(resolve(from, "//b:1/x"), "http://b:1/x");
        assert_eq!(resolve(from, "/x"), "http://a:5050/x");
    }
}
