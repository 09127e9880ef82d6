use minicbor::{Decode, Encode};

/// Something to fetch into the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Artifact {
    /// Where from.
    #[n(0)]
    pub uri: String,
    /// Unpacked if it is an archive.
    #[n(1)]
    pub extract: bool,
    /// Made executable.
    #[n(2)]
    pub executable: bool,
    /// Kept in the agent's cache.
    #[n(3)]
    pub cache: bool,
    /// Its name in the sandbox; the last part of the URI if not given.
    #[n(4)]
    pub dest_path: Option<String>,
}

impl Artifact {
    /// One of the older `uris`: unpacked only if its path ends as an archive's does.
    pub fn from_uri(uri: &str) -> Self {
        Self {
            uri: uri.to_owned(),
            extract: is_archive(uri),
            executable: false,
            cache: false,
            dest_path: None,
        }
    }
}

fn is_archive(uri: &str) -> bool {
    const ENDS: [&str; 9] = [
        ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".zip", ".tar", ".gz",
    ];
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    ENDS.iter().any(|end| path.ends_with(end))
}
