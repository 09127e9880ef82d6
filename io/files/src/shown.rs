use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::Error;

/// What is shown: pairs of a name and a file or directory.
#[derive(Clone, Debug, Default)]
pub struct Shown(Vec<(String, PathBuf)>);

impl Shown {
    /// Shows a file or directory under a name, which has no slash at its end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        let name: String = name.into();
        self.0.push((name.trim_end_matches('/').to_owned(), path.into()));
        self
    }

    /// All pairs, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.0.iter().map(|(name, path)| (name.as_str(), path.as_path()))
    }

    /// Where a name leads; of several the one with the longest name decides.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing is there or a way leads out.
    pub fn resolve(&self, name: &str) -> Result<PathBuf, Error> {
        let missing = || Error::NotFound(name.to_owned());
        let name = name.trim_end_matches('/');
        let inside = self.0.iter().filter_map(|(shown, path)| {
            let rest = name.strip_prefix(shown.as_str())?;
            let rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
            Some((shown.len(), path, rest))
        });
        let (_, root, rest) = inside.max_by_key(|(length, ..)| *length).ok_or_else(missing)?;
        let root = fs::canonicalize(root).map_err(|_| missing())?;
        if rest.is_empty() {
            return Ok(root);
        }
        let full = fs::canonicalize(root.join(rest.trim_start_matches('/'))).map_err(|_| missing())?;
        if full.starts_with(&root) {
            Ok(full)
        } else {
            Err(missing())
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_into_what_is_shown_or_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        fs::create_dir_all(root.join("in/deep")).unwrap();
        for file in ["in/deep/f", "secret"] {
            fs::write(root.join(file), file).unwrap();
        }
        std::os::unix::fs::symlink("../secret", root.join("in/link")).unwrap();
        std::os::unix::fs::symlink("deep", root.join("in/latest")).unwrap();
        let shown = Shown::default()
            .with("/box/", root.join("in"))
            .with("/log", root.join("secret"));
        for (name, path) in [
            ("/box", "in"),
            ("/box/", "in"),
            ("/box/deep/f", "in/deep/f"),
            ("/box/latest/f", "in/deep/f"),
            ("/log", "secret"),
        ] {
            assert_eq!(shown.resolve(name).unwrap(), root.join(path), "{name}");
        }
        for name in [
            "",
            "/",
            "box",
            "/boxes",
            "/box/none",
            "/box/../secret",
            "/box/link",
            "/box//etc/passwd",
            "/logs",
        ] {
            assert!(matches!(shown.resolve(name), Err(Error::NotFound(_))), "{name}");
        }
    }
}
