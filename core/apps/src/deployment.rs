//! Deployments: data that the machine steps through.

pub(crate) mod advance;
pub(crate) mod plan;
pub(crate) mod restart;
pub(crate) mod scale;
pub(crate) mod score;

use std::collections::BTreeMap;

use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId};
use minicbor::{Decode, Encode};

/// A change of some apps on its way. It locks them.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Deployment {
    /// Its id.
    #[n(0)]
    pub id: DeploymentId,
    /// The version that it brings.
    #[n(1)]
    pub version: Timestamp,
    /// When it began.
    #[n(2)]
    pub started_at: Timestamp,
    /// Its steps, in order; the actions of one run together.
    #[n(3)]
    pub steps: Vec<Vec<Action>>,
    /// The step that it is in, from 0.
    #[n(4)]
    pub step: u32,
    /// When that one began.
    #[n(5)]
    pub step_since: Timestamp,
    /// Every app that it affects and locks, with the version before; `None` for a new app.
    #[n(6)]
    pub before: BTreeMap<AppId, Option<Timestamp>>,
    /// It has failed after so long without progress, in milliseconds; 0 for never.
    #[n(7)]
    pub deadline_ms: u64,
    /// When it last came closer to its goal.
    #[n(8)]
    pub progressed_at: Timestamp,
    /// How close it ever came in this step; more is closer.
    #[n(9)]
    pub score: i64,
}

/// What a deployment does to one app.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Action {
    /// The app.
    #[n(0)]
    pub app: AppId,
    /// What.
    #[n(1)]
    pub kind: ActionKind,
}

/// Marathon's actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ActionKind {
    /// A new app, still without instances.
    #[n(0)]
    Start,
    /// More or fewer instances.
    #[n(1)]
    Scale {
        /// Before.
        #[n(0)]
        from: u32,
        /// After.
        #[n(1)]
        to: u32,
    },
    /// Instances of the old version are replaced by such of the new one.
    #[n(2)]
    Restart,
    /// All instances go, then the app.
    #[n(3)]
    Stop,
}

impl ActionKind {
    /// `StartApplication` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "StartApplication",
            Self::Scale { .. } => "ScaleApplication",
            Self::Restart => "RestartApplication",
            Self::Stop => "StopApplication",
        }
    }
}

/// How a deployment ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// It reached its goal.
    #[n(0)]
    Succeeded,
    /// It made no progress for too long. What is healthy stays.
    #[n(1)]
    Failed {
        /// Why, for a person.
        #[n(0)]
        reason: String,
    },
    /// Somebody ended it.
    #[n(2)]
    Cancelled {
        /// The deployment that took its place, if one did.
        #[n(0)]
        by: Option<DeploymentId>,
    },
}

impl Deployment {
    /// The actions of the step that it is in.
    pub fn current_actions(&self) -> &[Action] {
        self.steps.get(self.step as usize).map_or(&[], Vec::as_slice)
    }

    /// When it has failed unless it comes closer to its goal.
    pub fn fails_at(&self) -> Option<Timestamp> {
        (self.deadline_ms > 0).then(|| self.progressed_at + std::time::Duration::from_millis(self.deadline_ms))
    }

    /// The apps that it locks.
    pub fn apps(&self) -> impl Iterator<Item = &AppId> {
        self.before.keys()
    }
}
