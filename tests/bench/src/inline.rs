//! The whole control plane in one thread without a disk, with a stopwatch on each part: where the time of a launch goes.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use base_clock::Timestamp;
use base_ids::{AgentId, AppId, ClusterId, Principal, TaskId, Uuid};
use core_control::{Command, Config, Control, Effect, Event, MARATHON, Planner, follow};
use core_machine::{Driver, Machine, Random, Record};
use core_master::Effect as PoolEffect;

use crate::link::Links;
use crate::nouns::{self, JOIN_TOKEN};

/// As many commands share a commit at most, as in the engine.
const BATCH: usize = 4096;
/// As many launches share a commit command at most, as in the app scheduler's worker.
const LAUNCHES: usize = 1000;

/// Where the time went.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// Decide, apply, index and touched keys of the pool's commands.
    pub pool: Duration,
    /// The same of the app scheduler's.
    pub apps: Duration,
    /// The same of ticks.
    pub ticks: Duration,
    /// The invariants.
    pub check: Duration,
    /// Encoding facts for the journal.
    pub journal: Duration,
    /// Computing effects.
    pub work: Duration,
    /// Snapshot of the pool, its index and the plan.
    pub place: Duration,
    /// Building the launches of a commit.
    pub launch: Duration,
    /// The links' codec and the simulated agents.
    pub link: Duration,
    /// Turns of the loop.
    pub turns: u64,
    /// Bytes for the journal.
    pub journal_bytes: u64,
}

impl Costs {
    /// Each part with its name, largest first.
    pub fn parts(&self) -> Vec<(&'static str, Duration)> {
        let mut parts = vec![
            ("pool: decide and apply", self.pool),
            ("apps: decide and apply", self.apps),
            ("ticks: decide and apply", self.ticks),
            ("check", self.check),
            ("journal codec", self.journal),
            ("work", self.work),
            ("placement", self.place),
            ("building launches", self.launch),
            ("link codec, both directions", self.link),
        ];
        parts.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
        parts
    }

    /// All of it.
    pub fn total(&self) -> Duration {
        self.parts().iter().map(|(_, time)| *time).sum()
    }
}

/// The world.
pub struct Inline {
    driver: Driver<Control>,
    queue: VecDeque<Command>,
    places: BTreeSet<AppId>,
    wanted: Vec<(Uuid, TaskId, AgentId)>,
    links: Links,
    planner: Planner,
    who: Principal,
    now: Timestamp,
    /// The stopwatches.
    pub costs: Costs,
}

impl Inline {
    /// A cluster with so many agents, at rest.
    pub fn new(agents: usize) -> Self {
        let mut master = core_master::Config::new(ClusterId::from("C"), 1);
        master.join_token = Some(JOIN_TOKEN);
        let config = Config {
            master,
            apps: core_apps::Config::default(),
        };
        let mut world = Self {
            driver: Driver::new(Control::default(), config, Random::seeded(1)),
            queue: VecDeque::new(),
            places: BTreeSet::new(),
            wanted: Vec::new(),
            links: Links::default(),
            planner: Planner::default(),
            who: Principal::from("bench"),
            now: Timestamp::from_millis(1_000_000),
            costs: Costs::default(),
        };
        world.queue.push_back(follow::subscribe());
        world.settle();
        world
            .queue
            .extend((0..agents).map(|number| Command::Master(nouns::join(number))));
        world.settle();
        let ids: Vec<AgentId> = world
            .state()
            .master
            .agents()
            .map(|(_, agent)| agent.agent_id.clone())
            .collect();
        world
            .queue
            .extend(ids.into_iter().map(|id| Command::Master(nouns::report(id))));
        world.settle();
        world.costs = Costs::default();
        world
    }

    /// The state.
    pub fn state(&self) -> &Control {
        self.driver.state()
    }

    /// Puts an app and goes on until nothing moves any more.
    pub fn put(&mut self, spec: model_app::AppSpec) {
        let put = core_apps::Command::PutApps {
            specs: vec![spec],
            mode: core_apps::PutMode::Upsert,
            force: false,
        };
        self.queue.push_back(Command::Apps(put));
        self.settle();
    }

    fn settle(&mut self) {
        loop {
            if self.queue.is_empty() && !self.follow() {
                match self.driver.deadline() {
                    Some(at) if at <= self.now => self.queue.push_back(Control::tick()),
                    _ => return,
                }
            }
            self.turn();
        }
    }

    /// One turn of the engine's loop.
    fn turn(&mut self) {
        self.costs.turns += 1;
        self.now = self.now + Duration::from_millis(1);
        let mut facts = Vec::new();
        for _ in 0..BATCH {
            let Some(command) = self.queue.pop_front() else { break };
            facts.extend(self.decide(command));
        }
        let start = Instant::now();
        let keys = self.driver.take_touched();
        self.driver.check(&keys).expect("the invariants hold");
        let checked = Instant::now();
        self.encode(&facts);
        let encoded = Instant::now();
        let effects = self.driver.work(&keys);
        self.costs.check += checked - start;
        self.costs.journal += encoded - checked;
        self.costs.work += encoded.elapsed();
        self.queue.extend(follow::refused(&facts));
        effects.into_iter().for_each(|effect| self.carry_out(effect));
    }

    fn decide(&mut self, command: Command) -> Vec<Event> {
        let start = Instant::now();
        let cost = match &command {
            Command::Master(_) => 0,
            Command::Apps(_) => 1,
            Command::Tick => 2,
        };
        let facts = self.driver.decide(self.now, &self.who, command);
        *[&mut self.costs.pool, &mut self.costs.apps, &mut self.costs.ticks][cost] += start.elapsed();
        facts.expect("nothing is refused in this world")
    }

    fn encode(&mut self, facts: &[Event]) {
        let mut bytes = Vec::new();
        for event in facts.iter().filter(|event| !Control::is_soft(event)) {
            bytes.clear();
            let record = Record {
                at: self.now,
                principal: self.who.clone(),
                event,
            };
            minicbor::encode(&record, &mut bytes).expect("writing to a Vec cannot fail");
            self.costs.journal_bytes += bytes.len() as u64;
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Apps(core_apps::Effect::Place { app }) => drop(self.places.insert(app)),
            Effect::Apps(core_apps::Effect::Launch {
                instance,
                task_id,
                agent_id,
            }) => {
                self.wanted.push((instance, task_id, agent_id));
            }
            Effect::Master(PoolEffect::ToAgent { agent_id, message }) => {
                let start = Instant::now();
                let heard = self.links.send(self.now, agent_id, &message);
                self.costs.link += start.elapsed();
                self.queue.extend(heard.map(Command::Master));
            }
            Effect::Master(PoolEffect::Deliver {
                framework_id,
                agent_id,
                status,
            }) if framework_id.as_str() == MARATHON => {
                let acknowledge = follow::acknowledge(agent_id, &status);
                self.queue.push_back(follow::updated(status));
                self.queue.extend(acknowledge);
            }
            Effect::Apps(_) | Effect::Master(_) => {}
        }
    }

    /// Commits launches, or else looks for places. Whether there was anything to do.
    fn follow(&mut self) -> bool {
        let (control, config) = (self.driver.state(), &self.driver.config().apps);
        let start = Instant::now();
        if !self.wanted.is_empty() {
            let wanted = std::mem::take(&mut self.wanted);
            self.queue
                .extend(wanted.chunks(LAUNCHES).filter_map(|some| follow::launch(control, some)));
            self.costs.launch += start.elapsed();
        } else if !self.places.is_empty() {
            let apps: Vec<AppId> = std::mem::take(&mut self.places).into_iter().collect();
            self.queue.extend(self.planner.place(control, config, self.now, &apps));
            self.costs.place += start.elapsed();
        }
        !self.queue.is_empty()
    }
}
