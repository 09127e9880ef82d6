use base_ids::ContainerId;
use minicbor::{Decode, Encode};

use crate::{ContainerPath, GuestSpec, Termination};

/// What is now a fact about a container that somebody asked this agent for.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum GuestEvent {
    /// It will be started. One of the same place that is over is forgotten for it.
    #[n(0)]
    Accepted {
        /// Where.
        #[n(0)]
        path: ContainerPath,
        /// What was asked for.
        #[n(1)]
        spec: Box<GuestSpec>,
        /// Its container in the runtime.
        #[n(2)]
        container_id: ContainerId,
    },
    /// It runs.
    #[n(1)]
    Started {
        /// Which.
        #[n(0)]
        path: ContainerPath,
    },
    /// It is to end, at once.
    #[n(2)]
    Doomed {
        /// Which.
        #[n(0)]
        path: ContainerPath,
    },
    /// It is over.
    #[n(3)]
    Ended {
        /// Which.
        #[n(0)]
        path: ContainerPath,
        /// How.
        #[n(1)]
        end: Termination,
    },
    /// It is forgotten.
    #[n(4)]
    Removed {
        /// Which.
        #[n(0)]
        path: ContainerPath,
    },
}

impl GuestEvent {
    /// Which one it is about.
    pub fn path(&self) -> &ContainerPath {
        match self {
            Self::Accepted { path, .. }
            | Self::Started { path }
            | Self::Doomed { path }
            | Self::Ended { path, .. }
            | Self::Removed { path } => path,
        }
    }
}
