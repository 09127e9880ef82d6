//! Reading a file of a sandbox piece by piece.
//!
//! `files/read` gives text, in which bytes that are no UTF-8 are replaced: what was read cannot be counted by the text's
//! length. So only as many bytes are asked for as the file is known to have, and the place is counted by what was asked.

use crate::client::{Client, query};

/// What one request asks for, in bytes.
const PIECE: u64 = 64 * 1024;
/// What stands for bytes that are no UTF-8.
const REPLACED: char = '\u{fffd}';

/// A file of a task's sandbox, and how far it was read.
pub struct File<'a> {
    client: &'a Client,
    /// The URL path of the task.
    task: String,
    path: String,
    /// The byte that is read next.
    offset: u64,
}

impl<'a> File<'a> {
    pub fn new(client: &'a Client, task: String, path: &str) -> Self {
        Self {
            client,
            task,
            path: path.to_owned(),
            offset: 0,
        }
    }

    /// Goes to where the last `lines` lines begin.
    pub fn seek_last_lines(&mut self, lines: usize) -> anyhow::Result<()> {
        let length = self.length()?;
        // A line end at the very end closes the last line.
        let (mut at, mut missing) = (length, lines);
        while at > 0 && missing > 0 {
            let start = at.saturating_sub(PIECE);
            let text = self.read(start, at - start)?;
            let text = if at == length {
                text.strip_suffix('\n').unwrap_or(&text)
            } else {
                &text
            };
            let ends: Vec<usize> = text.match_indices('\n').map(|(place, _)| place).collect();
            if ends.len() >= missing && !text.contains(REPLACED) {
                self.offset = start + ends[ends.len() - missing] as u64 + 1;
                return Ok(());
            }
            missing = missing.saturating_sub(ends.len());
            at = start;
        }
        self.offset = if lines == 0 { length } else { at };
        Ok(())
    }

    /// What comes next; `None` when there is nothing (yet).
    pub fn next(&mut self) -> anyhow::Result<Option<String>> {
        let length = self.length()?;
        if length < self.offset {
            // The file was rotated away: this is a new one.
            self.offset = 0;
        }
        let wanted = (length - self.offset).min(PIECE);
        if wanted == 0 {
            return Ok(None);
        }
        let mut text = self.read(self.offset, wanted)?;
        let mut taken = wanted;
        // A character may be cut at the end: then it is left for the next piece.
        for shorter in (1..=3).map_while(|cut| wanted.checked_sub(cut).filter(|left| *left > 0)) {
            if !text.ends_with(REPLACED) {
                break;
            }
            let less = self.read(self.offset, shorter)?;
            if !less.ends_with(REPLACED) {
                (text, taken) = (less, shorter);
            }
        }
        self.offset += taken;
        Ok(Some(text))
    }

    fn length(&self) -> anyhow::Result<u64> {
        let answer = self.client.get(&self.url(-1, 0))?;
        Ok(answer["offset"].as_u64().unwrap_or(0))
    }

    fn read(&self, offset: u64, length: u64) -> anyhow::Result<String> {
        let answer = self.client.get(&self.url(i64::try_from(offset)?, length))?;
        Ok(answer["data"].as_str().unwrap_or_default().to_owned())
    }

    fn url(&self, offset: i64, length: u64) -> String {
        let (offset, length) = (offset.to_string(), length.to_string());
        let pairs = [("path", self.path.as_str()), ("offset", &offset), ("length", &length)];
        format!("{}/files/read{}", self.task, query(&pairs))
    }
}
