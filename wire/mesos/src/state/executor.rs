use serde::Serialize;

use super::{Labels, ResourceSummary};
use crate::json::Json;
use crate::v1;

/// An executor in `/state`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Executor<'a> {
    /// The executor's id.
    pub executor_id: String,
    /// Its name; empty if not told.
    pub name: String,
    /// Whose it is.
    pub framework_id: String,
    /// What it runs.
    pub command: Command,
    /// What it holds beside its tasks.
    pub resources: ResourceSummary<'a>,
    /// Which role its resources are for, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Its labels, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// A name of `ExecutorInfo.Type`, if told.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where it runs.
    pub slave_id: String,
}

/// A command in `/state`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Command {
    /// Whether a shell runs it, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<bool>,
    /// The shell's line or the program, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Arguments, the program's name first.
    pub argv: Vec<String>,
    /// Variables, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Json<v1::Environment>>,
    /// What is fetched first.
    pub uris: Vec<Uri>,
}

/// A thing to fetch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Uri {
    /// Where it is.
    pub value: String,
    /// Whether it is made executable.
    pub executable: bool,
}

impl From<&v1::CommandInfo> for Command {
    fn from(command: &v1::CommandInfo) -> Self {
        let uri = |uri: &v1::command_info::Uri| Uri {
            value: uri.value.clone(),
            executable: uri.executable(),
        };
        Self {
            shell: command.shell,
            value: command.value.clone(),
            argv: command.arguments.clone(),
            environment: command.environment.clone().map(Json),
            uris: command.uris.iter().map(uri).collect(),
        }
    }
}
