//! A server on a free port that gives prepared answers and notes what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use io_httpd::{Body, IntoResponse, Request, Response, Router, StatusCode, header, to_bytes};
use serde_json::Value;
use tokio::runtime::Runtime;

/// Prepared answers by `METHOD /path` or `METHOD /path?query`. Of several for one request the first is given once, then
/// the next; the last stays.
type Answers = BTreeMap<String, Vec<(u16, Value)>>;

pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<(String, Value)>>>,
    _runtime: Runtime,
}

impl Server {
    pub fn new<const N: usize>(answers: [(&str, u16, Value); N]) -> Self {
        let mut table = Answers::new();
        for (key, status, body) in answers {
            table.entry(key.to_owned()).or_default().push((status, body));
        }
        let (table, seen) = (Arc::new(Mutex::new(table)), Arc::<Mutex<Vec<_>>>::default());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let noted = seen.clone();
        let router = Router::new().fallback(move |request: Request| answer(table.clone(), noted.clone(), request));
        runtime.spawn(io_httpd::serve(listener, router, std::future::pending()));
        Self {
            url,
            seen,
            _runtime: runtime,
        }
    }

    /// Every request so far, as `METHOD /path?query`.
    pub fn asked(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(key, _)| key.clone()).collect()
    }

    /// The body of the last request of this kind.
    pub fn body(&self, key: &str) -> Value {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .rev()
            .find(|(asked, _)| asked == key)
            .unwrap_or_else(|| panic!("no {key} in {seen:?}"))
            .1
            .clone()
    }
}

async fn answer(table: Arc<Mutex<Answers>>, seen: Arc<Mutex<Vec<(String, Value)>>>, request: Request) -> Response {
    let full = format!("{} {}", request.method(), request.uri());
    let short = full.split('?').next().unwrap_or_default().to_owned();
    let bytes = to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    seen.lock().unwrap().push((full.clone(), body));
    let mut table = table.lock().unwrap();
    let key = if table.contains_key(&full) { full } else { short };
    let Some(list) = table.get_mut(&key) else {
        return (StatusCode::NOT_FOUND, format!("no answer is prepared for {key}")).into_response();
    };
    let (status, body) = if list.len() > 1 {
        list.remove(0)
    } else {
        list[0].clone()
    };
    let status = StatusCode::from_u16(status).unwrap();
    match body {
        Value::String(text) => {
            (status, [(header::CONTENT_TYPE, "text/event-stream")], Body::from(text)).into_response()
        }
        json => (status, [(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response(),
    }
}
