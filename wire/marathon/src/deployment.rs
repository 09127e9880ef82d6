use base_clock::Timestamp;
use serde::Serialize;

use crate::time;

/// A running deployment (`GET /v2/deployments`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// Its id.
    pub id: String,
    /// The version that it makes.
    #[serde(serialize_with = "time::text")]
    pub version: Timestamp,
    /// The apps that it changes.
    pub affected_apps: Vec<String>,
    /// The pods that it changes.
    pub affected_pods: Vec<String>,
    /// All steps.
    pub steps: Vec<Step>,
    /// The actions of the current step.
    pub current_actions: Vec<CurrentAction>,
    /// Which step is at work, from 1.
    pub current_step: u32,
    /// How many steps there are.
    pub total_steps: u32,
}

/// Actions that run at the same time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    pub actions: Vec<Action>,
}

/// What is done to an app or pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// What.
    pub action: ActionName,
    /// To which app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// To which pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
}

impl Action {
    /// An action on an app.
    pub fn on_app(action: ActionName, app: impl Into<String>) -> Self {
        Self {
            action,
            app: Some(app.into()),
            pod: None,
        }
    }
}

/// What can be done to an app or pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ActionName {
    StartApplication,
    StopApplication,
    ScaleApplication,
    RestartApplication,
    StartPod,
    StopPod,
    ScalePod,
    RestartPod,
    ResolveArtifacts,
}

/// An action of the current step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentAction {
    /// The action.
    #[serde(flatten)]
    pub action: Action,
    /// How far its tasks are.
    pub readiness_check_results: Vec<ReadinessResult>,
}

/// What a readiness check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadinessResult {
    /// The check's name.
    pub name: String,
    /// The task.
    pub task_id: String,
    /// Whether it is ready.
    pub ready: bool,
    /// What it answered last, if the check preserves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_response: Option<ReadinessResponse>,
}

/// What a task answered to a readiness check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadinessResponse {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// The answer to each change that starts a deployment; its id is also in the header `Marathon-Deployment-Id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentResult {
    /// The version that it makes.
    #[serde(serialize_with = "time::text")]
    pub version: Timestamp,
    /// Its id.
    pub deployment_id: String,
}

/// A deployment in an event. Marathon 1.11 writes `id`, `steps` and `version`; older releases also wrote the groups before
/// and after unless `plan-format=light` was asked for, and some clients can't read an event without them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// All steps.
    pub steps: Vec<Step>,
    /// The version that it makes.
    #[serde(serialize_with = "time::text")]
    pub version: Timestamp,
    /// The root group before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<serde_json::Value>,
    /// The root group after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<serde_json::Value>,
}
