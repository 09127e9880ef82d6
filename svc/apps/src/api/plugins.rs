use serde_json::json;

use super::answer::{self, Answer};

/// `GET /v2/plugins`: there are none.
pub(super) async fn list() -> Answer {
    answer::ok(&json!({ "plugins": [] }))
}
