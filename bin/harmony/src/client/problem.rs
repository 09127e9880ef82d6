//! Error answers, ours and Marathon's, as one [`Failure`].
//!
//! Ours is `{"error": {"code", "message"}}`. Marathon's is `{"message"}` with, for a definition that breaks its rules,
//! `details: [{"path", "errors": [...]}]`, and with `deployments: [{"id"}]` when one is in the way (`docs/rest-api` of
//! Marathon 1.10).

use base_fault::Class;
use serde_json::Value;

use super::Answer;
use crate::failure::{Failure, class_of_code};

/// The failure that an answer with an error status means.
pub fn read(answer: &Answer) -> Failure {
    let status = answer.status.as_u16();
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if let Some(error) = body.get("error").filter(|error| error.is_object()) {
        let code = error["code"].as_str().unwrap_or_default();
        let class = class_of_code(code).unwrap_or_else(|| Class::from_http_status(status));
        let message = error["message"].as_str().unwrap_or(code);
        return Failure::new(class, message).next(advice(class));
    }
    let class = Class::from_http_status(status);
    let mut message = body["message"].as_str().map_or_else(|| plain(answer), str::to_owned);
    for line in details(&body) {
        message += &format!("\n  {line}");
    }
    let blocking = blocking(&body);
    let next = if blocking.is_empty() {
        advice(class).to_owned()
    } else {
        format!(
            "wait for {0} with `harmony deployment watch {0}`, undo it with `harmony deployment rollback {0}`,\n\
             or replace it with --force",
            blocking[0]
        )
    };
    if !blocking.is_empty() {
        message += &format!("\n  in the way: deployment {}", blocking.join(", "));
    }
    Failure::new(class, message).next(next)
}

fn advice(class: Class) -> &'static str {
    match class {
        Class::Exhausted | Class::Unavailable | Class::Timeout => {
            "try again in a moment; `harmony status` says how it is"
        }
        Class::Unauthenticated => {
            "say who you are with --principal NAME and --secret TEXT, or with HARMONY_PRINCIPAL and HARMONY_SECRET"
        }
        Class::Denied => "ask whoever runs the cluster for the right to do this",
        _ => "",
    }
}

/// A body that is not JSON, cut to one screen line.
fn plain(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let text: String = text.trim().chars().take(200).collect();
    if text.is_empty() {
        format!("the cluster answered {}", answer.status)
    } else {
        text
    }
}

fn details(body: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for detail in body["details"].as_array().into_iter().flatten() {
        let path = detail["path"].as_str().filter(|path| !path.is_empty()).unwrap_or("/");
        let errors = detail["errors"].as_array().into_iter().flatten();
        lines.extend(errors.map(|error| format!("{path}: {}", text(error))));
    }
    lines
}

/// Marathon writes an error as a string, and some releases as an object of message and arguments.
fn text(error: &Value) -> String {
    let plain = error
        .as_str()
        .or_else(|| error["message"].as_str())
        .or_else(|| error["error"].as_str());
    plain.map_or_else(|| error.to_string(), str::to_owned)
}

fn blocking(body: &Value) -> Vec<&str> {
    body["deployments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["id"].as_str().or(it.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use io_httpd::StatusCode;
    use serde_json::json;

    use super::*;

    fn failure(status: u16, body: &Value) -> Failure {
        let status = StatusCode::from_u16(status).unwrap();
        read(&Answer {
            status,
            body: body.to_string().into(),
        })
    }

    #[test]
    fn ours_goes_by_its_code() {
        let failure = failure(409, &json!({"error": {"code": "exists", "message": "there is a /a"}}));
        assert_eq!(
            (failure.class, failure.message.as_str()),
            (Class::Exists, "there is a /a")
        );
    }

    #[test]
    fn marathons_details_are_lines() {
        let details = json!([{"path": "/cpus", "errors": ["must be positive", {"message": "too few"}]}]);
        let failure = failure(422, &json!({"message": "Object is not valid", "details": details}));
        assert_eq!(failure.class, Class::Invalid);
        assert_eq!(
            failure.message,
            "Object is not valid\n  /cpus: must be positive\n  /cpus: too few"
        );
    }

    #[test]
    fn marathons_blocking_deployments_are_named() {
        let body = json!({"message": "App is locked", "deployments": [{"id": "d1"}]});
        let failure = failure(409, &body);
        assert_eq!(failure.class, Class::Conflict);
        assert!(failure.message.ends_with("in the way: deployment d1"), "{failure}");
        assert!(
            failure.next.contains("deployment watch d1") && failure.next.contains("--force"),
            "{}",
            failure.next
        );
    }

    #[test]
    fn text_and_nothing_are_fine_too() {
        assert_eq!(failure(404, &json!("")).message, "\"\"");
        let status = StatusCode::BAD_GATEWAY;
        let empty = read(&Answer {
            status,
            body: "".into(),
        });
        assert_eq!(empty.message, "the cluster answered 502 Bad Gateway");
    }
}
