use std::collections::BTreeSet;

/// What an answer about apps embeds (`?embed=apps.tasks`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Embed {
    /// `tasks`.
    Tasks,
    /// `deployments`.
    Deployments,
    /// `readiness`: the results of readiness checks.
    Readiness,
    /// `counts`: `tasksStaged` and so on.
    Counts,
    /// `lastTaskFailure`.
    LastTaskFailure,
    /// `taskStats`.
    TaskStats,
}

impl Embed {
    /// Embedded in every list of apps.
    pub const LIST: [Self; 2] = [Self::Counts, Self::Deployments];
    /// Embedded in every answer about one app.
    pub const SINGLE: [Self; 4] = [Self::Counts, Self::Tasks, Self::LastTaskFailure, Self::Deployments];

    /// Reads `embed` parameters with or without their prefix; those of groups and unknown ones mean nothing here.
    pub fn parse<'a>(parameters: impl IntoIterator<Item = &'a str>) -> BTreeSet<Self> {
        parameters
            .into_iter()
            .flat_map(|p| Self::one(bare(p)))
            .copied()
            .collect()
    }

    fn one(name: &str) -> &'static [Self] {
        match name {
            "tasks" => &[Self::Tasks, Self::Deployments],
            "deployments" => &[Self::Deployments],
            "readiness" => &[Self::Readiness],
            "counts" => &[Self::Counts],
            "lastTaskFailure" => &[Self::LastTaskFailure],
            "failures" => &[Self::Tasks, Self::LastTaskFailure, Self::Deployments],
            "taskStats" => &[Self::TaskStats],
            _ => &[],
        }
    }
}

fn bare(parameter: &str) -> &str {
    let prefixes = ["group.apps.", "apps.", "app."];
    prefixes
        .iter()
        .find_map(|prefix| parameter.strip_prefix(prefix))
        .unwrap_or(parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_any_prefix() {
        let embeds = |p: &str| Embed::parse([p]).into_iter().collect::<Vec<_>>();
        for parameter in ["apps.counts", "app.counts", "counts", "group.apps.counts"] {
            assert_eq!(embeds(parameter), [Embed::Counts]);
        }
        assert_eq!(
            embeds("apps.failures"),
            [Embed::Tasks, Embed::Deployments, Embed::LastTaskFailure]
        );
        assert_eq!(embeds("apps.everything"), []);
    }
}
