//! A driver with a journal, and a pool of fake agents around it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use base_clock::Timestamp;
use base_ids::{AgentId, AppId, DeploymentId, Principal, TaskId, Uuid};
use core_apps::{
    App, Apps, Command, Config, Counts, Doom, Effect, Event, Outcome, Placed, PutMode, Reject, parse_instance_id,
};
use core_machine::{Driver, Machine, Random};
use core_placement::{Candidate, Policy, Pool, plan};
use model_app::{AppSpec, HealthCheck, HealthProtocol, Program};
use model_cluster::{Source, TaskState, TaskStatus};
use model_resources::{Attributes, Resources, Role, Scalar};

/// A task in the fake pool.
#[derive(Clone, Debug)]
pub struct Task {
    pub agent_id: AgentId,
    pub resources: Resources,
    pub state: TaskState,
    pub healthy: Option<bool>,
    pub killing: bool,
}

/// How the pool treats tasks by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tasks {
    /// They run and are healthy at once, and die at once.
    Obey,
    /// They stay as they are until the test moves them.
    Wait,
    /// They fail as soon as they are launched.
    Crash,
}

pub struct World {
    pub driver: Driver<Apps>,
    pub journal: Vec<(Timestamp, Event)>,
    /// How many probes in a row have failed, where one did.
    pub failures: u32,
    pub tasks: BTreeMap<TaskId, Task>,
    pub agents: Vec<Candidate>,
    pub now: Timestamp,
    pub mode: Tasks,
    /// Apps whose new tasks crash although the others obey.
    pub broken: Option<String>,
    pub effects: VecDeque<Effect>,
    pub outcomes: Vec<(DeploymentId, Outcome)>,
    /// Every status that was ever sent.
    pub history: Vec<TaskStatus>,
    /// Whether every decision is followed by a full replay.
    pub replays: bool,
    pub decisions: usize,
    /// The scheduler dies after this many decisions.
    pub crash_at: Option<usize>,
}

pub fn id(text: &str) -> AppId {
    AppId::from(text)
}

pub fn app(name: &str, instances: u32) -> AppSpec {
    let program = Some(Program::Shell("sleep 1000".into()));
    let spec = AppSpec::new(id(name), program, Role::any(), Timestamp::EPOCH);
    AppSpec {
        instances,
        cpus: Scalar::from_millis(100),
        ..spec
    }
}

pub fn gated(name: &str, instances: u32) -> AppSpec {
    AppSpec {
        health_checks: vec![HealthCheck::new(HealthProtocol::Http)],
        ..app(name, instances)
    }
}

pub fn agent(name: &str) -> Candidate {
    let free = Resources::parse("cpus:8;mem:16384;disk:10000;ports:[31000-31999]").unwrap();
    Candidate {
        agent_id: AgentId::from(name),
        hostname: format!("host-{name}"),
        ip: [127, 0, 0, 1].into(),
        attributes: Attributes::new(),
        domain: None,
        free: free.clone(),
        total: free,
        connected: true,
        closed: None,
    }
}

impl World {
    pub fn new() -> Self {
        Self {
            driver: Driver::new(Apps::default(), Config::default(), Random::seeded(1)),
            journal: Vec::new(),
            failures: u32::MAX,
            tasks: BTreeMap::new(),
            agents: ["a", "b", "c"].map(agent).into(),
            now: Timestamp::from_millis(1_700_000_000_000),
            mode: Tasks::Obey,
            broken: None,
            effects: VecDeque::new(),
            outcomes: Vec::new(),
            history: Vec::new(),
            replays: true,
            decisions: 0,
            crash_at: None,
        }
    }

    pub fn waiting() -> Self {
        Self {
            mode: Tasks::Wait,
            ..Self::new()
        }
    }

    pub fn state(&self) -> &Apps {
        self.driver.state()
    }

    pub fn app(&self, name: &str) -> &App {
        self.state().app(&id(name)).expect("the app exists")
    }

    pub fn counts(&self, name: &str) -> Counts {
        self.app(name).counts()
    }

    /// Decides one command and all ticks that are due, and hands on the effects.
    pub fn submit(&mut self, command: Command) -> Result<Vec<Event>, Reject> {
        let mut all = self.decide(command)?;
        for _ in 0..1000 {
            match self.driver.deadline() {
                Some(at) if at <= self.now => all.extend(self.decide(Command::Tick)?),
                _ => return Ok(all),
            }
        }
        panic!("the scheduler never settles");
    }

    fn decide(&mut self, command: Command) -> Result<Vec<Event>, Reject> {
        let what = format!("{command:?}");
        let events = self.driver.decide(self.now, &Principal::from("test"), command)?;
        for event in &events {
            if let Event::DeploymentEnded { deployment, outcome } = event {
                self.outcomes.push((deployment.id.clone(), outcome.clone()));
            }
            if !Apps::is_soft(event) {
                self.journal.push((self.now, event.clone()));
            }
        }
        let keys = self.driver.take_touched();
        if let Err(violation) = self.driver.check(&keys) {
            panic!("{violation} after {what}");
        }
        events.iter().for_each(|event| self.watch_floor(event));
        self.effects.extend(self.driver.work(&keys));
        self.decisions += 1;
        if self.replays {
            self.verify();
        }
        if self.crash_at == Some(self.decisions) {
            self.crash();
        }
        Ok(events)
    }

    /// Replay gives the same state, the codec loses nothing, and every invariant holds.
    pub fn verify(&self) {
        let replayed = self.replayed();
        let bytes = minicbor::to_vec(self.state()).unwrap();
        assert_eq!(minicbor::to_vec(&replayed).unwrap(), bytes, "replay differs");
        let decoded: Apps = minicbor::decode(&bytes).unwrap();
        assert_eq!(minicbor::to_vec(&decoded).unwrap(), bytes, "the codec differs");
        for state in [self.state(), &replayed, &decoded] {
            if let Err(violation) = state.check(&state.keys()) {
                panic!("{violation}");
            }
        }
    }

    fn replayed(&self) -> Apps {
        let mut driver = Driver::new(Apps::default(), Config::default(), Random::seeded(2));
        for (at, event) in &self.journal {
            driver.replay(*at, event);
        }
        driver.state().clone()
    }

    /// The scheduler dies and comes back; the pool tells it what it has.
    pub fn crash(&mut self) {
        self.driver = Driver::new(
            self.replayed(),
            Config::default(),
            Random::seeded(1000 + self.decisions as u64),
        );
        self.effects = self.driver.work(&self.state().keys()).into();
        self.crash_at = None;
        for task_id in self.tasks.keys().cloned().collect::<Vec<_>>() {
            self.report(&task_id);
        }
    }

    pub fn put(&mut self, spec: AppSpec) -> DeploymentId {
        self.try_put(spec, false)
            .expect("the put is let in")
            .expect("the put changes something")
    }

    pub fn try_put(&mut self, spec: AppSpec, force: bool) -> Result<Option<DeploymentId>, Reject> {
        let events = self.submit(Command::PutApps {
            specs: vec![spec],
            mode: PutMode::Upsert,
            force,
        })?;
        Ok(started(&events))
    }

    /// Carries out effects until none is left.
    pub fn run(&mut self) {
        for _ in 0..100_000 {
            let Some(effect) = self.effects.pop_front() else { return };
            self.carry_out(effect);
        }
        panic!("effects never end");
    }

    /// Carries out a few effects; the others are lost with the next crash, or wait.
    pub fn run_some(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(effect) = self.effects.pop_front() {
                self.carry_out(effect);
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Place { app } => self.place(app),
            Effect::Launch {
                instance,
                task_id,
                agent_id,
            } => self.launch(instance, task_id, agent_id),
            Effect::Kill { task_id, .. } => self.kill(task_id),
        }
    }

    pub fn pool(&self) -> Pool {
        let mut agents = self.agents.clone();
        for agent in &mut agents {
            for task in self.tasks.values().filter(|t| t.agent_id == agent.agent_id) {
                agent.free -= &task.resources;
            }
        }
        Pool { agents }
    }

    fn place(&mut self, app: AppId) {
        let Some(demand) = self.state().demand(&app, 100) else {
            return;
        };
        let pool = self.pool();
        let plan = plan(&pool, &[demand], Policy::Spread);
        let agent = |id: &AgentId| pool.agents.iter().find(|a| a.agent_id == *id).unwrap();
        let placed = plan.placements.into_iter().map(|p| Placed {
            hostname: agent(&p.agent_id).hostname.clone(),
            ip: agent(&p.agent_id).ip,
            domain: None,
            instance: p.instance,
            agent_id: p.agent_id,
            ports: p.ports,
            resources: p.resources,
        });
        let refusal = plan.refusals.into_iter().flatten().next();
        let command = Command::InstancesPlaced {
            app,
            placed: placed.collect(),
            refusal,
        };
        self.submit(command).unwrap();
    }

    fn launch(&mut self, instance: Uuid, task_id: TaskId, agent_id: AgentId) {
        if self.tasks.contains_key(&task_id) {
            return;
        }
        let Some(spec) = self.state().task_spec(instance).filter(|spec| spec.task_id == task_id) else {
            return;
        };
        let task = Task {
            agent_id,
            resources: spec.resources,
            state: TaskState::Staging,
            healthy: None,
            killing: false,
        };
        self.tasks.insert(task_id.clone(), task);
        let broken = self.broken.as_ref().is_some_and(|mark| match &spec.command.program {
            model_cluster::Program::Shell(command) => command.contains(mark),
            model_cluster::Program::Exec(_) | model_cluster::Program::Absent => false,
        });
        match self.mode {
            Tasks::Crash => self.end(&task_id, TaskState::Failed),
            Tasks::Obey if broken => self.end(&task_id, TaskState::Failed),
            Tasks::Obey => self.start(&task_id),
            Tasks::Wait => {}
        }
    }

    fn kill(&mut self, task_id: TaskId) {
        match self.tasks.get_mut(&task_id) {
            None => self.status(&task_id, TaskState::Gone),
            Some(task) => {
                task.killing = true;
                if self.mode != Tasks::Wait {
                    self.end(&task_id, TaskState::Killed);
                }
            }
        }
    }

    /// What the scheduler kills by itself leaves the floor of healthy tasks, seen from the pool.
    fn watch_floor(&self, event: &Event) {
        let Event::InstancesDoomed {
            app,
            instances,
            why: Doom::Upgrade | Doom::Scale,
        } = event
        else {
            return;
        };
        let Some(spec) = self.state().app(app) else { return };
        let is_healthy = |uuid: &Uuid| {
            let Some(instance) = self.state().instance(*uuid) else {
                return false;
            };
            let task = self.tasks.get(&instance.task_id());
            task.is_some_and(|t| t.state == TaskState::Running && (!instance.gated || t.healthy == Some(true)))
        };
        let left = self
            .state()
            .instances(app)
            .filter(|i| i.doom.is_none() && is_healthy(&i.uuid))
            .count();
        let killed = instances.iter().filter(|uuid| is_healthy(uuid)).count();
        let floor = spec.floor() as usize;
        assert!(
            killed == 0 || left >= floor,
            "{killed} are killed although only {left} of {floor} are left: {event:?}"
        );
    }

    fn status(&mut self, task_id: &TaskId, state: TaskState) {
        self.now = self.now + Duration::from_micros(1);
        let mut status = TaskStatus::new(task_id.clone(), state, Source::Agent, self.now);
        status.healthy = self.tasks.get(task_id).and_then(|t| t.healthy);
        status.health_failures = (status.healthy == Some(false)).then_some(self.failures);
        self.history.push(status.clone());
        self.submit(Command::TaskUpdated { status: status.into() }).unwrap();
    }

    pub fn report(&mut self, task_id: &TaskId) {
        if let Some(state) = self.tasks.get(task_id).map(|t| t.state) {
            self.status(task_id, state);
        }
    }

    /// A task runs, and is healthy if its app has a health check.
    pub fn start(&mut self, task_id: &TaskId) {
        self.set(task_id, TaskState::Running, Some(true));
    }

    /// A task has this state and health now.
    pub fn set(&mut self, task_id: &TaskId, state: TaskState, healthy: Option<bool>) {
        let gated = self.state().instance_of_task(task_id).is_some_and(|i| i.gated);
        if let Some(task) = self.tasks.get_mut(task_id) {
            // An agent repeats the last health it knows, but knows none after it was away.
            let known = task.healthy.filter(|_| state != TaskState::Unreachable);
            task.state = state;
            task.healthy = healthy.or(known).filter(|_| gated);
            self.report(task_id);
        }
    }

    /// A task is over.
    pub fn end(&mut self, task_id: &TaskId, state: TaskState) {
        self.tasks.remove(task_id);
        self.status(task_id, state);
    }

    /// The tasks of an app in the pool, oldest instance first.
    pub fn tasks_of(&self, name: &str) -> Vec<TaskId> {
        let mut instances: Vec<_> = self.state().instances(&id(name)).collect();
        instances.sort_by_key(|i| (i.scheduled_at, i.uuid));
        let tasks = instances.into_iter().map(|i| i.task_id());
        tasks.filter(|task| self.tasks.contains_key(task)).collect()
    }

    /// The tasks of an app that are to be killed.
    pub fn killing(&self, name: &str) -> Vec<TaskId> {
        self.tasks_of(name)
            .into_iter()
            .filter(|task| self.tasks[task].killing)
            .collect()
    }

    /// Tasks that run although they don't belong to an instance.
    pub fn strangers(&self) -> Vec<&TaskId> {
        let known = |task: &TaskId| {
            let instance = parse_instance_id(task.as_str()).and_then(|uuid| self.state().instance(uuid));
            instance.is_some_and(|i| i.task_id() == *task)
        };
        self.tasks.keys().filter(|task| !known(task)).collect()
    }

    pub fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
        self.submit(Command::Tick).unwrap();
        self.run();
    }

    pub fn is_quiet(&self) -> bool {
        self.state().deployments().is_empty() && self.effects.is_empty()
    }
}

pub fn started(events: &[Event]) -> Option<DeploymentId> {
    events.iter().find_map(|event| match event {
        Event::DeploymentStarted { deployment } => Some(deployment.id.clone()),
        _ => None,
    })
}

impl World {
    pub fn put_force(&mut self, spec: AppSpec) -> DeploymentId {
        self.try_put(spec, true)
            .expect("force is let in")
            .expect("the put changes something")
    }
}
