use std::collections::BTreeMap;

use base_clock::Timestamp;
use serde::Serialize;
use wire_marathon::AppInfo;

/// A group and what is in it (`group.raml`, `GroupInfo`). Parts that were not asked for are left out, and so is `enforceRole`,
/// which no group has here: clients older than the field refuse it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    /// Its path.
    id: String,
    /// The apps right in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    apps: Option<Vec<AppInfo>>,
    /// The pods right in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pods: Option<Vec<AppInfo>>,
    /// The groups right in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<Group>>,
    /// What it depends on.
    dependencies: Vec<String>,
    /// The latest version of what is in it.
    version: String,
}

/// What of a group is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) apps: bool,
    pub(crate) pods: bool,
    pub(crate) groups: bool,
}

/// The group `id` made of all apps below it; `None` if there are none and it is not the root.
pub(crate) fn group(id: &str, apps: Vec<(Timestamp, AppInfo)>, parts: Parts) -> Option<Group> {
    if apps.is_empty() && id != "/" {
        return None;
    }
    let version = apps
        .iter()
        .map(|(version, _)| *version)
        .max()
        .unwrap_or(Timestamp::EPOCH);
    let (mut own, mut below) = (Vec::new(), BTreeMap::<String, Vec<(Timestamp, AppInfo)>>::new());
    for (version, app) in apps {
        match child(id, app.app.id.as_deref().unwrap_or_default()) {
            None => own.push(app),
            Some(child) => below.entry(child).or_default().push((version, app)),
        }
    }
    let groups = below.into_iter().filter_map(|(id, apps)| group(&id, apps, parts));
    Some(Group {
        id: id.to_owned(),
        apps: parts.apps.then_some(own),
        pods: parts.pods.then(Vec::new),
        groups: parts.groups.then(|| groups.collect()),
        dependencies: Vec::new(),
        version: version.to_string(),
    })
}

/// The group right in `group` that an app is in; `None` if the app is right in `group` itself.
fn child(group: &str, app: &str) -> Option<String> {
    let prefix = group.trim_end_matches('/');
    let rest = app.strip_prefix(prefix)?.strip_prefix('/')?;
    let (name, _) = rest.split_once('/')?;
    Some(format!("{prefix}/{name}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn app(id: &str, version: i64) -> (Timestamp, AppInfo) {
        let app = wire_marathon::app::App {
            id: Some(id.to_owned()),
            ..Default::default()
        };
        (
            Timestamp::from_millis(version),
            AppInfo {
                app,
                ..AppInfo::default()
            },
        )
    }

    #[test]
    fn apps_make_a_tree_of_groups() {
        let apps = vec![app("/a", 1), app("/x/b", 2), app("/x/y/c", 3)];
        let parts = Parts {
            apps: true,
            pods: false,
            groups: true,
        };
        let root = serde_json::to_value(group("/", apps, parts).unwrap()).unwrap();
        assert_eq!(root["apps"], json!([{"id": "/a"}]));
        assert_eq!(root["version"], "1970-01-01T00:00:00.003Z");
        assert_eq!(root["groups"][0]["id"], "/x");
        assert_eq!(root["groups"][0]["apps"], json!([{"id": "/x/b"}]));
        assert_eq!(root["groups"][0]["groups"][0]["apps"], json!([{"id": "/x/y/c"}]));
        assert!(root.get("pods").is_none());
    }

    #[test]
    fn only_the_root_may_be_empty() {
        let parts = Parts {
            apps: true,
            pods: true,
            groups: true,
        };
        assert!(group("/", Vec::new(), parts).is_some() && group("/x", Vec::new(), parts).is_none());
    }
}
