use std::net::SocketAddr;

use io_auth::basic_header;
use io_httpd::{Body, client, header, http};
use serde_json::Value;
use tokio::net::TcpStream;

/// An HTTP answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What it asks for in a `WWW-Authenticate` header.
    pub challenge: Option<String>,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

/// A principal and its secret.
pub type Login = (&'static str, &'static str);

/// One request on a connection of its own. `Err` if nobody answers.
///
/// # Errors
/// What broke.
pub fn request(address: SocketAddr, method: &str, path: &str, body: Option<&str>) -> std::io::Result<Answer> {
    request_as(None, address, method, path, body)
}

/// The same by somebody.
///
/// # Errors
/// What broke.
pub fn request_as(
    who: Option<Login>,
    address: SocketAddr,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> std::io::Result<Answer> {
    let basic = who.map(|(principal, secret)| basic_header(principal, secret));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(basic.as_deref().map(|basic| ("authorization", basic)));
    request_with(address, method, path, &headers, body.unwrap_or_default().as_bytes())
}

/// The same with headers of one's own and any bytes.
///
/// # Errors
/// What broke.
pub fn request_with(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stream = TcpStream::connect(address).await?;
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, address.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_vec())).map_err(std::io::Error::other)?;
        let response = client::send(stream, request).await?;
        let challenge = response.headers().get(header::WWW_AUTHENTICATE);
        let challenge = challenge.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = response.status().as_u16();
        let body = client::collect(response.into_body(), 64 << 20).await?;
        Ok(Answer {
            status,
            challenge,
            text: String::from_utf8_lossy(&body).into_owned(),
        })
    })
}
