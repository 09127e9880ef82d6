use std::{collections::BTreeMap, path::Path};

use base_ids::Secret;
use ring::{
    hmac::{HMAC_SHA256, Key, sign, verify},
    rand::SystemRandom,
};
use serde::Deserialize;

/// Principals and their secrets.
#[derive(Clone, Debug, Default)]
pub struct Credentials(BTreeMap<String, Secret>);

/// What is wrong with credentials, and where.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// Its path.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The JSON is not as expected.
    #[error("expected {{\"credentials\": [{{\"principal\": ..., \"secret\": ...}}]}}: {0}")]
    Json(serde_json::Error),
    /// A line is not as expected.
    #[error("line {0}: expected a principal, a space and its secret")]
    Line(usize),
    /// Two secrets, of which one would never be taken.
    #[error("the principal '{0}' has two secrets")]
    Twice(String),
}

#[derive(Deserialize)]
struct File {
    credentials: Vec<Credential>,
}

#[derive(Deserialize)]
struct Credential {
    principal: String,
    #[serde(default)]
    secret: String,
}

impl Credentials {
    /// From a file, which is named by its path or as `file:///path`.
    ///
    /// # Errors
    /// It cannot be read, or by [`Self::parse`].
    pub fn read(path: &str) -> Result<Self, CredentialsError> {
        let path = path.strip_prefix("file://").unwrap_or(path);
        let text = std::fs::read_to_string(Path::new(path)).map_err(|source| CredentialsError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// From Mesos' JSON (`include/mesos/mesos.proto`, `Credentials`), or from its older form: a principal and a secret on each
    /// line.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, CredentialsError> {
        let pairs = if text.trim_start().starts_with('{') {
            let file: File = serde_json::from_str(text).map_err(CredentialsError::Json)?;
            let pairs = file.credentials.into_iter();
            pairs.map(|one| (one.principal, one.secret)).collect()
        } else {
            lines(text)?
        };
        let mut all = BTreeMap::new();
        for (principal, secret) in pairs {
            if all.insert(principal.clone(), Secret::new(secret)).is_some() {
                return Err(CredentialsError::Twice(principal));
            }
        }
        Ok(Self(all))
    }

    /// Whether nobody has a secret.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first principal and its secret, in the order of their names.
    pub fn first(&self) -> Option<(&str, &Secret)> {
        self.0
            .iter()
            .next()
            .map(|(principal, secret)| (principal.as_str(), secret))
    }

    /// The secret of a principal.
    pub fn secret(&self, principal: &str) -> Option<&Secret> {
        self.0.get(principal)
    }

    /// Whether this is the principal's secret. How long the answer takes says nothing about either.
    pub(crate) fn prove(&self, principal: &str, given: &str) -> bool {
        let known = self.0.get(principal);
        let Ok(key) = Key::generate(HMAC_SHA256, &SystemRandom::new()) else {
            return false;
        };
        let expected = sign(&key, known.map_or("", Secret::reveal).as_bytes());
        verify(&key, given.as_bytes(), expected.as_ref()).is_ok() && known.is_some()
    }
}

fn lines(text: &str) -> Result<Vec<(String, String)>, CredentialsError> {
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let pair = |(at, line): (usize, &str)| {
        let (principal, secret) = line
            .split_once(char::is_whitespace)
            .ok_or(CredentialsError::Line(at + 1))?;
        Ok((principal.to_owned(), secret.trim_start().to_owned()))
    };
    lines.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let json = r#"{"credentials": [{"principal": "a", "secret": "1"}, {"principal": "b", "secret": "2 3"}]}"#;
        for text in [json, "# whose\na 1\n\nb\t2 3\n"] {
            let all = Credentials::parse(text).unwrap();
            assert!(
                all.prove("a", "1") && all.prove("b", "2 3") && !all.prove("a", "2 3"),
                "{text}"
            );
            assert_eq!(all.first().unwrap().0, "a");
        }
        assert!(Credentials::parse("").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_without_the_secret() {
        for (bad, why) in [
            ("{}", "missing field `credentials`"),
            (r#"{"credentials": [{"secret": "xyz"}]}"#, "missing field `principal`"),
            ("a 1\nxyz", "line 2"),
            ("a xyz\na xyz", "'a' has two secrets"),
        ] {
            let said = Credentials::parse(bad).expect_err(bad).to_string();
            assert!(said.contains(why) && !said.contains("xyz"), "{said}");
        }
        let missing = Credentials::read("file:///nowhere/at/all").unwrap_err().to_string();
        assert!(missing.contains("/nowhere/at/all"), "{missing}");
        assert!(!format!("{:?}", Credentials::parse("a xyz").unwrap()).contains("xyz"));
    }
}
