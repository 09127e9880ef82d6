use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::DeploymentId;
use core_placement::Refusal;
use minicbor::{Decode, Encode};
use model_app::AppSpec;

use crate::{Delay, TaskFailure, codec, roster::Roster};

/// How many versions of an app are kept (beside those that instances still run).
pub const MAX_VERSIONS: usize = 25;

/// How many failures of an app's tasks are kept.
pub const MAX_FAILURES: usize = 10;

/// An app: its versions and what holds for all of its instances.
#[derive(Clone, Debug, Encode, Decode)]
pub struct App {
    /// Its versions, oldest first; the last one is in force. Never empty.
    #[n(0)]
    #[cbor(with = "codec::arcs")]
    pub versions: Vec<Arc<AppSpec>>,
    /// The deployment that locks it.
    #[n(1)]
    pub deployment: Option<DeploymentId>,
    /// Launches wait.
    #[n(2)]
    pub delay: Option<Delay>,
    /// The last failures, newest last.
    #[n(3)]
    pub failures: Vec<TaskFailure>,
    /// Whether it is gone once its instances are.
    #[n(4)]
    pub doomed: bool,
    /// Its instances by what they are good for; follows from the instances.
    #[cbor(skip)]
    pub(crate) roster: Roster,
    /// Soft: why instances have no place.
    #[cbor(skip)]
    pub refused: Option<Refused>,
    /// Soft: the first breach of the floor; a defect.
    #[cbor(skip)]
    pub(crate) breach: Option<String>,
}

/// The last answer of the placer, if instances were left without a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// When.
    pub at: Timestamp,
    /// Whether it is still valid, so that no place is looked for.
    pub holds: bool,
}

impl App {
    pub(crate) fn new(spec: AppSpec) -> Self {
        Self {
            versions: vec![Arc::new(spec)],
            deployment: None,
            delay: None,
            failures: Vec::new(),
            doomed: false,
            roster: Roster::default(),
            refused: None,
            breach: None,
        }
    }

    /// The version in force.
    pub fn spec(&self) -> &Arc<AppSpec> {
        self.versions.last().expect("an app has a version")
    }

    /// A version that is kept.
    pub fn version(&self, version: Timestamp) -> Option<&Arc<AppSpec>> {
        self.versions.iter().rev().find(|spec| spec.version == version)
    }

    /// The last failure.
    pub fn last_failure(&self) -> Option<&TaskFailure> {
        self.failures.last()
    }

    /// Until when launches wait; `None` if they don't at `now`.
    pub fn delayed_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.delay.map(|d| d.until).filter(|until| *until > now)
    }

    /// The fewest healthy instances that an upgrade may leave.
    pub fn floor(&self) -> u32 {
        let spec = self.spec();
        let floor = spec.upgrade.min_healthy(spec.instances);
        // A resident app can't start a replacement first: one instance at a time is below.
        let stuck = floor == spec.upgrade.max_running(spec.instances);
        floor - u32::from(spec.is_resident() && stuck && floor > 0)
    }
}
