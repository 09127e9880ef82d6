//! Containers that somebody asks this agent for, by Mesos' calls for nested and standalone containers.

use base_ids::ContainerId;
use core_machine::Ctx;

use crate::{
    Agent, Config, ContainerPath, Event, Exit, GuestEvent, GuestSpec, Owner, Phase, Reject, Termination, guest::Guest,
};

/// How many guests there may be at once, those included that are over and not removed.
const GUESTS: usize = 4096;
/// How many that are over are kept; the oldest end first.
const ENDED: usize = 1024;
/// How deep one may be in others: the kernel nests no more namespaces of processes.
const DEPTH: usize = 32;

impl Agent {
    /// Takes a guest on; nothing is new if a container of this place is alive.
    pub(super) fn launch_guest(
        &self,
        cx: &mut Ctx<'_, Config>,
        path: ContainerPath,
        spec: Box<GuestSpec>,
    ) -> Result<Vec<Event>, Reject> {
        if self.is_alive(&path) {
            return Ok(Vec::new());
        }
        if let Some(parent) = path.parent() {
            if !self.is_alive(&parent) {
                return Err(Reject::NoParent(parent));
            }
            if self.guests.get(&parent).is_some_and(|guest| guest.doomed) {
                return Err(Reject::ParentEnds(parent));
            }
        }
        let mut events = self.make_room();
        if path.ids().len() > DEPTH || self.guests.len() - events.len() >= GUESTS {
            return Err(Reject::TooManyGuests {
                most: GUESTS,
                depth: DEPTH,
            });
        }
        events.push(guest(GuestEvent::Accepted {
            path,
            spec,
            container_id: ContainerId::from(cx.uuid().to_string()),
        }));
        Ok(events)
    }

    /// Forgets the one whose end is the longest ago, if there are too many.
    fn make_room(&self) -> Vec<Event> {
        let ended: Vec<_> = self
            .guests
            .iter()
            .filter_map(|(path, guest)| Some((guest.end.as_ref()?.at, path)))
            .collect();
        let oldest = ended.iter().min().filter(|_| ended.len() >= ENDED);
        oldest.map(|(_, path)| removed(path)).into_iter().collect()
    }

    /// Orders the end of a guest.
    pub(super) fn kill_guest(&self, path: ContainerPath) -> Result<Vec<Event>, Reject> {
        match self.guests.get(&path).filter(|guest| guest.phase != Phase::Ended) {
            None => Err(Reject::UnknownContainer(path)),
            Some(guest) if guest.doomed => Ok(Vec::new()),
            Some(_) => Ok(vec![guest(GuestEvent::Doomed { path })]),
        }
    }

    /// Forgets a guest that is over, and those that were in it.
    pub(super) fn remove_guest(&self, path: ContainerPath) -> Result<Vec<Event>, Reject> {
        if self.is_alive(&path) {
            return Err(Reject::ContainerRuns(path));
        }
        let root = ContainerPath::root(path.ids()[0].clone());
        if root != path && !self.is_known(&root) {
            return Err(Reject::UnknownRoot(root));
        }
        let all = self.guests.keys();
        let all = all.filter(|other| **other == path || other.is_within(&path));
        Ok(all.map(removed).collect())
    }

    /// The container of a guest runs, or was found running.
    pub(super) fn start_guest(&self, path: &ContainerPath) -> Vec<Event> {
        let accepted = self.guests.get(path).filter(|guest| guest.phase == Phase::Accepted);
        let path = path.clone();
        accepted
            .map(|_| guest(GuestEvent::Started { path }))
            .into_iter()
            .collect()
    }

    /// The container of a guest is over.
    pub(super) fn end_guest(&self, cx: &Ctx<'_, Config>, path: &ContainerPath, exit: &Exit) -> Vec<Event> {
        let alive = self.guests.get(path).filter(|guest| guest.phase != Phase::Ended);
        let Some(_) = alive else { return Vec::new() };
        let ended = guest(GuestEvent::Ended {
            path: path.clone(),
            end: Termination::of(exit, cx.now),
        });
        // What was in a container that is no more is not asked for by anybody.
        let root = ContainerPath::root(path.ids()[0].clone());
        let forgotten = (root != *path && !self.is_alive(&root)).then(|| removed(path));
        std::iter::once(ended).chain(forgotten).collect()
    }

    /// What is in a container ends with it; when the outermost is over, what has ended in it is forgotten.
    pub(super) fn with_guests(&self, mut events: Vec<Event>) -> Vec<Event> {
        let over: Vec<_> = events.iter().filter_map(|event| self.ended_by(event)).collect();
        for path in over {
            let inside = self.guests.iter().filter(|(other, _)| other.is_within(&path));
            let is_root = path.ids().len() == 1;
            let end = |(path, guest): (&ContainerPath, &Guest)| match guest.phase {
                Phase::Ended => is_root.then(|| removed(path)),
                _ if guest.doomed => None,
                _ => Some(doomed(path)),
            };
            for event in inside.filter_map(end).collect::<Vec<_>>() {
                // A task may end together with its executor.
                if !events.contains(&event) {
                    events.push(event);
                }
            }
        }
        events
    }

    /// The container that is over by a fact.
    fn ended_by(&self, event: &Event) -> Option<ContainerPath> {
        match event {
            Event::Guest(GuestEvent::Ended { path, .. }) => Some(path.clone()),
            Event::ExecutorEnded { key, .. } => {
                let executor = self.executors.get(key)?;
                Some(ContainerPath::root(executor.container_id.clone()))
            }
            Event::TaskEnded { key, .. } => {
                let task = self.tasks.get(key).filter(|task| !task.is_custom())?;
                Some(self.path_of_task(key, task))
            }
            _ => None,
        }
    }
}

impl Agent {
    /// Where the container of a task is.
    pub fn path_of_task(&self, key: &crate::Key, task: &crate::Task) -> ContainerPath {
        let executor = task.executor(&key.framework_id);
        let executor = executor.and_then(|executor| self.executors.get(&executor));
        match executor {
            Some(executor) => ContainerPath::root(executor.container_id.clone()).child(task.container_id.clone()),
            None => ContainerPath::root(task.container_id.clone()),
        }
    }

    /// What is at a place: a task, an executor or a guest, alive or not.
    pub fn resolve(&self, path: &ContainerPath) -> Option<Owner> {
        if self.guests.contains_key(path) {
            return Some(Owner::Guest(path.clone()));
        }
        let owner = self.containers.get(path.ids().last()?)?;
        let is_it = match owner {
            Owner::Executor(_) => path.ids().len() == 1,
            Owner::Task(key) => self.tasks.get(key).map(|task| self.path_of_task(key, task)).as_ref() == Some(path),
            // Its id in the runtime is nobody's name.
            Owner::Guest(_) => false,
        };
        is_it.then(|| owner.clone())
    }

    fn is_known(&self, path: &ContainerPath) -> bool {
        self.resolve(path).is_some()
    }

    /// Whether the container at a place is there and not over.
    pub fn is_alive(&self, path: &ContainerPath) -> bool {
        match self.resolve(path) {
            None => false,
            Some(Owner::Executor(_)) => true,
            Some(Owner::Task(key)) => self.tasks.get(&key).is_some_and(|task| !task.is_over()),
            Some(Owner::Guest(path)) => self.guests.get(&path).is_some_and(|guest| guest.phase != Phase::Ended),
        }
    }
}

fn guest(event: GuestEvent) -> Event {
    Event::Guest(event)
}

fn removed(path: &ContainerPath) -> Event {
    guest(GuestEvent::Removed { path: path.clone() })
}

fn doomed(path: &ContainerPath) -> Event {
    guest(GuestEvent::Doomed { path: path.clone() })
}
