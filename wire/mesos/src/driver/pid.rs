use std::{fmt, net::SocketAddr, str::FromStr};

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
        let error = || PidError(text.to_owned());
        let (id, address) = text.trim().split_once('@').ok_or_else(error)?;
        // The id becomes a part of a request line.
        let fits = |c: char| c.is_ascii_graphic() && c != '/' && c != '?' && c != '#';
        if id.is_empty() || !id.chars().all(fits) {
            return Err(error());
        }
        Ok(Self {
            id: id.to_owned(),
            address: address.parse().map_err(|_| error())?,
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
