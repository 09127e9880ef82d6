//! Frameworks of ten kinds on one pool, in simulated time: who wants gets its fair share, who does not starves nobody.

mod support;

use std::{collections::BTreeMap, time::Duration};

use base_ids::{AgentId, FrameworkId, TaskId, Uuid};
use core_master::{Command, Digest, Face, JoinAgent, Launch, Master, Offer, OfferOperation, Proof, Subscribe};
use model_cluster::{Source, TaskState, TaskStatus};
use model_resources::{Name, Quantities, Role, Scalar};
use support::{TOKEN, World, framework, hello, task};
use wire_link::Update;

/// A task; the pool is forty of them.
const PIECE: &str = "cpus:0.5;mem:16";
const AGENTS: usize = 10;

/// How a framework answers its offers.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Takes a piece of each and holds it.
    Service,
    /// Runs one short task after the other.
    Batch,
    /// Never answers.
    Hoarder,
    /// Wants none of them for so many seconds.
    Decliner(u64),
    /// Commits four pieces on what it sees, and no more.
    Watcher,
    /// Has said that it wants nothing.
    Suppressed,
}

const KINDS: [(&str, Kind, &[&str]); 10] = [
    ("service", Kind::Service, &["a"]),
    ("weighted", Kind::Service, &["b"]),
    ("several", Kind::Service, &["c", "d"]),
    ("below", Kind::Service, &["e/f"]),
    ("batch", Kind::Batch, &["batch"]),
    ("hoarder", Kind::Hoarder, &["hoard"]),
    ("idle", Kind::Decliner(5), &["idle"]),
    ("decliner", Kind::Decliner(3600), &["no"]),
    ("apps", Kind::Watcher, &["*"]),
    ("suppressed", Kind::Suppressed, &["quiet"]),
];

struct Pool {
    world: World,
    count: u128,
    finished: usize,
    /// The offers of each framework so far.
    asked: BTreeMap<FrameworkId, usize>,
}

impl Pool {
    fn new() -> Self {
        let mut world = World::with(Master::default(), |config| {
            config.offer_timeout = Some(Duration::from_secs(2));
            // Nothing but memory is of no use to anybody here, and would count as a share while it is on offer.
            config.minimums = vec![Quantities::parse("cpus:0.1").unwrap()];
        });
        world.wait(Duration::ZERO);
        let mut pool = Self {
            world,
            count: 0,
            finished: 0,
            asked: BTreeMap::new(),
        };
        let weights = vec![(Role::new("b").unwrap(), 2.0)];
        pool.submit(Command::UpdateWeights { weights });
        for (name, kind, roles) in KINDS {
            let mut spec = framework(roles, false, 0);
            if kind == Kind::Suppressed {
                spec.suppressed = spec.roles.clone();
            }
            let face = if kind == Kind::Watcher {
                Face::Watch
            } else {
                Face::Offers
            };
            let framework_id = Some(FrameworkId::from(name));
            let (force, connection) = (false, 1);
            pool.submit(Command::Subscribe(Subscribe {
                framework_id,
                spec,
                face,
                force,
                connection,
            }));
        }
        (0..AGENTS).for_each(|number| pool.join(number));
        pool
    }

    fn join(&mut self, number: usize) {
        self.submit(Command::JoinAgent(JoinAgent {
            hello: hello("cpus:2;mem:512"),
            proof: Proof::JoinToken(TOKEN),
            new_credential: Some(Digest([9; 32])),
            connection: 1,
        }));
        let agent_id = AgentId::from(format!("C-S{number}"));
        let tasks = Vec::new();
        self.submit(Command::AgentReport { agent_id, tasks });
    }

    fn submit(&mut self, command: Command) {
        drop(self.world.submit(command));
    }

    /// Every framework answers what it is offered; then a moment passes.
    fn round(&mut self) {
        for (name, kind, _) in KINDS {
            let framework_id = FrameworkId::from(name);
            let offers: Vec<Offer> = self.world.driver.state().offers_of(&framework_id).cloned().collect();
            *self.asked.entry(framework_id.clone()).or_default() += offers.len();
            if kind == Kind::Watcher {
                self.commit(&framework_id);
            }
            offers.iter().for_each(|offer| self.answer(kind, offer));
        }
        self.finish();
        for number in 0..AGENTS {
            let agent_id = AgentId::from(format!("C-S{number}"));
            self.submit(Command::AgentPong { agent_id });
        }
        self.world.wait(Duration::from_secs(1));
    }

    fn answer(&mut self, kind: Kind, offer: &Offer) {
        let fits = offer.resources.contains(&task("", PIECE).resources);
        let busy = kind == Kind::Batch && self.pieces("batch") > 0.0;
        let refuse = |seconds: u64| Some(Duration::from_secs(seconds));
        match kind {
            Kind::Service | Kind::Batch if fits && !busy => {
                let operations = vec![OfferOperation::Launch(self.launch(&offer.agent_id))];
                self.submit(Command::Accept {
                    framework_id: offer.framework_id.clone(),
                    offer_ids: vec![offer.offer_id.clone()],
                    operations,
                    refuse: refuse(0),
                });
            }
            Kind::Service | Kind::Batch => self.decline(offer, refuse(1)),
            Kind::Decliner(seconds) => self.decline(offer, refuse(seconds)),
            Kind::Hoarder | Kind::Watcher | Kind::Suppressed => {}
        }
    }

    fn decline(&mut self, offer: &Offer, refuse: Option<Duration>) {
        self.submit(Command::Decline {
            framework_id: offer.framework_id.clone(),
            offer_ids: vec![offer.offer_id.clone()],
            refuse,
        });
    }

    fn launch(&mut self, agent_id: &AgentId) -> Launch {
        self.count += 1;
        Launch {
            agent_id: agent_id.clone(),
            role: None,
            task: task(&format!("t{}", self.count), PIECE),
        }
    }

    fn commit(&mut self, framework_id: &FrameworkId) {
        for number in 0..AGENTS {
            if self.pieces("*") < 4.0 {
                let launches = vec![self.launch(&AgentId::from(format!("C-S{number}")))];
                let framework_id = framework_id.clone();
                self.submit(Command::Commit { framework_id, launches });
            }
        }
    }

    /// The tasks of the batch end.
    fn finish(&mut self) {
        let framework_id = FrameworkId::from("batch");
        let state = self.world.driver.state();
        let of_batch = state.tasks().filter(|(_, task)| {
            let owner = state.framework_at(task.framework);
            !task.is_over() && owner.is_some_and(|owner| owner.framework_id == framework_id)
        });
        let due: Vec<(TaskId, AgentId)> = of_batch
            .filter_map(|(_, task)| Some((task.spec.task_id.clone(), state.agent_at(task.agent)?.agent_id.clone())))
            .collect();
        for (task_id, agent_id) in due {
            self.count += 1;
            let uuid = Uuid::from_random(self.count << 80);
            let mut status = TaskStatus::new(task_id.clone(), TaskState::Finished, Source::Agent, self.world.now);
            status.uuid = Some(uuid);
            let update = Update {
                framework_id: framework_id.clone(),
                status,
            };
            self.submit(Command::AgentUpdate {
                agent_id: agent_id.clone(),
                update,
            });
            self.submit(Command::Acknowledge {
                framework_id: framework_id.clone(),
                agent_id,
                task_id,
                uuid,
            });
            self.finished += 1;
        }
    }

    /// How many pieces the tasks of a role have.
    fn pieces(&self, role: &str) -> f64 {
        let tasks = self.world.driver.state().tasks();
        let of_role = tasks.filter(|(_, task)| !task.is_over() && task.role.as_str() == role);
        let cpus = of_role.fold(Scalar::ZERO, |sum, (_, task)| {
            sum + task.spec.resources.scalar(&Name::Cpus)
        });
        cpus.to_f64() / 0.5
    }
}

#[test]
fn everybody_who_wants_gets_a_fair_share() {
    let mut pool = Pool::new();
    (0..120).for_each(|_| pool.round());
    // Those who want or hold something have the weight 9 together, of which two thirds of one are more than the apps want.
    for (role, weight) in [("a", 1.0), ("b", 2.0), ("c", 1.0), ("d", 1.0), ("e/f", 1.0)] {
        assert!(pool.pieces(role) >= weight * 4.0, "{role} has {}", pool.pieces(role));
    }
    assert_eq!(pool.pieces("*"), 4.0, "the watch face");
    let before = pool.finished;
    (0..60).for_each(|_| pool.round());
    assert!(pool.finished >= before + 10, "the batch goes on while the pool is full");
    assert_eq!(pool.asked[&FrameworkId::from("suppressed")], 0);
    assert!(pool.asked[&FrameworkId::from("decliner")] > 0);

    for name in ["hoarder", "batch"] {
        let framework_id = FrameworkId::from(name);
        pool.submit(Command::FrameworkClosed {
            framework_id,
            connection: 1,
        });
    }
    (0..60).for_each(|_| pool.round());
    let roles = [("a", 1.0), ("b", 2.0), ("c", 1.0), ("d", 1.0), ("e/f", 1.0)];
    let all: f64 = roles.iter().map(|(role, _)| pool.pieces(role)).sum();
    assert_eq!(all, 36.0, "the pool is used up");
    for (role, weight) in roles {
        let share = pool.pieces(role) / weight;
        assert!(
            (share - 6.0).abs() <= 1.0,
            "{role} of weight {weight} has {share} a weight"
        );
    }
}
