//! A framework that uses offers: it accepts, declines, forgets, kills, acknowledges late and comes back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base_ids::{AgentId, FrameworkId, OfferId, TaskId, Uuid};
use core_control::{Command, Control};
use core_master::{Command as Pool, Event as PoolEvent, Face, Launch, Offer, OfferOperation, Subscribe};
use model_cluster::{Capability, FrameworkSpec, Program, TaskSpec, TaskState, TaskStatus};
use model_resources::{Name, Ranges, Resource, Resources, Role, Scalar};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use crate::engine::Answer;
use crate::fault::Fault;
use crate::master::Reply;
use crate::world::{Event, SECOND, World};

/// The most tasks that it runs at once.
const MAX_TASKS: usize = 8;

/// What a framework hears.
#[derive(Clone, Debug)]
pub(crate) enum News {
    Subscribed,
    Offers(Vec<Offer>),
    Rescind(OfferId),
    Status(Option<AgentId>, Arc<TaskStatus>),
    Error,
}

/// A task as its framework sees it.
#[derive(Clone, Debug)]
struct Seen {
    agent_id: AgentId,
    state: TaskState,
    uuids: Vec<Uuid>,
}

pub(crate) struct Framework {
    number: usize,
    pub(crate) id: Option<FrameworkId>,
    spec: FrameworkSpec,
    /// The number of its connection; 0 for none.
    connection: u64,
    heard_until: u64,
    offers: BTreeMap<OfferId, Offer>,
    tasks: BTreeMap<TaskId, Seen>,
    launched: u64,
    /// When it last heard of offers.
    offered_at: u64,
}

impl Framework {
    pub(crate) fn new(number: usize, rng: &mut ChaCha8Rng) -> Self {
        let mut capabilities = vec![Capability::MultiRole, Capability::ReservationRefinement];
        if rng.random_bool(0.5) {
            capabilities.push(Capability::PartitionAware);
        }
        if number % 2 == 1 {
            capabilities.push(Capability::RevocableResources);
        }
        let spec = FrameworkSpec {
            name: format!("framework{number}"),
            user: String::new(),
            roles: vec![Role::new(&format!("data{number}")).expect("a role")],
            suppressed: Vec::new(),
            capabilities,
            failover_timeout_ms: [20_000, 600_000][rng.random_range(0..2)],
            checkpoint: true,
            hostname: None,
            principal: None,
            webui_url: None,
            labels: Vec::new(),
            multi_role: true,
            minimums: Default::default(),
            constraints: Default::default(),
        };
        let (offers, tasks) = (BTreeMap::new(), BTreeMap::new());
        Self {
            number,
            id: None,
            spec,
            connection: 0,
            heard_until: 0,
            offers,
            tasks,
            launched: 0,
            offered_at: 0,
        }
    }

    /// What it says of itself.
    pub(crate) fn spec(&self) -> &FrameworkSpec {
        &self.spec
    }

    /// When it last heard of offers, in microseconds.
    pub(crate) fn offered_at(&self) -> u64 {
        self.offered_at
    }

    /// The tasks that by the updates it took are not over.
    pub(crate) fn believed(&self) -> impl Iterator<Item = &TaskId> {
        let believed = |seen: &Seen| !seen.state.is_terminal() && !seen.uuids.is_empty();
        self.tasks
            .iter()
            .filter(move |(_, seen)| believed(seen))
            .map(|(id, _)| id)
    }

    /// Its connection is gone.
    pub(crate) fn disconnect(&mut self) {
        self.connection = 0;
        self.offers.clear();
    }

    /// How many tasks it believes to have.
    pub(crate) fn live(&self) -> impl Iterator<Item = &TaskId> {
        self.tasks
            .iter()
            .filter(|(_, seen)| !seen.state.is_terminal())
            .map(|(id, _)| id)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connection > 0
    }
}

impl World {
    pub(crate) fn framework_acts(&mut self, number: usize) {
        self.after(SECOND / 2, 4 * SECOND, Event::Framework { framework: number });
        if self.master.engine.is_none() {
            return;
        }
        if self.frameworks[number].connection == 0 {
            return self.subscribe(number);
        }
        let offers: Vec<Offer> = self.frameworks[number].offers.values().cloned().collect();
        for offer in offers {
            self.answer_offer(number, &offer);
        }
        if self.stormy {
            self.meddle(number);
        }
    }

    fn subscribe(&mut self, number: usize) {
        let connection = self.network.next_number();
        let framework = &mut self.frameworks[number];
        framework.connection = connection;
        let command = Pool::Subscribe(Subscribe {
            framework_id: framework.id.clone(),
            spec: framework.spec.clone(),
            face: Face::Offers,
            force: true,
            connection,
        });
        self.ask(
            "framework",
            Command::Master(command),
            Reply::Subscribed {
                framework: number,
                connection,
            },
        );
    }

    pub(crate) fn subscribed(&mut self, number: usize, connection: u64, answer: Answer<Control>) {
        if self.frameworks[number].connection != connection {
            // It gave up before it was answered.
            let connected = answer
                .ok()
                .and_then(|outcome| outcome.events.iter().find_map(connected_id));
            if let Some(framework_id) = connected {
                self.tell(
                    "framework",
                    Command::Master(Pool::FrameworkClosed {
                        framework_id,
                        connection,
                    }),
                );
            }
            return;
        }
        match answer.map(|outcome| outcome.events.iter().find_map(connected_id)) {
            Ok(Some(id)) => self.frameworks[number].id = Some(id),
            Ok(None) => self.fail("a framework subscribed and nothing came of it".to_owned()),
            Err(failure) => {
                self.note(format_args!("framework {number} is refused: {failure:?}"));
                let framework = &mut self.frameworks[number];
                framework.disconnect();
                if matches!(failure, crate::engine::Failure::Rejected(_)) {
                    framework.id = None;
                    framework.tasks.clear();
                }
                return;
            }
        }
        if let Some(id) = self.frameworks[number].id.clone() {
            self.note(format_args!("framework {number} is {id} on {connection}"));
            self.send_framework(&id, News::Subscribed);
        }
    }

    /// Sends on the framework's stream, if the master knows one for it.
    pub(crate) fn send_framework(&mut self, id: &FrameworkId, news: News) {
        let known = self
            .master
            .state()
            .and_then(|state| state.master.framework_connection(id));
        let found = match known {
            Some(connection) => self.frameworks.iter().position(|f| f.connection == connection),
            None if matches!(news, News::Error) => self.framework_of(id),
            None => None,
        };
        let Some(number) = found else { return };
        let at = self.now + self.rng.random_range(1_000..100_000);
        let framework = &mut self.frameworks[number];
        framework.heard_until = framework.heard_until.max(at);
        let (at, connection) = (framework.heard_until, framework.connection);
        self.queue.put(
            at,
            Event::News {
                framework: number,
                connection,
                news,
            },
        );
    }

    pub(crate) fn news(&mut self, number: usize, connection: u64, news: News) {
        if self.frameworks[number].connection != connection || connection == 0 {
            return;
        }
        match news {
            News::Subscribed => {
                let id = self.frameworks[number].id.clone();
                if let Some(framework_id) = id {
                    self.call_later(
                        number,
                        Pool::Reconcile {
                            framework_id,
                            tasks: Vec::new(),
                        },
                    );
                }
            }
            News::Offers(offers) => {
                self.frameworks[number].offered_at = self.now;
                let new = offers.into_iter().map(|offer| (offer.offer_id.clone(), offer));
                self.frameworks[number].offers.extend(new);
            }
            News::Rescind(offer_id) => drop(self.frameworks[number].offers.remove(&offer_id)),
            News::Status(agent_id, status) => self.status(number, agent_id, status),
            News::Error => {
                self.note(format_args!("framework {number} is no more"));
                let framework = &mut self.frameworks[number];
                framework.disconnect();
                framework.id = None;
                framework.tasks.clear();
            }
        }
    }

    /// A task's state may not go back, as far as the reliable updates tell it.
    fn status(&mut self, number: usize, agent_id: Option<AgentId>, status: Arc<TaskStatus>) {
        self.note(format_args!(
            "framework {number} hears {} {}",
            status.task_id, status.state
        ));
        let framework = &mut self.frameworks[number];
        let Some(uuid) = status.uuid else {
            // A refused launch or an answer: of no further interest once the task is over.
            if status.state.is_terminal() || status.state == TaskState::Unknown {
                framework.tasks.remove(&status.task_id);
            }
            return;
        };
        let Some(agent_id) = agent_id else {
            return self.fail(format!("an update of {} without an agent", status.task_id));
        };
        let fresh = Seen {
            agent_id: agent_id.clone(),
            state: TaskState::Staging,
            uuids: Vec::new(),
        };
        let seen = framework.tasks.entry(status.task_id.clone()).or_insert(fresh);
        let (before, known) = (seen.state, seen.uuids.contains(&uuid));
        if !known {
            seen.uuids.push(uuid);
            seen.state = status.state;
        }
        let back = before.is_terminal() || (status.state.rank() < before.rank() && before != TaskState::Unreachable);
        if back && !known {
            let (task_id, after) = (&status.task_id, status.state);
            return self.fail(format!(
                "framework {number} sees task {task_id} go back from {before} to {after}"
            ));
        }
        let Some(framework_id) = framework.id.clone() else {
            return;
        };
        let task_id = status.task_id.clone();
        let acknowledge = Pool::Acknowledge {
            framework_id,
            agent_id,
            task_id,
            uuid,
        };
        if self.stormy && self.chance(25) {
            self.count(Fault::LateAck);
            let connection = self.frameworks[number].connection;
            self.after(
                5 * SECOND,
                40 * SECOND,
                Event::Call {
                    framework: number,
                    connection,
                    command: acknowledge,
                },
            );
        } else {
            self.call_later(number, acknowledge);
        }
    }

    fn call_later(&mut self, number: usize, command: Pool) {
        let connection = self.frameworks[number].connection;
        self.after(
            1_000,
            200_000,
            Event::Call {
                framework: number,
                connection,
                command,
            },
        );
    }

    /// A call arrives. A stream that is gone takes none.
    pub(crate) fn call(&mut self, number: usize, connection: u64, command: Pool) {
        if self.frameworks[number].connection == connection && connection > 0 {
            self.tell("framework", Command::Master(command));
        }
    }

    fn answer_offer(&mut self, number: usize, offer: &Offer) {
        if let Some(command) = self.stormy.then(|| self.store(offer)).flatten() {
            self.frameworks[number].offers.remove(&offer.offer_id);
            return self.call_later(number, command);
        }
        let full = self.frameworks[number].live().count() >= MAX_TASKS;
        let dice = self.rng.random_range(0..10);
        let (framework_id, offer_ids) = (offer.framework_id.clone(), vec![offer.offer_id.clone()]);
        let command = match dice {
            0..3 if self.stormy && !full => {
                let launches = self.launches(number, offer);
                for launch in &launches {
                    let seen = Seen {
                        agent_id: launch.agent_id.clone(),
                        state: TaskState::Staging,
                        uuids: Vec::new(),
                    };
                    self.frameworks[number].tasks.insert(launch.task.task_id.clone(), seen);
                }
                Pool::Accept {
                    framework_id,
                    offer_ids,
                    operations: launches.into_iter().map(OfferOperation::Launch).collect(),
                    refuse: Some(Duration::from_secs(2)),
                }
            }
            0..5 if self.stormy => return,
            _ => {
                let refuse = Some(Duration::from_secs(self.rng.random_range(1..20)));
                Pool::Decline {
                    framework_id,
                    offer_ids,
                    refuse,
                }
            }
        };
        self.frameworks[number].offers.remove(&offer.offer_id);
        self.call_later(number, command);
    }

    fn launches(&mut self, number: usize, offer: &Offer) -> Vec<Launch> {
        let mut ports = offer.resources.ports();
        let mut launches = Vec::new();
        for _ in 0..self.rng.random_range(1..3) {
            let mut resources = Resources::new();
            let spare = offer.resources.revocable().cpus() >= Scalar::from_millis(200);
            let cpus = Resource::new(Name::Cpus, Scalar::from_millis(100)).with_revocable(spare);
            resources.insert(cpus);
            resources.insert(Resource::new(Name::Mem, Scalar::from_units(32)));
            if let Some(port) = ports.first().filter(|_| self.rng.random_bool(0.7)) {
                ports.remove(port, port);
                resources.insert(Resource::new(Name::Ports, Ranges::of(port, port)));
            }
            let framework = &mut self.frameworks[number];
            framework.launched += 1;
            let task_id = TaskId::from(format!("task{}-{}", framework.number, framework.launched));
            let text = ["serve", "job", "crash"][self.rng.random_range(0..3)];
            let task = task(task_id, text, resources);
            launches.push(Launch {
                agent_id: offer.agent_id.clone(),
                role: None,
                task,
            });
        }
        launches
    }

    /// It kills, asks and leaves now and then.
    fn meddle(&mut self, number: usize) {
        let Some(framework_id) = self.frameworks[number].id.clone() else {
            return;
        };
        let live: Vec<TaskId> = self.frameworks[number].live().cloned().collect();
        match self.rng.random_range(0..200) {
            0..12 => {
                let Some(task_id) = live.choose(&mut self.rng).cloned() else {
                    return;
                };
                let grace = self.rng.random_bool(0.5).then(|| Duration::from_secs(1));
                let agent_id = self.frameworks[number]
                    .tasks
                    .get(&task_id)
                    .map(|seen| seen.agent_id.clone());
                self.call_later(
                    number,
                    Pool::Kill {
                        framework_id,
                        task_id,
                        agent_id,
                        grace,
                    },
                );
            }
            12..18 => {
                let tasks = live.into_iter().map(|task_id| (task_id, None)).collect();
                self.call_later(number, Pool::Reconcile { framework_id, tasks });
            }
            18..20 => self.call_later(
                number,
                Pool::Revive {
                    framework_id,
                    roles: Vec::new(),
                },
            ),
            20 => self.call_later(number, Pool::Teardown { framework_id }),
            _ => {}
        }
    }

    /// A framework loses its stream and comes back later.
    pub(crate) fn reconnect_framework(&mut self) -> bool {
        let number = self.rng.random_range(0..self.frameworks.len());
        let (id, connection) = (self.frameworks[number].id.clone(), self.frameworks[number].connection);
        let (Some(framework_id), true) = (id, connection > 0) else {
            return false;
        };
        self.count(Fault::FrameworkReconnect);
        self.frameworks[number].disconnect();
        self.tell(
            "framework",
            Command::Master(Pool::FrameworkClosed {
                framework_id,
                connection,
            }),
        );
        true
    }
}

fn connected_id(event: &core_control::Event) -> Option<FrameworkId> {
    match event {
        core_control::Event::Master(PoolEvent::FrameworkConnected { framework_id, .. }) => Some(framework_id.clone()),
        _ => None,
    }
}

/// A command task without a check.
pub(crate) fn task(task_id: TaskId, text: &str, resources: Resources) -> TaskSpec {
    TaskSpec {
        name: task_id.to_string(),
        task_id,
        resources,
        command: model_cluster::Command {
            program: Program::Shell(text.to_owned()),
            env: Default::default(),
            user: None,
            uris: Vec::new(),
        },
        health_check: None,
        kill_grace_ms: None,
        labels: Default::default(),
        discovery: None,
        data: None,
        executor: None,
        group: Vec::new(),
        max_run_ms: None,
    }
}
