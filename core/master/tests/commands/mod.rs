//! Random commands.

mod sharing;

use std::time::Duration;

use base_ids::{AgentId, ExecutorId, FrameworkId, OfferId, OperationId, Uuid};
use core_machine::Random;
use core_master::{
    Agent, Command, Digest, Face, InverseOffer, JoinAgent, Launch, Master, Offer, OfferOperation, Proof, Subscribe,
    Task,
};
use model_cluster::{Capability, FrameworkSpec, MachineId, Source, TaskState, TaskStatus, Unavailability, Window};
use model_resources::{Operation, Reservation, Resources};
use wire_link::{Birth, ExecutorExit, ExecutorReport, Failure, Holdings, Origin, TaskReport, Update};

use crate::{
    executor::executor,
    operation::operation,
    support::{TOKEN, World, framework, hello, stacked::stacked, task},
};

const FRAMEWORKS: [(&str, &[&str], bool, Face); 4] = [
    ("a", &["x", "y/z"], true, Face::Offers),
    ("b", &["x"], false, Face::Offers),
    ("c", &["*"], true, Face::Watch),
    ("d", &["y"], false, Face::Watch),
];
const STATES: [TaskState; 6] = [
    TaskState::Starting,
    TaskState::Running,
    TaskState::Running,
    TaskState::Killing,
    TaskState::Finished,
    TaskState::Failed,
];
const NEEDS: [&str; 8] = [
    "^cpus:1",
    "^cpus:0.5+mem:32",
    "mem:32+x@v:64",
    "mem:32+x@w*:32",
    "cpus:1",
    "cpus:0.5;mem:64",
    "mem:32;ports:[31000-31001]",
    "cpus:3;ports:[31001-31001]",
];

/// The last is the second with other resources.
const EXECUTORS: [(&str, &str); 5] = [
    ("h", "^cpus:0.5+mem:8"),
    ("e", "mem:16"),
    ("f", "cpus:0.25;mem:16"),
    ("g", "mem:16+x@w*:32"),
    ("f", "mem:8"),
];

const OPERATIONS: [(&str, &str); 9] = [
    ("reserve", "x!disk:100"),
    ("reserve", "y,y/z!cpus:1"),
    ("reserve", "y/z!cpus:1;disk:50"),
    ("unreserve", "x!disk:10"),
    ("create", "x@v:64"),
    ("create", "x@w*:32"),
    ("destroy", "x@v:64"),
    ("grow", "x@v:64+x!disk:16"),
    ("shrink", "x@v:80-16"),
];

/// A command that makes sense in a state, or one that does not; none if the dice ask for what is not there.
pub fn command(world: &World, random: Random) -> Option<Command> {
    Script { world, random }.command()
}

struct Script<'a> {
    world: &'a World,
    random: Random,
}

impl Script<'_> {
    fn state(&self) -> &Master {
        self.world.driver.state()
    }

    fn one_of<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let at = self.random.below(items.len() as u64) as usize;
        items.get(at).cloned()
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.random.below(100) < percent
    }

    fn agent(&mut self) -> AgentId {
        let n = self.random.below(5);
        AgentId::from(format!("C-S{n}"))
    }

    fn framework(&mut self) -> FrameworkId {
        let (name, ..) = FRAMEWORKS[self.random.below(4) as usize];
        FrameworkId::from(name)
    }

    fn task(&mut self) -> Option<Task> {
        let tasks: Vec<Task> = self.state().tasks().map(|(_, task)| task.clone()).collect();
        self.one_of(&tasks)
    }

    fn launches(&mut self, agent: Option<AgentId>) -> Vec<Launch> {
        let count = self.random.below(4);
        let launch = |script: &mut Self| Launch {
            agent_id: agent.clone().unwrap_or_else(|| script.agent()),
            role: None,
            task: {
                let (n, needs) = (script.random.below(40), script.random.below(8));
                task(&format!("t{n}"), NEEDS[needs as usize])
            },
        };
        (0..count).map(|_| launch(self)).collect()
    }

    /// Lets some tasks have executors, or makes one group of all, for one executor.
    fn add_executors(&mut self, launches: &mut [Launch]) {
        if self.chance(50) {
            return;
        }
        let (id, resources) = self.one_of(&EXECUTORS).unwrap();
        let group: Vec<_> = launches.iter().map(|launch| launch.task.task_id.clone()).collect();
        let whole = self.chance(40);
        for launch in launches {
            if whole || self.chance(60) {
                launch.task.executor = Some(Box::new(executor(id, resources)));
            }
            if whole {
                launch.task.group = group.clone();
            }
        }
    }

    fn operation(&mut self) -> Operation {
        let (verb, what) = self.one_of(&OPERATIONS).unwrap();
        operation(verb, what)
    }

    /// Launches and operations in any order; half of the operations turn just what is offered into something else.
    fn operations(&mut self, offer: &Offer) -> Vec<OfferOperation> {
        let mut launches = self.launches(Some(offer.agent_id.clone()));
        self.add_executors(&mut launches);
        let mut operations: Vec<_> = launches.into_iter().map(OfferOperation::Launch).collect();
        for _ in 0..self.random.below(4) {
            let operation_id = self
                .chance(50)
                .then(|| OperationId::from(format!("o{}", self.random.below(30))));
            let operation = if self.chance(50) {
                self.operation()
            } else {
                self.fitting(offer)
            };
            let at = self.random.below(operations.len() as u64 + 1) as usize;
            operations.insert(
                at,
                OfferOperation::Convert {
                    operation_id,
                    operation,
                },
            );
        }
        operations
    }

    fn fitting(&mut self, offer: &Offer) -> Operation {
        let (reserved, plain) = (offer.resources.reserved(), offer.resources.unreserved());
        let volumes = reserved.persistent_volumes();
        let bare = reserved.filter(|r| !r.is_persistent_volume());
        match self.random.below(4) {
            0 if !volumes.is_empty() => Operation::Destroy { volumes },
            1 if !bare.is_empty() => Operation::Unreserve { resources: bare },
            _ => Operation::Reserve {
                source: Resources::new(),
                resources: plain
                    .push_reservation(&Reservation::dynamic(offer.role.clone(), None))
                    .unwrap_or_default(),
            },
        }
    }

    /// An agent has the holdings it was last told, earlier ones, or some that the journal has lost.
    fn hold(&mut self) -> Option<Command> {
        let agent_id = self.agent();
        let mut holdings = self.state().agent(&agent_id)?.holdings.clone();
        if self.chance(10) {
            let version = holdings.version.saturating_sub(1) + self.random.below(3);
            let with = &holdings.resources + &stacked("x!mem:16+x@lost:8");
            let made = if self.chance(50) { stacked("x!mem:16") } else { with };
            holdings = holdings.following(version, 9, made, &[]);
        } else if self.chance(20) {
            holdings.version = holdings.version.saturating_sub(1);
        }
        let failures = if self.chance(20) {
            self.failures(&holdings)
        } else {
            Vec::new()
        };
        Some(Command::AgentHolds {
            agent_id,
            holdings,
            failures,
        })
    }

    /// Some of the volumes can't be made, some not be wiped.
    fn failures(&mut self, holdings: &Holdings) -> Vec<Failure> {
        let deaths = holdings.destroyed.iter().map(|death| death.birth.clone());
        let births: Vec<Birth> = holdings.born.iter().cloned().chain(deaths).collect();
        let failing: Vec<Birth> = births.into_iter().filter(|_| self.chance(50)).collect();
        let failure = |birth: Birth| Failure {
            resource: stacked(&format!("{}@{}:8", birth.role, birth.id))
                .iter()
                .next()
                .unwrap()
                .clone(),
            birth,
            why: "No space left on device".into(),
        };
        failing.into_iter().map(failure).collect()
    }

    fn command(&mut self) -> Option<Command> {
        Some(match self.random.below(40) {
            38 | 39 => self.share(),
            29 | 30 => self.operate(),
            31 => self.maintain(),
            37 => self.oversubscribe(),
            32 => self.answer_inverse()?,
            33 | 34 => self.report_executors(),
            35 => self.end_executor()?,
            36 => self.shut_down_executor()?,
            0 | 1 => self.join(),
            2 | 3 => self.report(),
            4..=7 => self.update()?,
            8 => Command::AgentPong { agent_id: self.agent() },
            9 if self.chance(50) => {
                let agent_id = self.agent();
                Command::AgentClosed {
                    connection: self.state().agent_connection(&agent_id)?,
                    agent_id,
                }
            }
            10 if self.chance(10) => Command::MarkAgentGone { agent_id: self.agent() },
            11 | 12 => self.subscribe(),
            13 if self.chance(50) => {
                let framework_id = self.framework();
                Command::FrameworkClosed {
                    connection: self.state().framework_connection(&framework_id)?,
                    framework_id,
                }
            }
            14 | 15 => self.answer()?,
            16 => Command::Revive {
                framework_id: self.framework(),
                roles: Vec::new(),
            },
            17 => Command::Suppress {
                framework_id: self.framework(),
                roles: Vec::new(),
            },
            18 => {
                let task = self.task()?;
                let framework_id = self.state().framework_at(task.framework)?.framework_id.clone();
                let grace = self.chance(50).then_some(Duration::from_secs(3));
                Command::Kill {
                    framework_id,
                    task_id: task.spec.task_id.clone(),
                    agent_id: None,
                    grace,
                }
            }
            19 | 20 => {
                let task = self.task()?;
                let framework_id = self.state().framework_at(task.framework)?.framework_id.clone();
                let uuid = task.unacknowledged.first()?.uuid?;
                let (agent_id, task_id) = (task.agent_id.clone(), task.spec.task_id.clone());
                Command::Acknowledge {
                    framework_id,
                    agent_id,
                    task_id,
                    uuid,
                }
            }
            21 => Command::Reconcile {
                framework_id: self.framework(),
                tasks: Vec::new(),
            },
            22 if self.chance(10) => Command::Teardown {
                framework_id: self.framework(),
            },
            23 | 24 => self.hold()?,
            25 => Command::ConvertResources {
                agent_id: self.agent(),
                operation: self.operation(),
            },
            26 => {
                let operations: Vec<_> = self.state().operations().map(|(_, known)| known.clone()).collect();
                let operation = self.one_of(&operations)?;
                Command::AcknowledgeOperation {
                    framework_id: self.state().framework_at(operation.framework)?.framework_id.clone(),
                    operation_id: operation.operation_id,
                    uuid: operation.status.uuid?,
                }
            }
            27 => Command::ReconcileOperations {
                framework_id: self.framework(),
                operations: vec![(OperationId::from("o1"), Some(self.agent()))],
            },
            _ => Command::Commit {
                framework_id: self.framework(),
                launches: self.launches(None),
            },
        })
    }

    /// The executors of an agent by the journal, less some, and some that the journal has not.
    fn report_executors(&mut self) -> Command {
        let agent_id = self.agent();
        let agent = self.state().agent(&agent_id);
        let known: Vec<_> = agent
            .into_iter()
            .flat_map(|agent| agent.executors.keys().cloned())
            .collect();
        let mut executors: Vec<_> = known.into_iter().filter(|_| self.chance(80)).collect();
        if self.chance(20) {
            executors.push((self.framework(), ExecutorId::from("e")));
        }
        let origin = self.origin();
        let report = |(framework_id, executor_id)| ExecutorReport {
            framework_id,
            executor_id,
            origin,
        };
        Command::AgentExecutors {
            agent_id,
            executors: executors.into_iter().map(report).collect(),
        }
    }

    fn executor(&mut self) -> Option<(AgentId, FrameworkId, ExecutorId)> {
        let state = self.state();
        let of_agent = |(_, agent): (u32, &Agent)| {
            let agent_id = agent.agent_id.clone();
            let keys: Vec<_> = agent.executors.keys().cloned().collect();
            keys.into_iter()
                .map(move |(framework_id, executor_id)| (agent_id.clone(), framework_id, executor_id))
        };
        let all: Vec<_> = state.agents().flat_map(of_agent).collect();
        self.one_of(&all)
    }

    fn end_executor(&mut self) -> Option<Command> {
        let (agent_id, framework_id, executor_id) = self.executor()?;
        let exit = ExecutorExit {
            framework_id,
            executor_id,
            status: 0,
        };
        Some(Command::ExecutorExited { agent_id, exit })
    }

    fn shut_down_executor(&mut self) -> Option<Command> {
        let (agent_id, framework_id, executor_id) = self.executor()?;
        Some(Command::ShutdownExecutor {
            framework_id,
            agent_id,
            executor_id,
        })
    }

    fn operate(&mut self) -> Command {
        let agent_id = self.agent();
        match self.random.below(4) {
            0 => Command::DrainAgent {
                agent_id,
                max_grace: self.chance(50).then_some(Duration::from_secs(2)),
                mark_gone: self.chance(10),
            },
            1 => Command::DeactivateAgent { agent_id },
            _ => Command::ReactivateAgent { agent_id },
        }
    }

    fn oversubscribe(&mut self) -> Command {
        let amounts = ["", "^cpus:1", "^cpus:3", "^cpus:2;mem:64"];
        let text = self.one_of(&amounts).unwrap_or_default();
        Command::AgentOversubscribes {
            agent_id: self.agent(),
            resources: stacked(text),
        }
    }

    fn maintain(&mut self) -> Command {
        let machine = MachineId::new(Some("host"), None);
        match self.random.below(4) {
            0 => Command::ScheduleMaintenance {
                windows: vec![Window {
                    machines: vec![machine],
                    unavailability: Unavailability {
                        start_nanos: 1,
                        duration_nanos: None,
                    },
                }],
            },
            1 if self.chance(40) => Command::StartMaintenance {
                machines: vec![machine],
            },
            2 => Command::ScheduleMaintenance { windows: Vec::new() },
            _ => Command::StopMaintenance {
                machines: vec![machine],
            },
        }
    }

    fn answer_inverse(&mut self) -> Option<Command> {
        let offers: Vec<InverseOffer> = self.state().inverse_offers().cloned().collect();
        let offer = self.one_of(&offers)?;
        Some(Command::AnswerInverseOffers {
            framework_id: offer.framework_id,
            offer_ids: vec![offer.offer_id],
            accepted: self.chance(50),
            refuse: None,
        })
    }

    fn join(&mut self) -> Command {
        let known = self.chance(60);
        let cpus = 4 + 2 * self.random.below(2);
        let mut hello = hello(&format!("cpus:{cpus};mem:512;disk:256;ports:[31000-31009]"));
        hello.agent_id = known.then(|| self.agent());
        hello.index = self.random.below(3) * 100;
        let credential = Digest([9; 32]);
        Command::JoinAgent(JoinAgent {
            hello,
            proof: if known {
                Proof::Credential(credential)
            } else {
                Proof::JoinToken(TOKEN)
            },
            new_credential: (!known).then_some(credential),
            connection: self.random.next_u64(),
        })
    }

    /// A place in this journal, or in one that has parted from it.
    fn origin(&mut self) -> Origin {
        let (leadership, index) = (if self.chance(30) { 1 } else { 9 }, 10);
        Origin { leadership, index }
    }

    /// What the agent has by the journal, less some, and some that the journal has not.
    fn report(&mut self) -> Command {
        let agent_id = self.agent();
        let state = self.world.driver.state().clone();
        let mut tasks = Vec::new();
        for (_, task) in state.tasks().filter(|(_, task)| task.agent_id == agent_id) {
            if self.chance(80) {
                let framework_id = state.framework_at(task.framework).unwrap().framework_id.clone();
                let fresh = self
                    .chance(20)
                    .then(|| Uuid::from_random(u128::from(self.random.below(1 << 40))));
                let last = fresh.map(|uuid| TaskStatus {
                    uuid: Some(uuid),
                    healthy: Some(true),
                    ..TaskStatus::new(
                        task.spec.task_id.clone(),
                        TaskState::Running,
                        Source::Agent,
                        task.launched_at,
                    )
                });
                tasks.push(TaskReport {
                    framework_id,
                    task: task.spec.as_ref().clone(),
                    state: TaskState::Running,
                    last,
                    origin: self.origin(),
                });
            }
        }
        if self.chance(20) {
            let (n, framework_id) = (self.random.below(60), self.framework());
            let mut task = task(&format!("t{n}"), "mem:32");
            if self.chance(30) {
                let (id, resources) = self.one_of(&EXECUTORS).unwrap();
                task.executor = Some(Box::new(executor(id, resources)));
            }
            tasks.push(TaskReport {
                framework_id,
                task,
                state: TaskState::Running,
                last: None,
                origin: self.origin(),
            });
        }
        Command::AgentReport { agent_id, tasks }
    }

    fn update(&mut self) -> Option<Command> {
        let task = self.task()?;
        let framework_id = self.state().framework_at(task.framework)?.framework_id.clone();
        let mut status = TaskStatus::new(
            task.spec.task_id.clone(),
            self.one_of(&STATES)?,
            Source::Agent,
            self.world.now,
        );
        let number = if self.chance(80) { self.random.next_u64() } else { 7 };
        status.uuid = Some(Uuid::from_random(number.into()));
        Some(Command::AgentUpdate {
            agent_id: task.agent_id.clone(),
            update: Update { framework_id, status },
        })
    }

    fn subscribe(&mut self) -> Command {
        let (name, roles, aware, face) = FRAMEWORKS[self.random.below(4) as usize];
        let generated = self.chance(5);
        Command::Subscribe(Subscribe {
            framework_id: (!generated).then(|| FrameworkId::from(name)),
            spec: able(framework(roles, aware, 1000 * self.random.below(200))),
            face,
            force: self.chance(50),
            connection: self.random.next_u64(),
        })
    }

    fn answer(&mut self) -> Option<Command> {
        let offers: Vec<_> = self.state().offers().cloned().collect();
        let offer = self.one_of(&offers)?;
        let (framework_id, offer_ids): (_, Vec<OfferId>) = (offer.framework_id.clone(), vec![offer.offer_id.clone()]);
        let refuse = self.chance(70).then(|| Duration::from_secs(self.random.below(30)));
        Some(if self.chance(60) {
            let operations = self.operations(&offer);
            Command::Accept {
                framework_id,
                offer_ids,
                operations,
                refuse,
            }
        } else {
            Command::Decline {
                framework_id,
                offer_ids,
                refuse,
            }
        })
    }
}

/// A framework that can use everything.
fn able(mut spec: FrameworkSpec) -> FrameworkSpec {
    spec.capabilities.extend([
        Capability::SharedResources,
        Capability::ReservationRefinement,
        Capability::RevocableResources,
    ]);
    spec
}
