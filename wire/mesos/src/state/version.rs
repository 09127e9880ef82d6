use serde::Serialize;

use crate::v1;

/// `/version`, and the first fields of `/state`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Version {
    /// [`Version::MESOS`]. Clients split it at dots and compare numbers.
    pub version: String,
    /// The commit, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_sha: Option<String>,
    /// The branch, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_branch: Option<String>,
    /// The tag, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_tag: Option<String>,
    /// `2020-11-24 12:00:00`, UTC.
    pub build_date: String,
    /// The same in seconds since 1970.
    pub build_time: f64,
    /// Who built it.
    pub build_user: String,
}

impl Version {
    /// The release whose formats these are.
    pub const MESOS: &'static str = "1.11.0";
}

impl Default for Version {
    /// The release, and nothing of the build.
    fn default() -> Self {
        Self {
            version: Self::MESOS.to_owned(),
            git_sha: None,
            git_branch: None,
            git_tag: None,
            build_date: String::new(),
            build_time: 0.0,
            build_user: String::new(),
        }
    }
}

impl From<&Version> for v1::VersionInfo {
    fn from(version: &Version) -> Self {
        Self {
            version: version.version.clone(),
            build_date: Some(version.build_date.clone()),
            build_time: Some(version.build_time),
            build_user: Some(version.build_user.clone()),
            git_sha: version.git_sha.clone(),
            git_branch: version.git_branch.clone(),
            git_tag: version.git_tag.clone(),
        }
    }
}
