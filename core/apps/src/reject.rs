use base_fault::Class;
use base_ids::{AppId, DeploymentId};

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reject {
    /// The app is there already.
    Exists(AppId),
    /// There is no such app.
    NotFound(AppId),
    /// Deployments are in the way; `force` cancels them.
    Conflict {
        /// The app that was asked for.
        app: AppId,
        /// Those that lock it (or another app of the request).
        deployments: Vec<DeploymentId>,
    },
    /// There is no such deployment.
    DeploymentNotFound(DeploymentId),
    /// As many deployments run as may.
    TooManyDeployments {
        /// How many may run.
        limit: u32,
    },
    /// The request can never work as it stands.
    Invalid {
        /// Where, as a path in the app's JSON.
        path: String,
        /// What is wrong.
        message: String,
    },
}

impl Reject {
    /// What kind of trouble it is.
    pub fn class(&self) -> Class {
        match self {
            Self::Exists(_) => Class::Exists,
            Self::NotFound(_) | Self::DeploymentNotFound(_) => Class::NotFound,
            Self::Conflict { .. } => Class::Conflict,
            Self::TooManyDeployments { .. } => Class::Exhausted,
            Self::Invalid { .. } => Class::Invalid,
        }
    }
}
