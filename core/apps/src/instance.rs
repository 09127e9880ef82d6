use std::net::IpAddr;

use base_clock::Timestamp;
use base_ids::{AgentId, AppId, TaskId, Uuid};
use minicbor::{Decode, Encode};
use model_cluster::Domain;
use model_resources::Resources;

use crate::Doom;

/// One instance of an app: wanted, and perhaps running.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Instance {
    /// Its app.
    #[n(0)]
    pub app: AppId,
    /// What tells it from all others.
    #[n(1)]
    pub uuid: Uuid,
    /// Counts launches that came to nothing; part of its task's id, from 1.
    #[n(2)]
    pub incarnation: u32,
    /// The version of the app that it runs.
    #[n(3)]
    pub version: Timestamp,
    /// Where it is in its life.
    #[n(4)]
    pub condition: Condition,
    /// Since when.
    #[n(5)]
    pub since: Timestamp,
    /// When it was first wanted.
    #[n(6)]
    pub scheduled_at: Timestamp,
    /// When its place was found.
    #[n(7)]
    pub staged_at: Option<Timestamp>,
    /// When it first ran.
    #[n(8)]
    pub started_at: Option<Timestamp>,
    /// Its place.
    #[n(9)]
    pub place: Option<Place>,
    /// Whether its version has health checks, so that running alone is not enough.
    #[n(10)]
    pub gated: bool,
    /// The last health that was heard; see `Instance::is_healthy`.
    #[n(11)]
    pub health: Option<Health>,
    /// Why it is to be killed.
    #[n(12)]
    pub doom: Option<Doom>,
    /// The configuration that its version has: another one than the app's means out of date.
    #[n(13)]
    pub config: Timestamp,
    /// Soft: whether its health was heard since the start of this process. Until then it is unknown.
    #[cbor(skip)]
    pub heard: bool,
}

/// Where an instance is in its life (Marathon's `Condition`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Condition {
    /// It waits for a place.
    #[n(0)]
    Scheduled,
    /// It has a place and is being launched.
    #[n(1)]
    Provisioned,
    /// Its agent prepares it.
    #[n(2)]
    Staging,
    /// Its agent starts it.
    #[n(3)]
    Starting,
    /// It runs.
    #[n(4)]
    Running,
    /// Its agent is unreachable.
    #[n(5)]
    Unreachable,
    /// Its agent is unreachable for so long that another instance takes its place.
    #[n(6)]
    UnreachableInactive,
    /// Its agent kills it.
    #[n(7)]
    Killing,
}

impl Condition {
    /// Marathon's word in events and instance states.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Provisioned => "Provisioned",
            Self::Staging => "Staging",
            Self::Starting => "Starting",
            Self::Running => "Running",
            Self::Unreachable => "Unreachable",
            Self::UnreachableInactive => "UnreachableInactive",
            Self::Killing => "Killing",
        }
    }

    /// The state of the task in `/v2/tasks`; `None` while there is no task.
    pub fn task_state(self) -> Option<&'static str> {
        match self {
            Self::Scheduled => None,
            Self::Provisioned | Self::Staging => Some("TASK_STAGING"),
            Self::Starting => Some("TASK_STARTING"),
            Self::Running => Some("TASK_RUNNING"),
            Self::Unreachable | Self::UnreachableInactive => Some("TASK_UNREACHABLE"),
            Self::Killing => Some("TASK_KILLING"),
        }
    }
}

/// A change of health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Health {
    /// What it is.
    #[n(0)]
    pub healthy: bool,
    /// Since when.
    #[n(1)]
    pub since: Timestamp,
}

/// Where an instance is.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Place {
    /// Its agent.
    #[n(0)]
    pub agent_id: AgentId,
    /// The agent's name.
    #[n(1)]
    pub hostname: String,
    /// Where its ports are reached.
    #[n(2)]
    #[cbor(with = "model_cluster::ip")]
    pub ip: IpAddr,
    /// The agent's region and zone.
    #[n(3)]
    pub domain: Option<Domain>,
    /// Its host ports.
    #[n(4)]
    pub ports: Vec<u16>,
    /// What it takes there, if that is not simply the unreserved amounts of its version with `ports`.
    #[n(5)]
    pub resources: Option<Resources>,
}

impl Instance {
    /// Its id: `team_web.instance-<uuid>`.
    pub fn id(&self) -> String {
        format!("{}.instance-{}", joined(&self.app), self.uuid)
    }

    /// The id of its task: `team_web.instance-<uuid>._app.<incarnation>`.
    pub fn task_id(&self) -> TaskId {
        TaskId::from(format!("{}._app.{}", self.id(), self.incarnation))
    }

    /// Whether this is the id of its task, given that its uuid was read out of it. Asked for every status, so nothing is
    /// formatted.
    pub(crate) fn is_task(&self, id: &str) -> bool {
        let Some((app, rest)) = id.rsplit_once(".instance-") else {
            return false;
        };
        let number = rest.get(36..).and_then(|end| end.strip_prefix("._app."));
        let number = number.filter(|digits| digits.starts_with(|first: char| matches!(first, '1'..='9')));
        let own = self
            .app
            .as_str()
            .trim_start_matches('/')
            .bytes()
            .map(|b| if b == b'/' { b'_' } else { b });
        number.and_then(|digits| digits.parse().ok()) == Some(self.incarnation) && app.bytes().eq(own)
    }

    /// What its health check says; `None` for none, or for nothing heard since the start of this process.
    pub fn is_healthy(&self) -> Option<bool> {
        self.health.filter(|_| self.heard).map(|h| h.healthy)
    }
}

/// An app's path as ids of instances begin: `/team/web` is `team_web`.
fn joined(app: &AppId) -> String {
    app.as_str().trim_start_matches('/').replace('/', "_")
}

/// Reads the uuid out of an instance's or a task's id; `None` if it is neither.
pub fn parse_instance_id(id: &str) -> Option<Uuid> {
    let (_, rest) = id.rsplit_once(".instance-")?;
    let text = rest.get(..36)?;
    if !rest.get(36..).is_some_and(|end| end.is_empty() || end.starts_with('.')) {
        return None;
    }
    parse_uuid(text.as_bytes())
}

/// A uuid in its one form: five groups of lower-case digits.
fn parse_uuid(text: &[u8]) -> Option<Uuid> {
    let (mut bytes, mut digits) = ([0u8; 16], 0);
    for (at, digit) in text.iter().enumerate() {
        let value = match digit {
            b'-' if matches!(at, 8 | 13 | 18 | 23) => continue,
            _ if matches!(at, 8 | 13 | 18 | 23) => return None,
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        let byte = bytes.get_mut(digits / 2)?;
        *byte = *byte << 4 | value;
        digits += 1;
    }
    Uuid::from_slice(&bytes)
}

/// The uuid of the `n`-th instance of a batch. Journalled batches rely on it: it never changes.
pub fn instance_uuid(seed: Uuid, n: u32) -> Uuid {
    let (high, low) = seed.as_bytes().split_at(8);
    let word = |bytes: &[u8]| bytes.iter().fold(0u64, |w, b| (w << 8) | u64::from(*b));
    let first = mix(word(high) ^ mix(u64::from(n).wrapping_add(1)));
    let second = mix(word(low) ^ first);
    Uuid::from_random((u128::from(first) << 64) | u128::from(second))
}

/// The finaliser of SplitMix64.
fn mix(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_marathons() {
        let instance = Instance {
            app: AppId::from("/team/web"),
            uuid: Uuid::from_random(7),
            incarnation: 1,
            version: Timestamp::EPOCH,
            condition: Condition::Scheduled,
            since: Timestamp::EPOCH,
            scheduled_at: Timestamp::EPOCH,
            staged_at: None,
            started_at: None,
            place: None,
            gated: false,
            health: None,
            doom: None,
            config: Timestamp::EPOCH,
            heard: false,
        };
        let task = instance.task_id();
        assert_eq!(
            task.as_str(),
            "team_web.instance-00000000-0000-4000-8000-000000000007._app.1"
        );
        assert_eq!(parse_instance_id(task.as_str()), Some(instance.uuid));
        assert_eq!(parse_instance_id(&instance.id()), Some(instance.uuid));
        assert!(instance.is_task(task.as_str()));
        let others = ["._app.2", "._app.01", "._app.+1", "._app.1.", "._app.", ""];
        for other in others.map(|end| format!("{}{end}", instance.id())) {
            assert!(!instance.is_task(&other), "{other}");
        }
        assert!(!instance.is_task(&task.as_str().replace("team_web", "team-web")));
        for bad in [
            "web",
            "web.instance-7",
            "web.instance-00000000-0000-4000-8000-00000000000g",
            "",
        ] {
            assert_eq!(parse_instance_id(bad), None, "{bad}");
        }
    }

    #[test]
    fn uuids_of_a_batch_never_change() {
        let seed = Uuid::from_random(42);
        assert_eq!(
            instance_uuid(seed, 0).to_string(),
            "78519cc5-2248-458c-8335-7489998e923b"
        );
        assert_eq!(
            instance_uuid(seed, 1).to_string(),
            "9b8ccd3e-552a-4196-b0d0-b7a3a0f58fee"
        );
    }
}
