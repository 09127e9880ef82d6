//! What the tests of this crate share: a context, and reading of bodies written in place.

use base_clock::Timestamp;
use model_app::{AppSpec, Rules};
use model_resources::Role;
use serde_json::Value;
use wire_marathon::{Context, Problem, app::App, request};

/// 2024-02-29, on a cluster whose scheduler has the role `dev`.
pub fn context() -> Context {
    let dev = Role::new("dev").unwrap();
    Context {
        base: "/".into(),
        role: dev.clone(),
        rules: Rules {
            roles: vec![dev, Role::any()],
        },
        default_network: None,
        now: Timestamp::from_millis(1_709_164_800_123),
    }
}

pub fn create(body: &Value) -> Result<AppSpec, Problem> {
    request::create(body.to_string().as_bytes(), &context())
}

pub fn good(body: &Value) -> AppSpec {
    create(body).unwrap_or_else(|problem| panic!("{body}: {}", serde_json::to_string(&problem).unwrap()))
}

/// The app as Marathon would show it.
pub fn shown(spec: &AppSpec) -> Value {
    serde_json::to_value(App::from(spec)).unwrap()
}

/// Whether what is shown makes the same app again.
pub fn comes_back(spec: &AppSpec) -> AppSpec {
    let body = shown(spec).to_string();
    let again = request::replace(spec.id.as_str(), body.as_bytes(), &context());
    again.unwrap_or_else(|problem| panic!("{body}: {}", serde_json::to_string(&problem).unwrap()))
}
