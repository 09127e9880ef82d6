use base_ids::AppId;
use model_app::resolve;

/// What a path below `/v2/apps/` names. Ids contain slashes, so it is read from its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// `{id}`.
    App(AppId),
    /// `{group}/*`, all apps below a group.
    Below(AppId),
    /// `{id}/restart`.
    Restart(AppId),
    /// `{id}/tasks`.
    Tasks(AppId),
    /// `{group}/*/tasks`.
    TasksBelow(AppId),
    /// `{id}/tasks/{task}`.
    Task(AppId, String),
    /// `{id}/versions`.
    Versions(AppId),
    /// `{id}/versions/{version}`.
    Version(AppId, String),
}

impl Target {
    pub(super) fn parse(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let id = |segments: &[&str]| resolve(&segments.join("/"), "/");
        match segments.as_slice() {
            [app @ .., "restart"] if !app.is_empty() => Self::Restart(id(app)),
            [group @ .., "*", "tasks"] => Self::TasksBelow(id(group)),
            [app @ .., "tasks"] if !app.is_empty() => Self::Tasks(id(app)),
            [app @ .., "versions"] if !app.is_empty() => Self::Versions(id(app)),
            [app @ .., "tasks", task] if !app.is_empty() => Self::Task(id(app), (*task).to_owned()),
            [app @ .., "versions", version] if !app.is_empty() => Self::Version(id(app), (*version).to_owned()),
            [group @ .., "*"] => Self::Below(id(group)),
            app => Self::App(id(app)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_from_their_end() {
        let id = AppId::from;
        for (path, target) in [
            ("web", Target::App(id("/web"))),
            ("/team/web/", Target::App(id("/team/web"))),
            ("/team/*", Target::Below(id("/team"))),
            ("*", Target::Below(id("/"))),
            ("team/web/restart", Target::Restart(id("/team/web"))),
            ("restart", Target::App(id("/restart"))),
            ("tasks/web", Target::App(id("/tasks/web"))),
            ("web/tasks", Target::Tasks(id("/web"))),
            ("team/*/tasks", Target::TasksBelow(id("/team"))),
            ("a/b/tasks/t.1", Target::Task(id("/a/b"), "t.1".to_owned())),
            ("a/versions", Target::Versions(id("/a"))),
            (
                "a/versions/2015-09-30T09:09:17.614Z",
                Target::Version(id("/a"), "2015-09-30T09:09:17.614Z".to_owned()),
            ),
        ] {
            assert_eq!(Target::parse(path), target, "{path}");
        }
    }
}
