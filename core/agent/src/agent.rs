use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ContainerId, Secret};
use core_machine::{Ctx, Machine, Violation};
use imbl::{OrdMap, OrdSet, Vector};
use minicbor::{Decode, Encode};
use model_cluster::TaskState;
use model_resources::Resource;
use wire_link::{Holdings, TaskReport};

use crate::{Command, Effect, Event, Key, Phase, Reject, Subject, Task};

/// The agent's state. All of it is hard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agent {
    pub(crate) agent_id: Option<AgentId>,
    pub(crate) cluster_id: Option<ClusterId>,
    pub(crate) credential: Option<Secret>,
    pub(crate) epoch: u64,
    pub(crate) index: u64,
    pub(crate) tasks: OrdMap<Key, Task>,
    pub(crate) containers: OrdMap<ContainerId, Key>,
    /// When tasks have run for as long as they may. Follows from the tasks.
    pub(crate) deadlines: OrdSet<(Timestamp, Key)>,
    /// The reservations and volumes that the master wants here.
    pub(crate) holdings: Holdings,
    /// The version of the holdings whose volumes have their directories.
    pub(crate) made: u64,
    /// Destroyed volumes that may still have their data.
    pub(crate) wiped: Vec<Resource>,
    /// The lastly forgotten tasks, oldest first, at most [`FORGOTTEN`].
    pub(crate) forgotten: Vector<Key>,
}

/// How many forgotten tasks are remembered by name, so that a late order does not run one again.
pub(crate) const FORGOTTEN: usize = 1024;

/// The agent's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The grace of a kill that names none, in milliseconds (Mesos' default is 3 s).
    pub kill_grace_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { kill_grace_ms: 3000 }
    }
}

impl Agent {
    /// Its id, once it has joined.
    pub fn agent_id(&self) -> Option<&AgentId> {
        self.agent_id.as_ref()
    }

    /// The cluster that it joined.
    pub fn cluster_id(&self) -> Option<&ClusterId> {
        self.cluster_id.as_ref()
    }

    /// Its own credential.
    pub fn credential(&self) -> Option<&str> {
        self.credential.as_ref().map(Secret::reveal)
    }

    /// The highest leadership and journal index seen.
    pub fn seen(&self) -> (u64, u64) {
        (self.epoch, self.index)
    }

    /// A task.
    pub fn task(&self, key: &Key) -> Option<&Task> {
        self.tasks.get(key)
    }

    /// All tasks, those included whose last update is not acknowledged.
    pub fn tasks(&self) -> impl Iterator<Item = (&Key, &Task)> {
        self.tasks.iter()
    }

    /// The task of a container.
    pub fn task_of(&self, container_id: &ContainerId) -> Option<(&Key, &Task)> {
        let key = self.containers.get(container_id)?;
        self.tasks.get(key).map(|task| (key, task))
    }

    /// What a master must know after a (re)connection.
    pub fn report(&self) -> Vec<TaskReport> {
        let report = |(key, task): (&Key, &Task)| TaskReport {
            framework_id: key.framework_id.clone(),
            task: task.spec.clone(),
            state: match (task.phase, task.unacked.back()) {
                (Phase::Ended, Some(last)) => last.state,
                (Phase::Accepted, _) => TaskState::Staging,
                _ if task.kill.is_some() && task.killing => TaskState::Killing,
                _ => TaskState::Running,
            },
            last: task.last.clone().filter(|_| task.unacked.is_empty()),
        };
        self.tasks.iter().map(report).collect()
    }
}

impl Machine for Agent {
    type Command = Command;
    type Reject = Reject;
    type Event = Event;
    type Key = Subject;
    type Effect = Effect;
    type Index = ();
    type Config = Config;

    fn decide(&self, (): &(), cx: &mut Ctx<'_, Config>, command: Command) -> Result<Vec<Event>, Reject> {
        self.dispatch(cx, command)
    }

    fn apply(&mut self, _: Timestamp, event: &Event) {
        self.fold_event(event);
    }

    fn touched(&self, event: &Event, keys: &mut Vec<Subject>) {
        keys.extend(event.subject());
    }

    fn work(&self, _: Timestamp, _: &Config, key: &Subject, effects: &mut Vec<Effect>) {
        match key {
            Subject::Task(key) => self.work_on(key, effects),
            Subject::Holdings => self.work_on_holdings(effects),
        }
    }

    fn keys(&self) -> Vec<Subject> {
        let tasks = self.tasks.keys().cloned().map(Subject::Task);
        // A task may need its volume.
        std::iter::once(Subject::Holdings).chain(tasks).collect()
    }

    fn deadline(&self, _: &Config) -> Option<Timestamp> {
        self.deadlines.get_min().map(|(at, _)| *at)
    }

    fn tick() -> Command {
        Command::Tick
    }

    fn index(&self, _: &Config) {}

    fn fold(&self, (): &mut (), _: &Event) {}

    fn check(&self, keys: &[Subject]) -> Result<(), Violation> {
        if self.made > self.holdings.version {
            return Err(Violation("volumes were made that nobody ordered".into()));
        }
        let known = keys.iter().filter_map(|key| match key {
            Subject::Task(key) => Some((key, self.tasks.get(key)?)),
            Subject::Holdings => None,
        });
        for (key, task) in known {
            if self.containers.get(&task.container_id) != Some(key) {
                return Err(Violation(format!(
                    "container {} does not lead to {key:?}",
                    task.container_id
                )));
            }
            let terminal = task.unacked.iter().filter(|status| status.state.is_terminal()).count();
            let expected = usize::from(task.phase == Phase::Ended);
            if terminal != expected {
                return Err(Violation(format!(
                    "{key:?} is {:?} with {terminal} terminal updates",
                    task.phase
                )));
            }
        }
        Ok(())
    }
}

/// A snapshot: the parts in a fixed order; the map of containers is rebuilt.
#[derive(Encode, Decode)]
struct Saved {
    #[n(0)]
    agent_id: Option<AgentId>,
    #[n(1)]
    cluster_id: Option<ClusterId>,
    #[n(2)]
    credential: Option<Secret>,
    #[n(3)]
    epoch: u64,
    #[n(4)]
    index: u64,
    #[n(5)]
    tasks: Vec<(Key, Task)>,
    #[n(6)]
    forgotten: Vec<Key>,
    #[cbor(n(7), default)]
    holdings: Holdings,
    #[cbor(n(8), default)]
    made: u64,
    #[cbor(n(9), default)]
    wiped: Vec<Resource>,
}

impl Encode<()> for Agent {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut (),
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let saved = Saved {
            agent_id: self.agent_id.clone(),
            cluster_id: self.cluster_id.clone(),
            credential: self.credential.clone(),
            epoch: self.epoch,
            index: self.index,
            tasks: self
                .tasks
                .iter()
                .map(|(key, task)| (key.clone(), task.clone()))
                .collect(),
            forgotten: self.forgotten.iter().cloned().collect(),
            holdings: self.holdings.clone(),
            made: self.made,
            wiped: self.wiped.clone(),
        };
        saved.encode(e, ctx)
    }
}

impl<'b> Decode<'b, ()> for Agent {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut ()) -> Result<Self, minicbor::decode::Error> {
        let saved = Saved::decode(d, ctx)?;
        let containers = saved
            .tasks
            .iter()
            .map(|(key, task)| (task.container_id.clone(), key.clone()))
            .collect();
        let due = saved.tasks.iter();
        let deadlines = due
            .filter_map(|(key, task)| Some((task.deadline()?, key.clone())))
            .collect();
        Ok(Self {
            deadlines,
            agent_id: saved.agent_id,
            cluster_id: saved.cluster_id,
            credential: saved.credential,
            epoch: saved.epoch,
            index: saved.index,
            tasks: saved.tasks.into_iter().collect(),
            containers,
            forgotten: saved.forgotten.into_iter().collect(),
            holdings: saved.holdings,
            made: saved.made,
            wiped: saved.wiped,
        })
    }
}
