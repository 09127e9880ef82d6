//! A stream of server-sent events (the WHATWG HTML standard, section 9.2): only what Marathon's `/v2/events` uses of it.

use base_fault::Class;
use http_body_util::BodyExt;
use io_httpd::{Body, Method};
use serde_json::Value;

use super::{Login, connect};
use crate::failure::Failure;

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its type, for example `deployment_success`.
    pub kind: String,
    /// Its JSON; null if it is none.
    pub data: Value,
}

/// An open stream.
pub struct Events {
    body: Body,
    parser: Parser,
}

/// Opens the stream.
pub async fn open(url: &str, login: &Login) -> anyhow::Result<Events> {
    let opening = connect::send(&Method::GET, url, None, "text/event-stream", login);
    let late = |_| Failure::new(Class::Timeout, format!("{url} did not answer"));
    let response = tokio::time::timeout(std::time::Duration::from_secs(10), opening)
        .await
        .map_err(late)??;
    if !response.status().is_success() {
        let class = Class::from_http_status(response.status().as_u16());
        return Err(Failure::new(class, format!("{url} answered {}", response.status())).into());
    }
    Ok(Events {
        body: response.into_body(),
        parser: Parser::default(),
    })
}

impl Events {
    /// The next event; `None` when the stream has ended. Nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.parser.next() {
                return Some(event);
            }
            let frame = self.body.frame().await?.ok()?;
            if let Ok(bytes) = frame.into_data() {
                self.parser.rest.extend_from_slice(&bytes);
            }
        }
    }
}

#[derive(Default)]
struct Parser {
    rest: Vec<u8>,
    kind: String,
    data: String,
}

impl Parser {
    /// The next whole event in what has come.
    fn next(&mut self) -> Option<Event> {
        while let Some(end) = self.rest.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                let (kind, data) = (std::mem::take(&mut self.kind), std::mem::take(&mut self.data));
                if !data.is_empty() {
                    return Some(Event {
                        kind,
                        data: serde_json::from_str(&data).unwrap_or(Value::Null),
                    });
                }
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut self.kind),
                "data" => self.data += value,
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_whole_however_they_are_cut() {
        let text = b"\r\nevent: a\r\ndata: {\"x\":1}\r\n\r\n: comment\nevent:b\ndata: {\"y\":\ndata: 2}\n\n";
        let (mut parser, mut seen) = (Parser::default(), Vec::new());
        for byte in text {
            parser.rest.push(*byte);
            seen.extend(parser.next());
        }
        let event = |kind: &str, data| Event {
            kind: kind.into(),
            data,
        };
        assert_eq!(
            seen,
            [
                event("a", serde_json::json!({"x": 1})),
                event("b", serde_json::json!({"y": 2}))
            ]
        );
    }
}
