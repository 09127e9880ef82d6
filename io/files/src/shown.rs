use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::Error;

/// Says whether a file or directory may be read, by its canonical path.
type Permit = Arc<dyn Fn(&Path) -> bool + Send + Sync>;

/// What is shown: pairs of a name and a file or directory.
#[derive(Clone, Default)]
pub struct Shown {
    pairs: Vec<(String, PathBuf)>,
    permit: Option<Permit>,
}

impl Shown {
    /// Shows a file or directory under a name, which has no slash at its end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        let name: String = name.into();
        self.pairs.push((name.trim_end_matches('/').to_owned(), path.into()));
        self
    }

    /// Shows only what this permits, by its canonical path.
    #[must_use]
    pub fn permitting(mut self, permit: impl Fn(&Path) -> bool + Send + Sync + 'static) -> Self {
        self.permit = Some(Arc::new(permit));
        self
    }

    /// All pairs, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.pairs.iter().map(|(name, path)| (name.as_str(), path.as_path()))
    }

    /// Where a name leads; of several the one with the longest name decides.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing is there or a way leads out, [`Error::Denied`] if it is not permitted.
    pub fn resolve(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.find(name)?;
        match &self.permit {
            Some(permit) if !permit(&path) => Err(Error::Denied(name.to_owned())),
            _ => Ok(path),
        }
    }

    fn find(&self, name: &str) -> Result<PathBuf, Error> {
        let missing = || Error::NotFound(name.to_owned());
        let name = name.trim_end_matches('/');
        let inside = self.pairs.iter().filter_map(|(shown, path)| {
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
    fn what_is_not_permitted_is_not_shown_whatever_it_is_called() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        for name in ["mine", "theirs"] {
            fs::create_dir(root.join(name)).unwrap();
            fs::write(root.join(name).join("f"), name).unwrap();
        }
        std::os::unix::fs::symlink("../theirs", root.join("mine/link")).unwrap();
        let mine = root.join("mine");
        let shown = Shown::default()
            .with("/box", &root)
            .permitting(move |path| path.starts_with(&mine));
        assert!(shown.resolve("/box/mine/f").is_ok());
        for name in [
            "/box",
            "/box/theirs",
            "/box/theirs/f",
            "/box/mine/link/f",
            "/box/mine/../theirs/f",
        ] {
            assert!(matches!(shown.resolve(name), Err(Error::Denied(_))), "{name}");
        }
    }

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
