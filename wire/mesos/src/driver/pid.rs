use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

/// A process of libprocess and where it listens, written `scheduler(1)@10.0.0.1:40000`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pid {
    /// The process' name, the first part of the paths that it serves.
    pub id: String,
    /// Where it listens.
    pub address: SocketAddr,
}

/// A text that names no process.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no process: expected id@ip:port, as in scheduler(1)@10.0.0.1:40000")]
pub struct PidError(String);

impl FromStr for Pid {
    type Err = PidError;

    fn from_str(text: &str) -> Result<Self, PidError> {
        Self::read(text, |_| None)
    }
}

impl Pid {
    /// The pid that a peer says it is. Some libraries name the host and not its address: that is the peer's own, `ip`.
    ///
    /// # Errors
    /// The text names no process.
    pub fn of_peer(text: &str, ip: IpAddr) -> Result<Self, PidError> {
        Self::read(text, |name| {
            let (_, port) = name.rsplit_once(':')?;
            Some(SocketAddr::new(ip.to_canonical(), port.parse().ok()?))
        })
    }

    fn read(text: &str, by_name: impl Fn(&str) -> Option<SocketAddr>) -> Result<Self, PidError> {
        let error = || PidError(text.to_owned());
        let (id, address) = text.trim().split_once('@').ok_or_else(error)?;
        // The id becomes a part of a request line.
        let fits = |c: char| c.is_ascii_graphic() && c != '/' && c != '?' && c != '#';
        if id.is_empty() || !id.chars().all(fits) {
            return Err(error());
        }
        let address = address.parse().ok().or_else(|| by_name(address));
        Ok(Self {
            id: id.to_owned(),
            address: address.ok_or_else(error)?,
        })
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.id, self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::Pid;

    #[test]
    fn a_peer_may_name_its_host() {
        let read = |text: &str| Pid::of_peer(text, "::ffff:10.0.0.2".parse().unwrap()).map(|pid| pid.to_string());
        assert_eq!(read("executor@node:4000").unwrap(), "executor@10.0.0.2:4000");
        assert_eq!(read("executor@10.9.9.9:4000").unwrap(), "executor@10.9.9.9:4000");
        for text in ["executor@node", "executor@node:port", "@node:1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_pid_reads_as_it_is_written() {
        for text in [
            "scheduler(1)@10.0.0.1:40000",
            "master@127.0.0.1:5050",
            "scheduler-7f@[::1]:1",
        ] {
            assert_eq!(text.parse::<Pid>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "master",
            "@1.2.3.4:5",
            "a b@1.2.3.4:5",
            "a/b@1.2.3.4:5",
            "a@host:5",
            "a@1.2.3.4",
        ] {
            let error = text.parse::<Pid>().unwrap_err().to_string();
            assert!(error.contains("expected id@ip:port"), "{error}");
        }
    }
}
