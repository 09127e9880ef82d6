//! `Cursor`: a place in a text that is being parsed.
use std::borrow::Cow;

/// A text that does not follow the grammar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: expected {expected}, found {}", if found.is_empty() { "the end" } else { found })]
pub struct TextError {
    /// Offset in bytes from the start.
    pub at: usize,
    /// The offending token; empty at the end of the text.
    pub found: String,
    /// What the grammar wants there.
    pub expected: Cow<'static, str>,
}

impl TextError {
    pub(crate) fn new(at: usize, found: impl Into<String>, expected: impl Into<Cow<'static, str>>) -> Self {
        Self {
            at,
            found: found.into(),
            expected: expected.into(),
        }
    }
}

/// Reads tokens; white space around a token never counts.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next token starts.
    pub(crate) fn position(&mut self) -> usize {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    pub(crate) fn peek(&mut self) -> Option<char> {
        let at = self.position();
        self.text[at..].chars().next()
    }

    /// Steps over `c` if it comes next.
    pub(crate) fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    pub(crate) fn expect(&mut self, c: char) -> Result<(), TextError> {
        if self.take(c) {
            Ok(())
        } else {
            Err(self.unexpected(format!("'{c}'")))
        }
    }

    /// All up to one of `ends` or the end of the text, trimmed; an error if that is nothing.
    pub(crate) fn word(&mut self, ends: &[char], expected: &'static str) -> Result<&'a str, TextError> {
        let at = self.position();
        let rest = &self.text[at..];
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if word.is_empty() {
            return Err(self.unexpected(expected));
        }
        self.at += word.len();
        Ok(word.trim_end())
    }

    /// Steps over `;` and tells whether an entry follows.
    pub(crate) fn next_entry(&mut self) -> bool {
        while self.take(';') {}
        self.peek().is_some()
    }

    /// An error unless the entry ends here.
    pub(crate) fn end_entry(&mut self) -> Result<(), TextError> {
        match self.peek() {
            None | Some(';') => Ok(()),
            Some(_) => Err(self.unexpected("';' or the end")),
        }
    }

    fn unexpected(&mut self, expected: impl Into<Cow<'static, str>>) -> TextError {
        let found: String = self.peek().into_iter().collect();
        TextError::new(self.at, found, expected)
    }
}
