use model_app::Violation;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::json;

/// An answer that is not a success: the HTTP status and Marathon's body (`MarathonExceptionMapper`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// `message`.
    pub message: String,
    /// `details`, if there are any.
    pub details: Details,
    /// `deployments`: the ids of those that hold the lock.
    pub deployments: Vec<String>,
}

/// What a problem's `details` are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Details {
    /// Nothing.
    None,
    /// A text.
    Text(String),
    /// Broken rules by path.
    Violations(Vec<Violation>),
}

impl Problem {
    /// A status with a message and nothing else.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            details: Details::None,
            deployments: Vec::new(),
        }
    }

    /// 422: well-formed, but against the rules.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let details = Details::Violations(Violation::grouped(violations));
        Self {
            details,
            ..Self::new(422, "Object is not valid")
        }
    }

    /// 422: JSON, but not of the right shape.
    pub(crate) fn misshapen(violations: Vec<Violation>) -> Self {
        let details = Details::Violations(Violation::grouped(violations));
        Self {
            details,
            ..Self::new(422, "Invalid JSON")
        }
    }

    /// 400: no JSON.
    pub(crate) fn no_json(error: &serde_json::Error) -> Self {
        let details = Details::Text(error.to_string());
        Self {
            details,
            ..Self::new(400, "Invalid JSON")
        }
    }

    /// 404 for an app, in one of its versions if given.
    pub fn no_app(id: &str, version: Option<&str>) -> Self {
        Self::absent("App", id, version)
    }

    /// 404 for a group, in one of its versions if given.
    pub fn no_group(id: &str, version: Option<&str>) -> Self {
        Self::absent("Group", id, version)
    }

    /// 404 for a task.
    pub fn no_task(id: &str) -> Self {
        Self::absent("Task", id, None)
    }

    /// 404 for a deployment.
    pub fn no_deployment(id: &str) -> Self {
        Self::new(404, format!("DeploymentPlan {id} does not exist"))
    }

    /// 404 for an app that waits for nothing.
    pub fn not_queued(id: &str) -> Self {
        Self::new(404, format!("Application {id} not found in tasks queue."))
    }

    /// 404 while nobody leads.
    pub fn no_leader() -> Self {
        Self::new(404, "There is no leader")
    }

    /// 409 for a POST of an app that exists.
    pub fn app_exists(id: &str) -> Self {
        Self::new(409, format!("An app with id [{id}] already exists."))
    }

    /// 409 for a change of apps that deployments are at work on.
    pub fn locked(deployments: Vec<String>) -> Self {
        let message = "App is locked by one or more deployments. Override with the option '?force=true'. View details at \
                       '/v2/deployments/<DEPLOYMENT_ID>'.";
        Self {
            deployments,
            ..Self::new(409, message)
        }
    }

    /// 403 when too many deployments run.
    pub fn too_many_deployments(max: u32) -> Self {
        let message = format!(
            "Max number ({max}) of running deployments is achieved. Wait for existing deployments to complete or cancel one \
             using force=true parameter. You can increase max deployment number by using --max_running_deployments \
             parameter but be advised that this can have negative effects on the performance."
        );
        Self::new(403, message)
    }

    /// 400 for a kill that would both scale down and wipe.
    pub fn scale_and_wipe() -> Self {
        Self::new(400, "You cannot use scale and wipe at the same time.")
    }

    fn absent(kind: &str, id: &str, version: Option<&str>) -> Self {
        let version = version.map(|v| format!(" in version {v}")).unwrap_or_default();
        Self::new(404, format!("{kind} '{id}' does not exist{version}"))
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", &self.message)?;
        match &self.details {
            Details::None => {}
            Details::Text(text) => map.serialize_entry("details", text)?,
            Details::Violations(violations) => {
                let rows: Vec<_> = violations
                    .iter()
                    .map(|v| json!({"path": v.path, "errors": v.errors}))
                    .collect();
                map.serialize_entry("details", &rows)?;
            }
        }
        if !self.deployments.is_empty() {
            let ids: Vec<_> = self.deployments.iter().map(|id| json!({"id": id})).collect();
            map.serialize_entry("deployments", &ids)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_marathons() {
        let body = |p: Problem| (p.status, serde_json::to_value(p).unwrap());
        assert_eq!(
            body(Problem::no_app("/x", None)),
            (404, json!({"message": "App '/x' does not exist"}))
        );
        assert_eq!(
            body(Problem::no_app("/x", Some("2015-09-30T09:09:17.614Z"))).1["message"],
            "App '/x' does not exist in version 2015-09-30T09:09:17.614Z"
        );
        assert_eq!(
            body(Problem::locked(vec!["d1".into()])),
            (
                409,
                json!({
                    "message": "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
                    "deployments": [{"id": "d1"}],
                })
            )
        );
        let twice = vec![
            Violation::new("/id", "a"),
            Violation::new("/", "b"),
            Violation::new("/id", "c"),
        ];
        assert_eq!(
            body(Problem::invalid(twice)),
            (
                422,
                json!({
                    "message": "Object is not valid",
                    "details": [{"path": "/id", "errors": ["a", "c"]}, {"path": "/", "errors": ["b"]}],
                })
            )
        );
    }
}
