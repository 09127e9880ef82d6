//! The agent's machine by stories: commands in, events and effects out.

use std::time::Duration;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ContainerId, FrameworkId, Principal, TaskId, Uuid};
use core_agent::{Agent, ChangeHealth, Command, Config, Effect, Event, Exit, Key, Phase, Reject};
use core_machine::{Driver, Machine, Random};
use model_cluster::{Program, Reason, Source, TaskSpec, TaskState};
use model_resources::Resources;
use wire_link::{KillTask, RunTask, Welcome};

struct World {
    driver: Driver<Agent>,
    now: Timestamp,
    journal: Vec<(Timestamp, Event)>,
}

impl World {
    fn new() -> Self {
        let driver = Driver::new(Agent::default(), Config::default(), Random::seeded(1));
        let mut world = Self {
            driver,
            now: Timestamp::from_millis(1_000),
            journal: Vec::new(),
        };
        world.tell(Command::Join(welcome("c1", 1))).unwrap();
        world
    }

    /// Decides a command, checks the invariants, and gives the effects that are due afterwards.
    fn tell(&mut self, command: Command) -> Result<Vec<Effect>, Reject> {
        self.now = self.now + Duration::from_millis(1);
        let events = self.driver.decide(self.now, &Principal::from("test"), command)?;
        self.journal
            .extend(events.into_iter().map(|event| (self.driver.now(), event)));
        let keys = self.driver.take_touched();
        self.driver.check(&keys).unwrap();
        Ok(self.driver.work(&keys))
    }

    fn run(&mut self, task: &str) -> ContainerId {
        let effects = self.tell(Command::RunTask(order(task, 1))).unwrap();
        assert_eq!(effects, [Effect::Launch(key(task))]);
        self.driver.state().task(&key(task)).unwrap().container_id.clone()
    }

    /// The update that is in flight for a task.
    fn sent(effects: &[Effect]) -> model_cluster::TaskStatus {
        let sent = effects.iter().find_map(|effect| match effect {
            Effect::Send(update) => Some(update.status.clone()),
            _ => None,
        });
        sent.expect("an update is due")
    }

    fn ack(&mut self, task: &str, uuid: Option<Uuid>) -> Vec<Effect> {
        self.tell(Command::Acknowledge(key(task), uuid.unwrap())).unwrap()
    }
}

fn welcome(cluster: &str, epoch: u64) -> Welcome {
    Welcome {
        agent_id: AgentId::from("c1-S0"),
        cluster_id: ClusterId::from(cluster),
        credential: None,
        epoch,
        index: 0,
        ping_interval_ms: 15_000,
        leadership: 2,
    }
}

fn key(task: &str) -> Key {
    Key {
        framework_id: FrameworkId::from("f"),
        task_id: TaskId::from(task),
    }
}

fn spec(task: &str) -> TaskSpec {
    TaskSpec {
        task_id: TaskId::from(task),
        name: task.to_owned(),
        resources: Resources::parse("cpus:1;mem:32").unwrap(),
        command: model_cluster::Command {
            program: Program::Shell("sleep 1".into()),
            env: Default::default(),
            user: None,
            uris: Vec::new(),
        },
        health_check: None,
        kill_grace_ms: Some(500),
        labels: Default::default(),
        discovery: None,
        data: None,
        executor: None,
        group: Vec::new(),
        max_run_ms: None,
    }
}

fn order(task: &str, epoch: u64) -> RunTask {
    RunTask {
        framework_id: FrameworkId::from("f"),
        default_user: String::new(),
        killing: false,
        starting: false,
        task: spec(task).into(),
        epoch,
        index: 0,
        leadership: 2,
        framework: None,
    }
}

fn kill(task: &str, grace_ms: Option<u64>) -> Command {
    let framework_id = FrameworkId::from("f");
    Command::KillTask(KillTask {
        framework_id,
        task_id: TaskId::from(task),
        grace_ms,
        epoch: 1,
    })
}

#[test]
fn a_task_runs_ends_and_is_forgotten_only_when_all_is_acknowledged() {
    let mut world = World::new();
    let container = world.run("t");
    let effects = world.tell(Command::ContainerStarted(container.clone())).unwrap();
    assert!(effects.contains(&Effect::Watch {
        container_id: container.clone(),
        health_check: None
    }));
    let running = World::sent(&effects);
    assert_eq!(running.state, TaskState::Running);

    let effects = world
        .tell(Command::ContainerExited(container.clone(), Exit::Code(0)))
        .unwrap();
    assert!(effects.contains(&Effect::Destroy(container.clone())));
    assert_eq!(
        World::sent(&effects).uuid,
        running.uuid,
        "the first unacknowledged update stays in flight"
    );
    let effects = world.ack("t", running.uuid);
    let finished = World::sent(&effects);
    assert_eq!((finished.state, finished.exit_code), (TaskState::Finished, Some(0)));
    assert_eq!(
        world.ack("t", running.uuid).len(),
        0,
        "an acknowledgement that is repeated changes nothing"
    );
    world.ack("t", finished.uuid);
    assert_eq!(world.driver.state().task(&key("t")), None);
}

#[test]
fn the_latest_update_is_reported_once_none_is_on_its_way() {
    let mut world = World::new();
    let container_id = world.run("t");
    let effects = world.tell(Command::ContainerStarted(container_id.clone())).unwrap();
    let running = World::sent(&effects);
    let last = |world: &World| world.driver.state().report().remove(0).last;
    assert_eq!(last(&world), None);
    world.ack("t", running.uuid);
    assert_eq!(last(&world), Some(running));
    let healthy = ChangeHealth {
        container_id,
        healthy: true,
        failures: 0,
        message: String::new(),
        end: false,
    };
    let healthy = World::sent(&world.tell(Command::ChangeHealth(healthy)).unwrap());
    assert_eq!(last(&world), None);
    world.ack("t", healthy.uuid);
    assert_eq!(last(&world).unwrap().healthy, Some(true));
    assert_eq!(last(&world), Some(healthy));
}

#[test]
fn a_late_copy_of_an_order_never_runs_a_task_twice() {
    let mut world = World::new();
    let container = world.run("t");
    assert_eq!(world.tell(Command::RunTask(order("t", 1))).unwrap(), []);
    let effects = world
        .tell(Command::ContainerExited(container, Exit::Signal(9)))
        .unwrap();
    let failed = World::sent(&effects);
    assert_eq!(
        (failed.state, failed.reason),
        (TaskState::Failed, Some(Reason::CommandExecutorFailed))
    );
    world.ack("t", failed.uuid);
    assert_eq!(
        world.tell(Command::RunTask(order("t", 1))).unwrap(),
        [],
        "forgotten, but remembered by name"
    );
}

#[test]
fn a_kill_is_ordered_once_and_only_ever_sooner() {
    let mut world = World::new();
    let container = world.run("t");
    world.tell(Command::ContainerStarted(container.clone())).unwrap();
    let effects = world.tell(kill("t", None)).unwrap();
    assert!(effects.contains(&Effect::Kill {
        container_id: container.clone(),
        grace_ms: 500
    }));
    assert_eq!(world.tell(kill("t", Some(60_000))).unwrap(), []);
    let effects = world.tell(kill("t", Some(0))).unwrap();
    assert!(effects.contains(&Effect::Kill {
        container_id: container.clone(),
        grace_ms: 0
    }));
    world
        .tell(Command::ContainerExited(container, Exit::Signal(9)))
        .unwrap();
    let last = world
        .driver
        .state()
        .task(&key("t"))
        .unwrap()
        .unacked
        .back()
        .unwrap()
        .clone();
    assert_eq!(last.state, TaskState::Killed);
}

#[test]
fn a_kill_of_an_unknown_task_is_told_so() {
    let mut world = World::new();
    assert_eq!(
        world.tell(kill("nobody", None)),
        Err(Reject::UnknownTask(key("nobody")))
    );
}

#[test]
fn a_kill_that_comes_before_the_start_reaches_the_container() {
    let mut world = World::new();
    let container = world.run("t");
    let effects = world.tell(kill("t", None)).unwrap();
    assert_eq!(effects[0], Effect::Launch(key("t")));
    assert_eq!(
        effects[1],
        Effect::Kill {
            container_id: container.clone(),
            grace_ms: 500
        }
    );
    let why = Exit::NotStarted("no such file".into());
    let effects = world.tell(Command::ContainerExited(container, why)).unwrap();
    let status = World::sent(&effects);
    assert_eq!(
        (status.state, status.reason),
        (TaskState::Killed, Some(Reason::TaskKilledDuringLaunch))
    );
}

#[test]
fn orders_of_an_old_leader_are_refused() {
    let mut world = World::new();
    world.tell(Command::SeeEpoch { epoch: 3, index: 9 }).unwrap();
    assert_eq!(
        world.tell(Command::RunTask(order("t", 2))),
        Err(Reject::StaleEpoch { given: 2, seen: 3 })
    );
    assert_eq!(world.driver.state().seen(), (3, 9));
}

#[test]
fn another_cluster_is_refused_and_tasks_go_on() {
    let mut world = World::new();
    world.run("t");
    let foreign = world.tell(Command::Join(welcome("c2", 1)));
    assert_eq!(
        foreign,
        Err(Reject::ForeignCluster {
            own: "c1".into(),
            given: "c2".into()
        })
    );
    assert_eq!(world.driver.state().task(&key("t")).unwrap().phase, Phase::Accepted);
}

#[test]
fn out_of_memory_is_said_with_figures() {
    let mut world = World::new();
    let container = world.run("t");
    world.tell(Command::ContainerStarted(container.clone())).unwrap();
    let exit = Exit::OutOfMemory {
        limit: 32 << 20,
        peak: 32 << 20,
    };
    world.tell(Command::ContainerExited(container, exit)).unwrap();
    let last = world
        .driver
        .state()
        .task(&key("t"))
        .unwrap()
        .unacked
        .back()
        .unwrap()
        .clone();
    assert_eq!(last.reason, Some(Reason::ContainerLimitationMemory));
    assert_eq!(
        last.message.as_deref(),
        Some("Memory limit exceeded: Requested: 32MB Maximum Used: 32MB")
    );
}

#[test]
fn a_failing_health_check_ends_the_task_where_the_agent_decides() {
    let mut world = World::new();
    let container = world.run("t");
    world.tell(Command::ContainerStarted(container.clone())).unwrap();
    let change = |failures, end| ChangeHealth {
        container_id: container.clone(),
        healthy: false,
        failures,
        message: "refused".into(),
        end,
    };
    let effects = world.tell(Command::ChangeHealth(change(1, false))).unwrap();
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Kill { .. })));
    let effects = world.tell(Command::ChangeHealth(change(3, true))).unwrap();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Kill { .. })));
    world
        .tell(Command::ContainerExited(container, Exit::Signal(15)))
        .unwrap();
    let task = world.driver.state().task(&key("t")).unwrap();
    let states: Vec<_> = task
        .unacked
        .iter()
        .map(|s| (s.state, s.healthy, s.health_failures))
        .collect();
    let expected = [
        (TaskState::Running, None, None),
        (TaskState::Running, Some(false), Some(1)),
        (TaskState::Running, Some(false), Some(3)),
        (TaskState::Killed, Some(false), None),
    ];
    assert_eq!(states, expected);
}

#[test]
fn replay_and_snapshot_give_the_same_state() {
    let mut world = World::new();
    for task in ["a", "b", "c"] {
        let container = world.run(task);
        world.tell(Command::ContainerStarted(container.clone())).unwrap();
        if task != "c" {
            world.tell(Command::ContainerExited(container, Exit::Code(1))).unwrap();
        }
    }
    let first = world.driver.state().task(&key("a")).unwrap().unacked[0].uuid;
    let last = world.driver.state().task(&key("a")).unwrap().unacked[1].uuid;
    world.ack("a", first);
    world.ack("a", last);
    let mut replayed = Agent::default();
    for (at, event) in &world.journal {
        let bytes = minicbor::to_vec(event).unwrap();
        replayed.apply(*at, &minicbor::decode(&bytes).unwrap());
    }
    assert_eq!(&replayed, world.driver.state());
    let saved: Agent = minicbor::decode(&minicbor::to_vec(world.driver.state()).unwrap()).unwrap();
    assert_eq!(&saved, world.driver.state());
}

/// The bytes of facts that agents have on their disks: a change here would orphan their tasks.
#[test]
fn the_journal_format_never_changes() {
    let hex = |event: &Event| {
        minicbor::to_vec(event)
            .unwrap()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    };
    let acked = Event::UpdateAcked {
        key: key("t"),
        uuid: Uuid::from_random(0),
    };
    assert_eq!(hex(&acked), "82078282616661745000000000000040008000000000000000");
    assert_eq!(
        hex(&Event::EpochSeen {
            epoch: 3,
            index: 9,
            leadership: 7
        }),
        "820183030907"
    );
    let joined = Event::Joined {
        agent_id: AgentId::from("S0"),
        cluster_id: ClusterId::from("c"),
        credential: None,
    };
    assert_eq!(hex(&joined), "8200826253306163");
}

#[test]
fn a_framework_that_wants_to_hears_that_its_task_is_being_killed() {
    let mut world = World::new();
    let wanted = RunTask {
        killing: true,
        ..order("a", 1)
    };
    world.tell(Command::RunTask(wanted)).unwrap();
    let id = world.driver.state().task(&key("a")).unwrap().container_id.clone();
    let uuid = World::sent(&world.tell(Command::ContainerStarted(id.clone())).unwrap()).uuid;
    world.ack("a", uuid);
    let kill = KillTask {
        framework_id: key("a").framework_id,
        task_id: key("a").task_id,
        grace_ms: Some(5000),
        epoch: 1,
    };
    let effects = world.tell(Command::KillTask(kill.clone())).unwrap();
    let status = World::sent(&effects);
    assert_eq!(status.state, TaskState::Killing);
    assert_eq!(world.driver.state().report()[0].state, TaskState::Killing);
    let shorter = KillTask {
        grace_ms: Some(1000),
        ..kill
    };
    world.tell(Command::KillTask(shorter)).unwrap();
    let task = world.driver.state().task(&key("a")).unwrap();
    assert_eq!(task.unacked.len(), 1, "it is told once");
    world.tell(Command::ContainerExited(id, Exit::Signal(15))).unwrap();
    let last = World::sent(&world.ack("a", status.uuid));
    assert_eq!(last.state, TaskState::Killed);
}

#[test]
fn a_framework_that_wants_to_hears_that_its_task_is_about_to_be_started() {
    let mut world = World::new();
    let wanted = RunTask {
        starting: true,
        ..order("a", 1)
    };
    let effects = world.tell(Command::RunTask(wanted)).unwrap();
    assert!(
        effects.contains(&Effect::Launch(key("a"))),
        "it waits for nobody: {effects:?}"
    );
    let starting = World::sent(&effects);
    assert_eq!(
        (starting.state, starting.source),
        (TaskState::Starting, Source::Executor)
    );
    assert_eq!(world.driver.state().report()[0].state, TaskState::Starting);
    let id = world.driver.state().task(&key("a")).unwrap().container_id.clone();
    let effects = world.tell(Command::ContainerStarted(id)).unwrap();
    assert_eq!(World::sent(&effects).uuid, starting.uuid, "one after the other");
    let running = World::sent(&world.ack("a", starting.uuid));
    assert_eq!(running.state, TaskState::Running);
    world.ack("a", running.uuid);
    assert_eq!(world.driver.state().report()[0].state, TaskState::Running);
}

#[test]
fn a_task_that_runs_for_longer_than_it_may_is_ended_as_failed() {
    let mut world = World::new();
    let mut limited = order("a", 1);
    limited.task = TaskSpec {
        max_run_ms: Some(10_000),
        ..spec("a")
    }
    .into();
    world.tell(Command::RunTask(limited)).unwrap();
    assert_eq!(world.driver.deadline(), None, "it does not run yet");
    let id = world.driver.state().task(&key("a")).unwrap().container_id.clone();
    let uuid = World::sent(&world.tell(Command::ContainerStarted(id.clone())).unwrap()).uuid;
    world.ack("a", uuid);
    let due = world.driver.deadline().unwrap();
    assert_eq!(due, world.now + Duration::from_millis(10_000 - 1));
    let copy: Agent = minicbor::decode(&minicbor::to_vec(world.driver.state()).unwrap()).unwrap();
    assert_eq!(&copy, world.driver.state(), "a restart does not forget it");
    world.now = due;
    let effects = world.tell(Command::Tick).unwrap();
    assert!(
        effects.contains(&Effect::Kill {
            container_id: id.clone(),
            grace_ms: 0
        }),
        "{effects:?}"
    );
    assert_eq!(world.driver.deadline(), None);
    let last = World::sent(&world.tell(Command::ContainerExited(id, Exit::Signal(9))).unwrap());
    assert_eq!(
        (last.state, last.reason),
        (TaskState::Failed, Some(Reason::MaxCompletionTimeReached))
    );
}
