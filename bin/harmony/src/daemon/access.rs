//! The options of who must say who they are, and who may do what.

use std::sync::Arc;

use base_fault::Class;
use core_authorizer::{Acls, AllowAll, Authorizer};
use io_auth::{Authenticator, Basic, Credentials, Realm};

use crate::failure::Failure;

/// Who may use the master, under the names of Mesos' flags.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct MasterAccess {
    /// The file of principals and their secrets: Mesos' JSON, or a principal and a secret on each line
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<String>,
    /// Who may do what: Mesos' access control lists as JSON, or the file that holds them [default: everybody, everything]
    #[arg(long, value_name = "FILE|JSON")]
    pub acls: Option<String>,
    /// Take only frameworks on native drivers that have authenticated
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub authenticate_frameworks: bool,
    /// Take only frameworks over HTTP that say who they are
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub authenticate_http_frameworks: bool,
    /// Take requests of the Marathon API only from those who say who they are; they may do everything there
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub authenticate_marathon: bool,
    #[command(flatten)]
    pub http: Http,
}

/// Who may use the endpoints of a daemon.
#[derive(clap::Args, Debug, Clone, Copy, Default)]
pub struct Http {
    /// Show only to those who say who they are
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub authenticate_http_readonly: bool,
    /// Take changes only from those who say who they are
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub authenticate_http_readwrite: bool,
}

/// Who may use an agent, under the names of Mesos' flags.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct AgentAccess {
    /// The file of principals and their secrets: Mesos' JSON, or a principal and a secret on each line
    #[arg(long, value_name = "FILE")]
    pub http_credentials: Option<String>,
    /// Who may see what: Mesos' access control lists as JSON, or the file that holds them [default: everybody, everything]
    #[arg(long, value_name = "FILE|JSON")]
    pub acls: Option<String>,
    #[command(flatten)]
    pub http: Http,
}

impl MasterAccess {
    /// What the master's edge must know.
    ///
    /// # Errors
    /// A file cannot be read or understood, or somebody must say who they are and nobody has a secret.
    pub fn read(&self) -> Result<svc_master::Access, Failure> {
        use svc_master::access::{FRAMEWORKS, READONLY, READWRITE};
        let credentials = credentials("--credentials", self.credentials.as_deref())?;
        let (readonly, readwrite) = self.http.realms((READONLY, READWRITE), &credentials)?;
        if self.authenticate_frameworks && credentials.is_empty() {
            return Err(nobody("--authenticate-frameworks"));
        }
        Ok(svc_master::Access {
            authorizer: authorizer(self.acls.as_deref())?,
            readonly,
            readwrite,
            frameworks: realm(
                FRAMEWORKS,
                "--authenticate-http-frameworks",
                self.authenticate_http_frameworks,
                &credentials,
            )?,
            authenticate_drivers: self.authenticate_frameworks,
            credentials,
        })
    }

    /// Who may use the Marathon API, in the realm that Marathon names by default.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn marathon(&self) -> Result<Realm, Failure> {
        let credentials = credentials("--credentials", self.credentials.as_deref())?;
        realm(
            "Mesosphere",
            "--authenticate-marathon",
            self.authenticate_marathon,
            &credentials,
        )
    }

    /// The options of the master that `harmony up` starts.
    pub fn of_master(&self) -> Vec<String> {
        let mut words = self.http.words();
        words.extend(word("--credentials", self.credentials.as_deref()));
        words.extend(word("--acls", self.acls.as_deref()));
        let flags = [
            ("--authenticate-frameworks", self.authenticate_frameworks),
            ("--authenticate-http-frameworks", self.authenticate_http_frameworks),
            ("--authenticate-marathon", self.authenticate_marathon),
        ];
        words.extend(flags.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag.to_owned()));
        words
    }

    /// The options of an agent of the same cluster.
    pub fn of_agent(&self) -> Vec<String> {
        let mut words = self.http.words();
        words.extend(word("--http-credentials", self.credentials.as_deref()));
        words.extend(word("--acls", self.acls.as_deref()));
        words
    }
}

impl AgentAccess {
    /// What the agent's edge must know.
    ///
    /// # Errors
    /// A file cannot be read or understood, or somebody must say who they are and nobody has a secret.
    pub fn read(&self) -> Result<svc_agent::Access, Failure> {
        use svc_agent::access::{READONLY, READWRITE};
        let credentials = credentials("--http-credentials", self.http_credentials.as_deref())?;
        let (readonly, readwrite) = self.http.realms((READONLY, READWRITE), &credentials)?;
        Ok(svc_agent::Access {
            authorizer: authorizer(self.acls.as_deref())?,
            readonly,
            readwrite,
        })
    }
}

impl Http {
    /// The realms of what shows and of what changes.
    fn realms(
        self,
        (readonly, readwrite): (&'static str, &'static str),
        credentials: &Credentials,
    ) -> Result<(Realm, Realm), Failure> {
        let (shows, changes) = ("--authenticate-http-readonly", "--authenticate-http-readwrite");
        Ok((
            realm(readonly, shows, self.authenticate_http_readonly, credentials)?,
            realm(readwrite, changes, self.authenticate_http_readwrite, credentials)?,
        ))
    }

    fn words(self) -> Vec<String> {
        let flags = [
            ("--authenticate-http-readonly", self.authenticate_http_readonly),
            ("--authenticate-http-readwrite", self.authenticate_http_readwrite),
        ];
        let given = flags.into_iter().filter(|(_, on)| *on);
        given.map(|(flag, _)| flag.to_owned()).collect()
    }
}

/// An option with a file, which is found from any directory, or with JSON.
fn word(flag: &str, value: Option<&str>) -> Option<String> {
    let value = value?;
    let is_path = !value.trim_start().starts_with('{') && !value.contains("://");
    let absolute = is_path.then(|| std::path::absolute(value).ok()).flatten();
    let value = absolute.map_or_else(|| value.to_owned(), |path| path.display().to_string());
    Some(format!("{flag}={value}"))
}

fn credentials(flag: &str, file: Option<&str>) -> Result<Credentials, Failure> {
    let Some(file) = file else {
        return Ok(Credentials::default());
    };
    Credentials::read(file).map_err(|error| Failure::new(Class::Invalid, format!("{flag}: {error}")))
}

fn nobody(flag: &str) -> Failure {
    Failure::new(Class::Invalid, format!("{flag}: nobody has a secret"))
        .next("name the file of principals and their secrets with --credentials (for an agent, --http-credentials)")
}

fn realm(name: &'static str, flag: &str, closed: bool, credentials: &Credentials) -> Result<Realm, Failure> {
    if !closed {
        return Ok(Realm::default());
    }
    if credentials.is_empty() {
        return Err(nobody(flag));
    }
    let basic: Arc<dyn Authenticator> = Arc::new(Basic::new(credentials.clone()));
    Ok(Realm::new(name, [basic]))
}

fn authorizer(given: Option<&str>) -> Result<Arc<dyn Authorizer>, Failure> {
    let Some(given) = given else {
        return Ok(Arc::new(AllowAll));
    };
    let bad = |why: String| Failure::new(Class::Invalid, format!("--acls: {why}"));
    let text = if given.trim_start().starts_with('{') {
        given.to_owned()
    } else {
        let path = given.strip_prefix("file://").unwrap_or(given);
        std::fs::read_to_string(path).map_err(|error| bad(format!("cannot read {path}: {error}")))?
    };
    let acls = Acls::parse(&text).map_err(|error| bad(error.to_string()))?;
    Ok(Arc::new(acls))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_must_say_who_they_are_needs_a_secret() {
        let access = MasterAccess {
            authenticate_http_frameworks: true,
            ..MasterAccess::default()
        };
        let why = access.read().unwrap_err();
        assert!(why.message.contains("--authenticate-http-frameworks"), "{why}");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a 1\n").unwrap();
        let access = MasterAccess {
            credentials: Some(format!("file://{}", file.path().display())),
            ..access
        };
        let read = access.read().unwrap();
        assert!(read.frameworks.is_closed() && !read.readonly.is_closed());
    }

    #[test]
    fn rules_are_a_file_or_the_text_itself() {
        let text = r#"{"permissive": false}"#;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let path = file.path().to_string_lossy().into_owned();
        for given in [text.to_owned(), path.clone(), format!("file://{path}")] {
            let authorizer = authorizer(Some(&given)).unwrap();
            assert!(!authorizer.allows(None, core_authorizer::Action::ViewFlags, &core_authorizer::Object::Any));
        }
        for bad in ["/nowhere/at/all", "{"] {
            assert!(
                authorizer(Some(bad)).unwrap_err().message.starts_with("--acls: "),
                "{bad}"
            );
        }
    }
}
