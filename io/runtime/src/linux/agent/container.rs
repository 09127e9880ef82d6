//! One container's runtime directory.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::super::protocol::Answer;
use super::super::record::{self, Order, State};
use crate::{Error, Exit, Handle, Result, digest};

/// A container by its id and its runtime directory.
#[derive(Debug, Clone)]
pub struct Container {
    pub id: String,
    pub dir: PathBuf,
}

impl Container {
    /// The directory's name is a digest of the id, because a socket's path has to be short. A launch makes the directory
    /// anew, so two ids of one digest could never be mixed up.
    pub fn new(root: &Path, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            dir: root.join(format!("{:016x}", digest(id))),
        }
    }

    pub fn order(&self) -> Result<Option<Order>> {
        record::read(&self.dir, record::ORDER)
    }

    pub fn state(&self) -> Result<Option<State>> {
        record::read(&self.dir, record::STATE)
    }

    pub fn exit(&self) -> Result<Option<Exit>> {
        record::read(&self.dir, record::EXIT)
    }

    /// Whether a shim (or an agent that is just starting one) holds the lock.
    pub fn is_held(&self) -> bool {
        let file = File::open(self.dir.join(record::ORDER));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    pub fn handle(&self, state: &State) -> Handle {
        Handle {
            id: self.id.clone(),
            shim: state.shim,
            init: state.init,
            started_ms: state.started_ms,
        }
    }

    pub fn unexpected(&self, answer: &Answer) -> Error {
        let reason = match answer {
            Answer::Refused(reason) => reason.clone(),
            other => format!("unexpected answer {other:?}"),
        };
        Error::Protocol {
            id: self.id.clone(),
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change would hide every running container from an upgraded agent.
    #[test]
    fn directory_names_never_change() {
        assert_eq!(
            Container::new(Path::new("/r"), "").dir,
            Path::new("/r/cbf29ce484222325")
        );
        assert_eq!(
            Container::new(Path::new("/r"), "foobar").dir,
            Path::new("/r/85944171f73967e8")
        );
    }
}
