//! The files that a task's output is kept in.
//!
//! The sandbox belongs to the task, and the shim may be root: so files are named within the sandbox' own descriptor,
//! links are never followed, and only a regular file with one name is appended to.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid};

use crate::LogRotation;
use crate::identity::Ids;

/// One output stream's files.
pub struct Log {
    sandbox: File,
    name: &'static str,
    rotation: LogRotation,
    owner: Option<(u32, u32)>,
    file: Option<File>,
    size: u64,
    lost: u64,
}

impl Log {
    /// Opens `name` in the sandbox, going on with what is there.
    pub fn open(sandbox: &Path, name: &'static str, rotation: LogRotation, ids: Option<&Ids>) -> io::Result<Self> {
        let mut log = Self {
            sandbox: File::open(sandbox)?,
            name,
            rotation,
            owner: ids.map(|ids| (ids.uid, ids.gid)),
            file: None,
            size: 0,
            lost: 0,
        };
        match log.append()? {
            Some(file) => {
                log.size = file.metadata()?.len();
                log.file = Some(file);
            }
            None => log.file = Some(log.create()?),
        }
        Ok(log)
    }

    /// Bytes that could not be written.
    pub fn lost_bytes(&self) -> u64 {
        self.lost
    }

    /// Writes output, rotating where needed, between lines if there is a line's end to be found. A task is never
    /// stopped by a full disk: what cannot be written is counted and dropped.
    pub fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = usize::try_from(self.rotation.max_bytes.saturating_sub(self.size)).unwrap_or(usize::MAX);
            let fits = self.part_that_fits(bytes, room);
            let (now, later) = bytes.split_at(fits);
            self.put(now);
            bytes = later;
            if !bytes.is_empty() {
                self.rotate();
            }
        }
    }

    fn part_that_fits(&self, bytes: &[u8], room: usize) -> usize {
        if bytes.len() <= room {
            return bytes.len();
        }
        match bytes[..room].iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            // A line that began in an earlier write cannot be moved any more; one longer than a file is cut.
            None => room,
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        let written = self
            .file
            .as_mut()
            .map_or(Err(io::ErrorKind::NotFound.into()), |file| file.write_all(bytes));
        match written {
            Ok(()) => self.size += bytes.len() as u64,
            Err(_) => self.lost += bytes.len() as u64,
        }
    }

    fn rotate(&mut self) {
        self.file = None;
        let aged = |age: u32| {
            if age == 0 {
                self.name.to_owned()
            } else {
                format!("{}.{age}", self.name)
            }
        };
        for age in (0..self.rotation.keep).rev() {
            // Most are not there yet.
            let _ = rustix::fs::renameat(&self.sandbox, aged(age), &self.sandbox, aged(age + 1));
        }
        self.size = 0;
        match self.create() {
            Ok(file) => self.file = Some(file),
            Err(error) => eprintln!("cannot make {}: {error}", self.name),
        }
    }

    /// The existing file, if it is one that may be appended to.
    fn append(&self) -> io::Result<Option<File>> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Ok(fd) = rustix::fs::openat(&self.sandbox, self.name, flags, Mode::empty()) else {
            return Ok(None);
        };
        let file = File::from(fd);
        let stat = rustix::fs::fstat(&file)?;
        let regular = rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() && stat.st_nlink == 1;
        Ok(regular.then_some(file))
    }

    /// A new file, in place of whatever has its name.
    fn create(&self) -> io::Result<File> {
        let _ = rustix::fs::unlinkat(&self.sandbox, self.name, AtFlags::empty());
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH;
        let file = File::from(rustix::fs::openat(&self.sandbox, self.name, flags, mode)?);
        if let Some((uid, gid)) = self.owner {
            rustix::fs::fchown(&file, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))?;
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn log(dir: &Path, max_bytes: u64, keep: u32) -> Log {
        Log::open(dir, "stdout", LogRotation { max_bytes, keep }, None).unwrap()
    }

    fn files(dir: &Path) -> Vec<(String, String)> {
        let read = |entry: fs::DirEntry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read_to_string(entry.path()).unwrap(),
            )
        };
        let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| read(entry.unwrap())).collect();
        files.sort();
        files
    }

    fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files
            .iter()
            .map(|(name, text)| (name.to_string(), text.to_string()))
            .collect()
    }

    #[test]
    fn files_are_cut_between_lines_and_the_oldest_goes() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = log(dir.path(), 10, 2);
        for number in 1..=9 {
            log.write(format!("line{number}\n").as_bytes());
        }
        log.write(b"a\nb\nc\nd\n");
        let all = files(dir.path());
        assert_eq!(
            all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["stdout", "stdout.1", "stdout.2"]
        );
        assert!(all.iter().all(|(_, text)| text.len() <= 10), "{all:?}");
        assert!(all[0].1.ends_with("d\n"), "{all:?}");
    }

    #[test]
    fn a_line_longer_than_a_file_is_cut_and_nothing_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        log(dir.path(), 4, 5).write(b"abcdefghij");
        assert_eq!(
            files(dir.path()),
            named(&[("stdout", "ij"), ("stdout.1", "efgh"), ("stdout.2", "abcd")])
        );
    }

    #[test]
    fn without_old_files_only_the_newest_output_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        log(dir.path(), 4, 0).write(b"abcdefghij");
        assert_eq!(files(dir.path()), named(&[("stdout", "ij")]));
    }

    #[test]
    fn an_existing_file_is_continued() {
        let dir = tempfile::tempdir().unwrap();
        log(dir.path(), 6, 1).write(b"one\n");
        log(dir.path(), 6, 1).write(b"2\n3\n");
        assert_eq!(files(dir.path()), named(&[("stdout", "3\n"), ("stdout.1", "one\n2\n")]));
    }

    #[test]
    fn links_that_a_task_has_planted_are_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, dir.path().join("stdout")).unwrap();
        log(dir.path(), 100, 1).write(b"x");
        fs::remove_file(dir.path().join("stdout")).unwrap();
        fs::hard_link(&victim, dir.path().join("stdout")).unwrap();
        log(dir.path(), 100, 1).write(b"y");
        assert_eq!(files(dir.path()), named(&[("stdout", "y"), ("victim", "precious")]));
    }

    proptest::proptest! {
        /// Whatever is written in whatever pieces: no file is too long, and together they hold the end of it all.
        #[test]
        fn files_hold_the_end_of_the_output(pieces in proptest::collection::vec("[a-c\n]{0,30}", 0..20), max in 4_u64..20) {
            let dir = tempfile::tempdir().unwrap();
            let mut log = log(dir.path(), max, 3);
            pieces.iter().for_each(|piece| log.write(piece.as_bytes()));
            let kept: Vec<String> = files(dir.path()).into_iter().rev().map(|(_, text)| text).collect();
            proptest::prop_assert!(kept.iter().all(|text| text.len() as u64 <= max));
            proptest::prop_assert!(pieces.concat().ends_with(&kept.concat()));
            proptest::prop_assert_eq!(log.lost_bytes(), 0);
        }
    }
}
