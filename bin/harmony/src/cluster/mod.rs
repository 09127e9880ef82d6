//! Which cluster a command speaks to: `--cluster`, then `HARMONY_CLUSTER`, then the last `harmony up`.

mod endpoints;
mod last;

use std::path::{Path, PathBuf};

use base_fault::Class;
use io_httpd::Uri;

pub use endpoints::{AgentPlan, Endpoints};
pub use last::{default_dir, last_dir, remember};

use crate::failure::Failure;

/// The port of the Marathon API where a URL does not say.
const MARATHON_PORT: u16 = 8080;

/// The two addresses of a cluster, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The Mesos API and Harmony's own.
    pub mesos: String,
    /// The Marathon API.
    pub marathon: String,
    /// The directory, if the cluster was found by it.
    pub dir: Option<PathBuf>,
}

impl Cluster {
    /// Finds the cluster. `named` is what `--cluster` or `HARMONY_CLUSTER` says: a directory of `harmony up`, the URL of
    /// the Mesos API, or that and the URL of the Marathon API with a comma between.
    ///
    /// # Errors
    /// Nothing is named and nothing was started; the directory has no endpoints; the URL is none.
    pub fn find(named: Option<&str>) -> anyhow::Result<Self> {
        match named {
            Some(url) if url.contains("://") => Self::of_url(url),
            Some(dir) => Self::of_dir(Path::new(dir)),
            None => {
                let nothing = Failure::new(Class::NotFound, "no cluster is named, and none was started from here")
                    .next("start one with `harmony up`, or name one with --cluster URL|DIR or HARMONY_CLUSTER");
                Self::of_dir(&last_dir().ok_or(nothing)?)
            }
        }
    }

    fn of_dir(dir: &Path) -> anyhow::Result<Self> {
        let Some(endpoints) = Endpoints::read(dir)? else {
            let message = format!(
                "{} is not the directory of a cluster: it has no {}",
                dir.display(),
                Endpoints::FILE
            );
            let next = format!(
                "start one there with `harmony up --dir {}`, or name another",
                dir.display()
            );
            return Err(Failure::new(Class::NotFound, message).next(next).into());
        };
        Ok(Self {
            mesos: endpoints.mesos,
            marathon: endpoints.marathon,
            dir: Some(dir.to_owned()),
        })
    }

    fn of_url(text: &str) -> anyhow::Result<Self> {
        let (mesos, marathon) = match text.split_once(',') {
            Some((mesos, marathon)) => (checked(mesos)?, checked(marathon)?),
            None => {
                let mesos = checked(text)?;
                let host = mesos
                    .parse::<Uri>()
                    .ok()
                    .and_then(|uri| uri.host().map(str::to_owned))
                    .unwrap_or_default();
                (mesos, format!("http://{host}:{MARATHON_PORT}"))
            }
        };
        Ok(Self {
            mesos,
            marathon,
            dir: None,
        })
    }
}

/// A URL with its scheme and host, without the slash at its end.
fn checked(url: &str) -> Result<String, Failure> {
    let url = url.trim().trim_end_matches('/');
    let bad = |what: &str| {
        Failure::new(Class::Invalid, format!("{url:?} is not the URL of a cluster: {what}"))
            .next("expected something like http://127.0.0.1:5050")
    };
    let uri: Uri = url.parse().map_err(|error| bad(&format!("{error}")))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(_)) => Ok(url.to_owned()),
        (Some("http"), None) => Err(bad("it names no host")),
        _ => Err(bad("only http is spoken")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gives_both_addresses() {
        let cluster = Cluster::find(Some("http://10.0.0.1:5050/")).unwrap();
        assert_eq!(
            (cluster.mesos.as_str(), cluster.marathon.as_str()),
            ("http://10.0.0.1:5050", "http://10.0.0.1:8080")
        );
        let cluster = Cluster::find(Some("http://[::1]:5050")).unwrap();
        assert_eq!(cluster.marathon, "http://[::1]:8080");
        let cluster = Cluster::find(Some("http://a:1,http://b:2/")).unwrap();
        assert_eq!(
            (cluster.mesos.as_str(), cluster.marathon.as_str()),
            ("http://a:1", "http://b:2")
        );
    }

    #[test]
    fn what_is_no_cluster_is_named() {
        for bad in ["https://a:1", "ftp://x", "http://", "http:// a"] {
            let error = Cluster::find(Some(bad)).unwrap_err();
            assert_eq!(crate::failure::class_of(&error), Class::Invalid, "{bad}: {error}");
        }
        let dir = tempfile::tempdir().unwrap();
        let error = Cluster::find(Some(&dir.path().to_string_lossy())).unwrap_err();
        assert_eq!(crate::failure::class_of(&error), Class::NotFound, "{error}");
        assert!(error.to_string().contains("endpoints.json"), "{error}");
    }

    #[test]
    fn a_directory_gives_its_endpoints() {
        let dir = tempfile::tempdir().unwrap();
        let text = r#"{"mesos": "http://127.0.0.1:5", "marathon": "http://127.0.0.1:6"}"#;
        std::fs::write(dir.path().join("endpoints.json"), text).unwrap();
        let cluster = Cluster::find(Some(&dir.path().to_string_lossy())).unwrap();
        assert_eq!(
            (cluster.mesos.as_str(), cluster.marathon.as_str()),
            ("http://127.0.0.1:5", "http://127.0.0.1:6")
        );
        assert_eq!(cluster.dir.as_deref(), Some(dir.path()));
        std::fs::write(dir.path().join("endpoints.json"), "{").unwrap();
        let error = Cluster::find(Some(&dir.path().to_string_lossy())).unwrap_err();
        assert!(error.to_string().contains("endpoints.json"), "{error}");
    }
}
