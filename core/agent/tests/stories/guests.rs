//! Containers that somebody asks an agent for, by stories.

use base_ids::ContainerId;
use core_agent::{Command, ContainerPath, Effect, Exit, GuestSpec, Owner, Phase, Reject, Termination};
use model_cluster::{ExecutorKind, Reason, TaskState};
use model_resources::Resources;

use crate::world::{World, command, executor_spec, key, order, task_spec};

impl World {
    /// A task of its own, or one of the agent's own executor, that runs; gives its place.
    fn task(&mut self, name: &str, executor: bool) -> ContainerPath {
        self.tell(run(name, executor)).unwrap();
        let task = self.driver.state().task(&key(name)).unwrap().clone();
        self.tell(Command::ContainerStarted(task.container_id.clone())).unwrap();
        self.driver.state().path_of_task(&key(name), &task)
    }

    fn launch(&mut self, path: &ContainerPath) -> Result<Vec<Effect>, Reject> {
        self.tell(Command::LaunchGuest(path.clone(), Box::new(spec())))
    }

    /// A guest that runs.
    fn guest(&mut self, path: &ContainerPath) -> ContainerId {
        assert_eq!(self.launch(path).unwrap(), [Effect::LaunchGuest(path.clone())]);
        let id = self.id(path);
        self.tell(Command::ContainerStarted(id.clone())).unwrap();
        id
    }

    fn id(&self, path: &ContainerPath) -> ContainerId {
        self.driver
            .state()
            .guest(path)
            .expect("it is there")
            .container_id
            .clone()
    }

    fn end(&self, path: &ContainerPath) -> Termination {
        let guest = self.driver.state().guest(path).expect("it is there");
        guest.end.clone().expect("it is over")
    }

    fn exit(&mut self, id: &ContainerId, exit: Exit) -> Vec<Effect> {
        self.tell(Command::ContainerExited(id.clone(), exit)).unwrap()
    }
}

fn run(name: &str, executor: bool) -> Command {
    let executor = executor.then(|| executor_spec(ExecutorKind::Default, ""));
    Command::RunTask(order(task_spec(name, "", executor)))
}

fn spec() -> GuestSpec {
    GuestSpec {
        command: command(),
        resources: Resources::new(),
        shares: true,
    }
}

fn alone(name: &str) -> ContainerPath {
    ContainerPath::root(ContainerId::from(name))
}

fn within(path: &ContainerPath, name: &str) -> ContainerPath {
    path.child(ContainerId::from(name))
}

fn kill(id: &ContainerId) -> Effect {
    Effect::Kill {
        container_id: id.clone(),
        grace_ms: 0,
    }
}

#[test]
fn a_guest_is_launched_once_and_killed() {
    let mut world = World::new();
    let path = within(&world.task("t", false), "inner");
    let id = world.guest(&path);
    assert_eq!(world.launch(&path).unwrap(), [], "it is there");
    let effects = world.tell(Command::KillGuest(path.clone())).unwrap();
    assert!(effects.contains(&kill(&id)), "{effects:?}");
    assert_eq!(world.tell(Command::KillGuest(path.clone())).unwrap(), []);
    assert_eq!(world.exit(&id, Exit::Signal(9)), [Effect::Destroy(id)]);
    let end = world.end(&path);
    assert_eq!((end.status, end.state, end.reason), (Some(9), None, None));
    let gone = world.tell(Command::KillGuest(path.clone()));
    assert_eq!(gone, Err(Reject::UnknownContainer(path.clone())));
    world.restart();
    assert_eq!(world.end(&path).status, Some(9), "kept over a restart");
    world.tell(Command::RemoveGuest(path.clone())).unwrap();
    assert!(world.driver.state().guest(&path).is_none());
}

#[test]
fn a_restarted_agent_goes_on_with_its_guests() {
    let mut world = World::new();
    let (early, late) = (alone("early"), alone("late"));
    let id = world.guest(&early);
    world.launch(&late).unwrap();
    let effects = world.restart();
    let watch = Effect::Watch {
        container_id: id.clone(),
        health_check: None,
    };
    assert!(
        effects.contains(&watch) && effects.contains(&Effect::LaunchGuest(late)),
        "{effects:?}"
    );
    world.exit(&id, Exit::Code(3));
    assert_eq!(world.end(&early).status, Some(3 << 8));
}

#[test]
fn a_guest_needs_what_it_is_in() {
    let mut world = World::new();
    let nobody = alone("nobody");
    let refused = world.launch(&within(&nobody, "inner"));
    assert_eq!(refused, Err(Reject::NoParent(nobody.clone())));
    let id = world.guest(&nobody);
    world.tell(Command::KillGuest(nobody.clone())).unwrap();
    let refused = world.launch(&within(&nobody, "inner"));
    assert_eq!(refused, Err(Reject::ParentEnds(nobody.clone())));
    world.exit(&id, Exit::Signal(9));
    world.guest(&nobody);
    world.guest(&within(&nobody, "inner"));
    let deep = (0..40).try_fold(nobody, |path, level| {
        let path = within(&path, &level.to_string());
        world.launch(&path).map(|_| path)
    });
    assert!(matches!(deep, Err(Reject::TooManyGuests { .. })), "{deep:?}");
}

#[test]
fn what_is_in_a_container_ends_with_it() {
    let mut world = World::new();
    let task = world.task("t", false);
    let (inner, other) = (within(&task, "inner"), within(&task, "other"));
    let deep = within(&inner, "deep");
    let ids = [&inner, &other, &deep].map(|path| world.guest(path));
    world.exit(&ids[1], Exit::Code(0));
    let effects = world.exit(&ids[0], Exit::Code(0));
    assert!(effects.contains(&kill(&ids[2])), "{effects:?}");
    world.exit(&ids[2], Exit::Signal(9));
    for path in [&inner, &other, &deep] {
        world.end(path);
    }
    let last = world.guest(&inner);
    let effects = world.exit(&task.ids()[0], Exit::Code(0));
    assert!(effects.contains(&kill(&last)), "{effects:?}");
    assert!(world.driver.state().guest(&other).is_none(), "nobody asks any more");
    world.exit(&last, Exit::Signal(9));
    assert_eq!(world.driver.state().guests().count(), 0);
    let removed = world.tell(Command::RemoveGuest(inner)).unwrap();
    assert_eq!(removed, [], "the task is not acknowledged yet");
}

#[test]
fn tasks_of_the_agents_own_executor_are_nested_containers() {
    let mut world = World::new();
    let path = world.task("t", true);
    assert_eq!(path.ids().len(), 2);
    assert_eq!(world.driver.state().resolve(&path), Some(Owner::Task(key("t"))));
    assert!(world.driver.state().is_alive(&path.parent().unwrap()));
    assert_eq!(world.launch(&path).unwrap(), [], "it is there");
    let inner = within(&path, "inner");
    let id = world.guest(&inner);
    let running = world.tell(Command::RemoveGuest(inner.clone()));
    assert_eq!(running, Err(Reject::ContainerRuns(inner.clone())));
    let effects = world.exit(&path.ids()[1], Exit::Code(0));
    assert!(effects.contains(&kill(&id)), "{effects:?}");
    let unknown = world.tell(Command::RemoveGuest(path.clone()));
    assert!(matches!(unknown, Err(Reject::UnknownRoot(_))), "{unknown:?}");
}

#[test]
fn ends_are_told_as_mesos_tells_them() {
    let mut world = World::new();
    let mut end = |exit| {
        let path = alone("c");
        world.launch(&path).unwrap();
        let id = world.id(&path);
        world.exit(&id, exit);
        world.end(&path)
    };
    let memory = end(Exit::OutOfMemory {
        limit: 32 << 20,
        peak: 31 << 20,
    });
    let why = (memory.status, memory.state, memory.reason);
    assert_eq!(
        why,
        (
            Some(9),
            Some(TaskState::Failed),
            Some(Reason::ContainerLimitationMemory)
        )
    );
    assert_eq!(memory.limitation.map(|all| all.mem().to_f64()), Some(31.0));
    let unstarted = end(Exit::NotStarted("no such user".to_owned()));
    assert_eq!(
        (unstarted.status, unstarted.message.as_deref()),
        (None, Some("no such user"))
    );
    let unseen = end(Exit::Vanished("killed".to_owned()));
    assert_eq!((unseen.status, unseen.state), (None, None));
}

#[test]
fn the_oldest_ends_make_room() {
    let mut world = World::new();
    for number in 0..1100 {
        let path = alone(&format!("c{number}"));
        world.launch(&path).unwrap();
        let id = world.id(&path);
        world.exit(&id, Exit::Code(0));
    }
    let guests: Vec<_> = world.driver.state().guests().collect();
    assert_eq!(guests.len(), 1024);
    assert!(guests.iter().all(|(_, guest)| guest.phase == Phase::Ended));
    assert!(world.driver.state().guest(&alone("c0")).is_none());
}
