//! Putting an agent's remembered reservations and volumes back onto what it has.
use crate::{Resource, Resources};

/// Why remembered resources do not fit an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is neither dynamically reserved nor a persistent volume, or a provider remembers it.
    #[error("'{0}' is not a resource that an agent remembers")]
    Unexpected(String),
    /// The agent has shrunk below what was reserved on it.
    #[error("the agent's '{available}' does not contain the remembered '{wanted}'")]
    NotContained { available: String, wanted: String },
}

impl Resource {
    /// The resource as the agent's command line gave it: without dynamic reservations, volume and sharing.
    pub fn before_operations(&self) -> Resource {
        let mut base = self.clone().without_volume();
        base.update(|d| d.reservations.retain(|r| !r.is_dynamic()));
        base
    }
}

impl Resources {
    /// What the agent has once `checkpointed`, its dynamic reservations and volumes, are put back onto `self`, what
    /// its command line gave it.
    pub fn with_checkpointed(&self, checkpointed: &Resources) -> Result<Resources, CheckpointError> {
        let mut all = self.clone();
        for r in checkpointed {
            if !r.needs_checkpoint() {
                return Err(CheckpointError::Unexpected(r.to_string()));
            }
            let base = Resources::from(r.before_operations());
            if !all.take(&base) {
                return Err(CheckpointError::NotContained {
                    available: all.to_string(),
                    wanted: base.to_string(),
                });
            }
            all.insert(r.clone());
        }
        Ok(all)
    }
}
