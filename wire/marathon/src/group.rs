use base_clock::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    app::App,
    app_info::AppInfo,
    body::{json, shaped},
    problem::Problem,
    read::{at_least, dto},
    time,
};

/// A group in an answer (`GroupInfo` of `group.raml`); what was not embedded is left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupInfo {
    /// Its path.
    pub id: String,
    /// Its own apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apps: Option<Vec<AppInfo>>,
    /// Its own pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pods: Option<Vec<Value>>,
    /// The groups in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupInfo>>,
    /// What starts earlier and stops later.
    pub dependencies: Vec<String>,
    /// The version of its last change.
    #[serde(serialize_with = "time::text")]
    pub version: Timestamp,
    /// Whether its apps have its name as their role. Older strict clients do not know the field: left out where it says
    /// nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforce_role: Option<bool>,
}

dto! {
    /// What a `POST` or `PUT` of a group says: the group as it shall be, or one of `scaleBy` and `version` alone.
    #[derive(Default)]
    GroupUpdate {
        may "id" id: String;
        may "apps" apps: Vec<App>;
        may "groups" groups: Vec<GroupUpdate>;
        may "dependencies" dependencies: Vec<String>;
        may "scaleBy" scale_by: f64, at_least!(0.0);
        may "version" version: String;
        may "enforceRole" enforce_role: bool;
    }
}

dto! {
    /// What a `PATCH` of a top group says.
    #[derive(Default)]
    GroupPatch {
        may "enforceRole" enforce_role: bool;
    }
}

impl GroupUpdate {
    /// Reads the body of a `POST` or `PUT`.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        shaped(&json(body)?)
    }

    /// Whether it changes what runs in the group, and is not only a factor, a version or a role.
    pub fn is_structural(&self) -> bool {
        self.apps.is_some() || self.groups.is_some() || self.dependencies.is_some()
    }
}

impl GroupPatch {
    /// Reads the body of a `PATCH`.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        shaped(&json(body)?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_a_tree() {
        let body = json!({"id": "/shop", "groups": [{"id": "web", "apps": [{"id": "cart", "cmd": "serve"}],
            "dependencies": ["../db"]}], "new": 1});
        let update = GroupUpdate::read(body.to_string().as_bytes()).unwrap();
        let web = &update.groups.as_ref().unwrap()[0];
        assert_eq!(web.apps.as_ref().unwrap()[0].id.as_deref(), Some("cart"));
        assert!(update.is_structural());
        assert!(!GroupUpdate::read(br#"{"scaleBy": 2}"#).unwrap().is_structural());
        assert_eq!(
            GroupPatch::read(br#"{"enforceRole": true}"#).unwrap().enforce_role,
            Some(true)
        );
    }

    #[test]
    fn errors_name_the_place_in_the_tree() {
        let problem = GroupUpdate::read(br#"{"groups": [{"apps": [{"cpus": "x"}]}]}"#).unwrap_err();
        assert_eq!(
            serde_json::to_value(problem).unwrap()["details"],
            json!([{"path": "/groups(0)/apps(0)/cpus", "errors": ["error.expected.jsnumber"]}])
        );
        assert_eq!(GroupUpdate::read(br#"{"scaleBy": -1}"#).unwrap_err().status, 422);
    }

    #[test]
    fn is_written_as_marathon_does() {
        let root = GroupInfo {
            id: "/".into(),
            apps: Some(vec![]),
            pods: None,
            groups: Some(vec![]),
            dependencies: vec![],
            version: Timestamp::EPOCH,
            enforce_role: Some(false),
        };
        assert_eq!(
            serde_json::to_value(root).unwrap(),
            json!({"id": "/", "apps": [], "groups": [], "dependencies": [], "version": "1970-01-01T00:00:00.000Z",
                "enforceRole": false})
        );
    }
}
