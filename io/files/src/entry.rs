use std::{
    fs,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use wire_mesos::v1::{FileInfo, TimeInfo};

use crate::{Error, users};

/// A file in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of the directory as it was asked for, and that of the file.
    pub path: String,
    /// How many names it has; directories also count those in them.
    pub links: u64,
    /// Its size, in bytes.
    pub size: u64,
    /// When it was changed last, since 1970.
    pub changed: Duration,
    /// Its type and permissions, as `stat` gives them.
    pub mode: u32,
    /// The name of its owner, or the number of one without.
    pub user: String,
    /// The name of its group, or the number of one without.
    pub group: String,
}

impl Entry {
    /// Type and permissions as `ls -l` prints them: `-rw-r--r--`.
    pub fn mode_text(&self) -> String {
        let kind = match self.mode & 0o170_000 {
            0o040_000 => 'd',
            0o020_000 => 'c',
            0o060_000 => 'b',
            0o010_000 => 'p',
            0o120_000 => 'l',
            0o140_000 => 's',
            _ => '-',
        };
        let bits = (0..9).map(|bit| {
            let set = self.mode & (0o400 >> bit) != 0;
            if set { ['r', 'w', 'x'][bit % 3] } else { '-' }
        });
        std::iter::once(kind).chain(bits).collect()
    }
}

impl From<Entry> for FileInfo {
    fn from(entry: Entry) -> Self {
        Self {
            path: entry.path,
            nlink: i32::try_from(entry.links).ok(),
            size: Some(entry.size),
            mtime: Some(TimeInfo {
                nanoseconds: i64::try_from(entry.changed.as_nanos()).unwrap_or(i64::MAX),
            }),
            mode: Some(entry.mode),
            uid: Some(entry.user),
            gid: Some(entry.group),
        }
    }
}

/// The entries of a directory, in order of their names; links are followed, and what they lead to is shown.
///
/// # Errors
/// It is no directory or cannot be read. `name` is what the directory is called.
pub fn list(path: &Path, name: &str) -> Result<Vec<Entry>, Error> {
    let failed = |source| Error::Io {
        path: name.to_owned(),
        source,
    };
    if !path.is_dir() {
        return Err(Error::Kind {
            path: name.to_owned(),
            expected: "a directory",
        });
    }
    let mut entries: Vec<_> = fs::read_dir(path).map_err(failed)?.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let name = name.trim_end_matches('/');
    // What vanishes meanwhile is not there.
    Ok(entries.iter().filter_map(|entry| show(entry, name)).collect())
}

fn show(entry: &fs::DirEntry, name: &str) -> Option<Entry> {
    let meta = fs::metadata(entry.path()).or_else(|_| entry.metadata()).ok()?;
    let changed = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let (links, mode, user, group) = facts(&meta);
    Some(Entry {
        path: format!("{name}/{}", entry.file_name().to_string_lossy()),
        links,
        size: meta.len(),
        changed: changed.unwrap_or_default(),
        mode,
        user: users::user(user),
        group: users::group(group),
    })
}

#[cfg(unix)]
fn facts(meta: &fs::Metadata) -> (u64, u32, u32, u32) {
    use std::os::unix::fs::MetadataExt;
    (meta.nlink(), meta.mode(), meta.uid(), meta.gid())
}

#[cfg(not(unix))]
fn facts(meta: &fs::Metadata) -> (u64, u32, u32, u32) {
    (1, if meta.is_dir() { 0o040_755 } else { 0o100_644 }, 0, 0)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_directory_is_listed_as_ls_does() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("b"), "12345").unwrap();
        fs::set_permissions(dir.path().join("b"), fs::Permissions::from_mode(0o640)).unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        fs::set_permissions(dir.path().join("a"), fs::Permissions::from_mode(0o755)).unwrap();
        let found = list(dir.path(), "/box/").unwrap();
        let shown: Vec<_> = found.iter().map(|e| (e.path.as_str(), e.mode_text(), e.size)).collect();
        assert_eq!((shown[0].0, shown[0].1.as_str()), ("/box/a", "drwxr-xr-x"));
        assert_eq!(shown[1], ("/box/b", "-rw-r-----".to_owned(), 5));
        assert!(found[0].links >= 1 && found[1].links == 1 && found[1].changed.as_secs() > 0);
        let info = FileInfo::from(found[1].clone());
        assert_eq!((info.path.as_str(), info.size), ("/box/b", Some(5)));
        assert!(matches!(list(&dir.path().join("b"), "/box/b"), Err(Error::Kind { .. })));
    }
}
