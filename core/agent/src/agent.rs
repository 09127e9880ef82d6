use std::collections::BTreeMap;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ContainerId, Secret};
use core_machine::{Ctx, Machine, Violation};
use imbl::{OrdMap, OrdSet, Vector};
use minicbor::{Decode, Encode};
use model_resources::Resources;
use wire_link::{Birth, ExecutorReport, Failure, Holdings, TaskReport};

use crate::{
    Command, ContainerPath, Effect, Event, Executor, ExecutorKey, Guest, Key, Leftover, Owner, Phase, Reject, Subject,
    Task,
};

/// The agent's state. All of it is hard but what is said otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agent {
    pub(crate) agent_id: Option<AgentId>,
    pub(crate) cluster_id: Option<ClusterId>,
    pub(crate) credential: Option<Secret>,
    pub(crate) epoch: u64,
    pub(crate) index: u64,
    /// The leadership of that epoch.
    pub(crate) leadership: u64,
    pub(crate) tasks: OrdMap<Key, Task>,
    pub(crate) executors: OrdMap<ExecutorKey, Executor>,
    pub(crate) containers: OrdMap<ContainerId, Owner>,
    /// The containers that somebody asked for.
    pub(crate) guests: OrdMap<ContainerPath, Guest>,
    /// When tasks have run for as long as they may. Follows from the tasks.
    pub(crate) deadlines: OrdSet<(Timestamp, Key)>,
    /// The reservations and volumes that the master wants here.
    pub(crate) holdings: Holdings,
    /// The version of the holdings whose volumes have their directories.
    pub(crate) made: u64,
    /// The volumes that have had their directories and may still have them.
    pub(crate) had: Vec<Birth>,
    /// Destroyed volumes that may still have their data.
    pub(crate) wiped: Vec<Leftover>,
    /// Volumes that the master does not know any more.
    pub(crate) orphans: Vec<Leftover>,
    /// What of the holdings can't be made or wiped.
    pub(crate) failed: Vec<Failure>,
    /// The lastly forgotten tasks, oldest first, at most [`FORGOTTEN`].
    pub(crate) forgotten: Vector<Key>,
    /// The connections of executors. Soft.
    pub(crate) connections: OrdMap<ExecutorKey, u64>,
    /// Executors that run and have not subscribed, and until when that is fine. Soft.
    pub(crate) awaited: OrdMap<ExecutorKey, Timestamp>,
    /// What there is beyond what is offered for sure, used or not: all of it revocable. Soft.
    pub(crate) oversubscribed: Resources,
}

/// How many forgotten tasks are remembered by name, so that a late order does not run one again.
pub(crate) const FORGOTTEN: usize = 1024;

/// The agent's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The grace of a kill that names none, in milliseconds (Mesos' default is 3 s).
    pub kill_grace_ms: u64,
    /// How long a new executor may take to subscribe, in milliseconds (Mesos' `--executor_registration_timeout`).
    pub registration_timeout_ms: u64,
    /// How long one may take to come back after the agent's restart (`--executor_reregistration_timeout`). Longer than
    /// Mesos allows: nothing waits for it here, and clients back off for up to 15 s between attempts.
    pub reregistration_timeout_ms: u64,
    /// The grace of an executor that names none (`--executor_shutdown_grace_period`).
    pub shutdown_grace_ms: u64,
    /// How long an executor waits for its agent to come back, in milliseconds (`--recovery_timeout`).
    pub recovery_timeout_ms: u64,
    /// What every executor and task finds in its environment (`--executor_environment_variables`).
    pub env: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            kill_grace_ms: 3000,
            registration_timeout_ms: 60_000,
            reregistration_timeout_ms: 60_000,
            shutdown_grace_ms: 5000,
            recovery_timeout_ms: 15 * 60 * 1000,
            env: BTreeMap::new(),
        }
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

    /// What tells the highest leadership seen from those of other journals.
    pub fn leadership(&self) -> u64 {
        self.leadership
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
        match self.containers.get(container_id)? {
            Owner::Task(key) => self.tasks.get(key).map(|task| (key, task)),
            Owner::Executor(_) | Owner::Guest(_) => None,
        }
    }

    /// A container that somebody asked for.
    pub fn guest(&self, path: &ContainerPath) -> Option<&Guest> {
        self.guests.get(path)
    }

    /// All of them, those included that are over and not removed.
    pub fn guests(&self) -> impl Iterator<Item = (&ContainerPath, &Guest)> {
        self.guests.iter()
    }

    /// What a container is for.
    pub fn owner_of(&self, container_id: &ContainerId) -> Option<&Owner> {
        self.containers.get(container_id)
    }

    /// What there is beyond what is offered for sure, used or not.
    pub fn oversubscribed(&self) -> &Resources {
        &self.oversubscribed
    }

    /// An executor.
    pub fn executor(&self, key: &ExecutorKey) -> Option<&Executor> {
        self.executors.get(key)
    }

    /// All executors.
    pub fn executors(&self) -> impl Iterator<Item = (&ExecutorKey, &Executor)> {
        self.executors.iter()
    }

    /// Which connection an executor has.
    pub fn connection(&self, key: &ExecutorKey) -> Option<u64> {
        self.connections.get(key).copied()
    }

    /// The tasks of an executor, those included whose last update is not acknowledged.
    pub fn tasks_of(&self, executor: &ExecutorKey) -> impl Iterator<Item = (&Key, &Task)> {
        self.tasks
            .iter()
            .filter(|(key, task)| task.executor(&key.framework_id).as_ref() == Some(executor))
    }

    /// The executors that a master must know of after a (re)connection.
    pub fn executor_report(&self) -> Vec<ExecutorReport> {
        let report = |(key, executor): (&ExecutorKey, &Executor)| ExecutorReport {
            framework_id: key.framework_id.clone(),
            executor_id: key.executor_id.clone(),
            origin: executor.origin,
        };
        self.executors.iter().map(report).collect()
    }

    /// What a master must know after a (re)connection.
    pub fn report(&self) -> Vec<TaskReport> {
        let report = |(key, task): (&Key, &Task)| TaskReport {
            framework_id: key.framework_id.clone(),
            task: task.spec.clone(),
            state: task.state(),
            last: task.last.clone().filter(|_| task.unacked.is_empty()),
            origin: task.origin,
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

    fn is_soft(event: &Event) -> bool {
        event.is_soft()
    }

    fn touched(&self, event: &Event, keys: &mut Vec<Subject>) {
        self.touched_subjects(event, keys);
    }

    fn work(&self, _: Timestamp, _: &Config, subject: &Subject, effects: &mut Vec<Effect>) {
        self.work_on(subject, effects);
    }

    fn keys(&self) -> Vec<Subject> {
        let executors = self.executors.keys().cloned().map(Subject::Executor);
        let tasks = self.tasks.keys().cloned().map(Subject::Task);
        let guests = self.guests.keys().cloned().map(Subject::Guest);
        // A task may need its volume.
        std::iter::once(Subject::Holdings)
            .chain(executors)
            .chain(tasks)
            .chain(guests)
            .collect()
    }

    fn deadline(&self, _: &Config) -> Option<Timestamp> {
        let overtime = self.deadlines.get_min().map(|(at, _)| *at);
        overtime.into_iter().chain(self.next_doom()).min()
    }

    fn tick() -> Command {
        Command::Tick
    }

    fn index(&self, _: &Config) {}

    fn fold(&self, (): &mut (), _: &Event) {}

    fn check(&self, subjects: &[Subject]) -> Result<(), Violation> {
        if self.made > self.holdings.version {
            return Err(Violation("volumes were made that nobody ordered".into()));
        }
        let tasks = subjects.iter().filter_map(|subject| match subject {
            Subject::Task(key) => Some((key, self.tasks.get(key)?)),
            _ => None,
        });
        for (key, task) in tasks {
            if !task.is_custom() && self.containers.get(&task.container_id) != Some(&Owner::Task(key.clone())) {
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
    wiped: Vec<Leftover>,
    #[cbor(n(10), default)]
    executors: Vec<(ExecutorKey, Executor)>,
    #[cbor(n(11), default)]
    had: Vec<Birth>,
    #[cbor(n(12), default)]
    orphans: Vec<Leftover>,
    #[cbor(n(13), default)]
    failed: Vec<Failure>,
    #[cbor(n(14), default)]
    leadership: u64,
    #[cbor(n(15), default)]
    guests: Vec<(ContainerPath, Guest)>,
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
            had: self.had.clone(),
            orphans: self.orphans.clone(),
            failed: self.failed.clone(),
            leadership: self.leadership,
            executors: self
                .executors
                .iter()
                .map(|(key, executor)| (key.clone(), executor.clone()))
                .collect(),
            guests: self.guests.clone().into_iter().collect(),
        };
        saved.encode(e, ctx)
    }
}

impl<'b> Decode<'b, ()> for Agent {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut ()) -> Result<Self, minicbor::decode::Error> {
        let saved = Saved::decode(d, ctx)?;
        let of_tasks = saved.tasks.iter().filter(|(_, task)| !task.is_custom());
        let of_tasks = of_tasks.map(|(key, task)| (task.container_id.clone(), Owner::Task(key.clone())));
        let of_executors = saved.executors.iter();
        let of_executors = of_executors.map(|(key, executor)| {
            let owner = Owner::Executor(key.clone());
            (executor.container_id.clone(), owner)
        });
        let of_guests = saved.guests.iter();
        let of_guests = of_guests.map(|(path, guest)| (guest.container_id.clone(), Owner::Guest(path.clone())));
        let containers = of_tasks.chain(of_executors).chain(of_guests).collect();
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
            executors: saved.executors.into_iter().collect(),
            guests: saved.guests.into_iter().collect(),
            containers,
            forgotten: saved.forgotten.into_iter().collect(),
            holdings: saved.holdings,
            made: saved.made,
            wiped: saved.wiped,
            had: saved.had,
            orphans: saved.orphans,
            failed: saved.failed,
            leadership: saved.leadership,
            connections: OrdMap::new(),
            awaited: OrdMap::new(),
            oversubscribed: Resources::new(),
        })
    }
}
