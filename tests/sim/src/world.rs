//! Everything that exists in one run, and the loop that lets it happen.

use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, ContainerId, FrameworkId};
use core_agent::Exit;
use core_control::Command;
use model_cluster::TaskStatus;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::agent::AgentNode;
use crate::chaos::Chaos;
use crate::fault::{Counts, Fault};
use crate::framework::{Framework, News};
use crate::master::{Client, MasterNode, Reply};
use crate::network::{End, Network};
use crate::oracle::Oracles;
use crate::queue::Queue;
use crate::rogue::Rogue;
use crate::trace::{Printer, Trace};
use crate::{Options, Plant, Report};

/// One second, in microseconds.
pub(crate) const SECOND: u64 = 1_000_000;
/// All must have come to rest this long after the faults stopped, in microseconds.
const PATIENCE: u64 = 3600 * SECOND;
/// Between two looks at everything, in microseconds.
const AUDIT: u64 = 5 * SECOND;

/// What can happen next.
pub(crate) enum Event {
    /// A frame arrives.
    Arrive {
        connection: u64,
        to: End,
        bytes: Vec<u8>,
    },
    /// An end of a connection learns that it is gone.
    Closed {
        connection: u64,
        end: End,
    },
    /// A connection breaks.
    Break {
        connection: u64,
    },
    /// The master's process starts.
    MasterStart,
    /// The master's writer has something to do.
    MasterTurn {
        life: u64,
        at: u64,
    },
    /// The app scheduler's edge subscribes anew.
    OwnSubscription {
        life: u64,
    },
    /// The app scheduler's edge tells a status again that there was no room for.
    StatusAgain {
        life: u64,
        agent_id: Option<AgentId>,
        status: Arc<TaskStatus>,
    },
    /// The app scheduler's edge looks for places.
    AppsTurn {
        life: u64,
    },
    /// What it found arrives.
    AppsSubmit {
        life: u64,
        commands: Vec<(Command, Reply)>,
    },
    /// A client's request arrives.
    Request {
        command: Command,
        client: Client,
    },
    /// Clients think of something.
    Clients,
    AgentStart {
        agent: usize,
    },
    AgentTurn {
        agent: usize,
        life: u64,
        at: u64,
    },
    /// An agent dials the master.
    Dial {
        agent: usize,
        life: u64,
    },
    /// Has the master been silent for too long?
    Silence {
        agent: usize,
        life: u64,
        connection: u64,
    },
    /// A container is there, or could not be started.
    Launched {
        agent: usize,
        life: u64,
        container: ContainerId,
    },
    /// A health check is due.
    Probe {
        agent: usize,
        life: u64,
        container: ContainerId,
    },
    /// A container's process ends; `killed` only if a kill set just this time.
    Exit {
        agent: usize,
        container: ContainerId,
        exit: Exit,
        killed: Option<u64>,
    },
    /// A framework hears something.
    News {
        framework: usize,
        connection: u64,
        news: News,
    },
    /// A framework does something.
    Framework {
        framework: usize,
    },
    /// A call of a framework arrives.
    Call {
        framework: usize,
        connection: u64,
        command: core_master::Command,
    },
    /// The framework that breaks the rules does something.
    Rogue,
    /// The next fault.
    Fault,
    /// A partition is over.
    Heal {
        agent: usize,
        partition: u64,
    },
    /// The master's disk has room again.
    Room,
    /// A look at everything.
    Audit,
}

pub(crate) struct World {
    pub(crate) rng: ChaCha8Rng,
    pub(crate) now: u64,
    pub(crate) queue: Queue<Event>,
    pub(crate) trace: Trace,
    pub(crate) counts: Counts,
    pub(crate) network: Network,
    pub(crate) master: MasterNode,
    pub(crate) agents: Vec<AgentNode>,
    pub(crate) frameworks: Vec<Framework>,
    pub(crate) rogue: Option<Rogue>,
    pub(crate) chaos: Chaos,
    pub(crate) oracles: Oracles,
    pub(crate) failure: Option<String>,
    /// Whether faults and clients are still at work.
    pub(crate) stormy: bool,
    pub(crate) plant: Option<Plant>,
    seed: u64,
    limit: u64,
    steps: u64,
    pub(crate) calm_since: u64,
    at_rest: bool,
}

impl World {
    pub(crate) fn new(options: &Options, printer: Option<Printer>) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
        let agents = rng.random_range(3..=8);
        let mut world = Self {
            now: 0,
            queue: Queue::new(),
            trace: Trace::new(printer),
            counts: Counts::default(),
            network: Network::default(),
            master: MasterNode::new(&mut rng),
            agents: (0..agents).map(|number| AgentNode::new(number, &mut rng)).collect(),
            frameworks: (0..rng.random_range(1..=2))
                .map(|number| Framework::new(number, &mut rng))
                .collect(),
            rogue: None,
            chaos: Chaos::default(),
            oracles: Oracles::default(),
            failure: None,
            stormy: true,
            plant: options.plant,
            seed: options.seed,
            limit: options.steps,
            steps: 0,
            calm_since: 0,
            at_rest: false,
            rng,
        };
        world.queue.put(0, Event::MasterStart);
        for agent in 0..world.agents.len() {
            world.after(1000, 2 * SECOND, Event::AgentStart { agent });
        }
        for framework in 0..world.frameworks.len() {
            world.after(SECOND, 5 * SECOND, Event::Framework { framework });
        }
        if options.seed.is_multiple_of(2) {
            world.rogue = Some(Rogue::new(&mut world.rng));
            world.after(2 * SECOND, 5 * SECOND, Event::Rogue);
        }
        world.after(3 * SECOND, 5 * SECOND, Event::Clients);
        world.after(10 * SECOND, 20 * SECOND, Event::Fault);
        world.queue.put(AUDIT, Event::Audit);
        world
    }

    /// Lets things happen until all is at rest or an oracle objects.
    pub(crate) fn run(&mut self) {
        while self.failure.is_none() && !self.at_rest {
            let Some((at, event)) = self.queue.take() else {
                return self.fail("nothing happens any more".to_owned());
            };
            self.now = self.now.max(at);
            self.steps += 1;
            if self.stormy && self.steps > self.limit {
                self.calm();
            }
            self.happen(event);
        }
    }

    pub(crate) fn report(&self) -> Report {
        let mut faults = self.counts.clone();
        let struck = self.master.disk.struck();
        for (fault, count) in [
            (Fault::TornWrite, struck.writes),
            (Fault::FailedSync, struck.syncs),
            (Fault::FullDisk, struck.full),
            (Fault::DamagedSnapshot, struck.flips),
        ] {
            (0..count).for_each(|_| faults.add(fault));
        }
        for agent in &self.agents {
            (0..agent.disk.struck().writes).for_each(|_| faults.add(Fault::AgentTornWrite));
        }
        Report {
            seed: self.seed,
            steps: self.steps,
            seconds: self.now as f64 / SECOND as f64,
            faults,
            hash: self.trace.hash(),
            failure: self.failure.clone(),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive {
                connection,
                to: End::Master,
                bytes,
            } => self.master_hears(connection, &bytes),
            Event::Arrive {
                connection,
                to: End::Agent,
                bytes,
            } => self.agent_hears(connection, &bytes),
            Event::Closed {
                connection,
                end: End::Master,
            } => self.master_loses(connection),
            Event::Closed {
                connection,
                end: End::Agent,
            } => self.agent_loses(connection),
            Event::Break { connection } => self.break_connection(connection),
            Event::MasterStart => self.start_master(),
            Event::MasterTurn { life, at } => self.master_turn(life, at),
            Event::OwnSubscription { life } => self.subscribe_own(life),
            Event::StatusAgain { life, agent_id, status } if life == self.master.life => {
                self.tell_status(agent_id, status);
            }
            Event::StatusAgain { .. } => {}
            Event::AppsTurn { life } => self.apps_turn(life),
            Event::AppsSubmit { life, commands } => self.apps_submit(life, commands),
            Event::Request { command, client } => self.request(command, client),
            Event::Clients => self.clients(),
            Event::AgentStart { agent } => self.start_agent(agent),
            Event::AgentTurn { agent, life, at } => self.agent_turn(agent, life, at),
            Event::Dial { agent, life } => self.dial(agent, life),
            Event::Silence {
                agent,
                life,
                connection,
            } => self.silence(agent, life, connection),
            Event::Launched { agent, life, container } => self.launched(agent, life, &container),
            Event::Probe { agent, life, container } => self.probe(agent, life, &container),
            Event::Exit {
                agent,
                container,
                exit,
                killed,
            } => self.exit(agent, &container, exit, killed),
            Event::News {
                framework,
                connection,
                news,
            } => self.news(framework, connection, news),
            Event::Framework { framework } => self.framework_acts(framework),
            Event::Call {
                framework,
                connection,
                command,
            } => self.call(framework, connection, command),
            Event::Rogue => self.rogue_acts(),
            Event::Fault => self.strike(),
            Event::Heal { agent, partition } => self.heal(agent, partition),
            Event::Room => self.make_room(),
            Event::Audit => self.look(),
        }
    }

    /// The faults stop.
    fn calm(&mut self) {
        self.stormy = false;
        self.calm_since = self.now;
        self.note(format_args!("the faults stop"));
        self.heal_all();
    }

    fn look(&mut self) {
        self.audit();
        if !self.stormy {
            match self.unrest() {
                None => self.at_rest = self.now > self.calm_since + 30 * SECOND,
                Some(why) if self.now > self.calm_since + PATIENCE => {
                    let seconds = PATIENCE / SECOND;
                    self.fail(format!("{seconds} s after the faults stopped: {why}"));
                }
                Some(_) => {}
            }
        }
        self.queue.put(self.now + AUDIT, Event::Audit);
    }

    /// An event at some moment between two delays from now, in microseconds.
    pub(crate) fn after(&mut self, from: u64, to: u64, event: Event) {
        let at = self.now + self.rng.random_range(from..to);
        self.queue.put(at, event);
    }

    pub(crate) fn note(&mut self, text: std::fmt::Arguments<'_>) {
        self.trace.line(self.now, text);
    }

    /// An oracle objects.
    pub(crate) fn fail(&mut self, why: String) {
        self.note(format_args!("FAILED: {why}"));
        self.failure.get_or_insert(why);
    }

    pub(crate) fn count(&mut self, fault: Fault) {
        self.counts.add(fault);
    }

    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// The wall clock of the master's machine.
    pub(crate) fn wall(&self) -> Timestamp {
        Timestamp::from_micros(self.master.wall + self.now as i64)
    }

    /// Sends a frame. What was lost breaks its connection within half a minute.
    pub(crate) fn transmit(&mut self, connection: u64, to: End, loose: bool, bytes: Vec<u8>) {
        let chaos = self.stormy.then_some(&mut self.counts);
        let plan = self.network.plan(connection, to, loose, self.now, chaos, &mut self.rng);
        if plan.lost {
            self.after(SECOND, 30 * SECOND, Event::Break { connection });
        }
        for at in plan.arrivals {
            self.queue.put(
                at,
                Event::Arrive {
                    connection,
                    to,
                    bytes: bytes.clone(),
                },
            );
        }
    }

    /// Ends a connection; both ends learn of it in their own time.
    pub(crate) fn break_connection(&mut self, connection: u64) {
        let Some(link) = self.network.connections.get_mut(&connection).filter(|link| link.up) else {
            return;
        };
        link.up = false;
        self.after(
            100,
            SECOND,
            Event::Closed {
                connection,
                end: End::Agent,
            },
        );
        self.after(
            100,
            2 * SECOND,
            Event::Closed {
                connection,
                end: End::Master,
            },
        );
    }

    /// The number of a framework of this simulation.
    pub(crate) fn framework_of(&self, id: &FrameworkId) -> Option<usize> {
        self.frameworks
            .iter()
            .position(|framework| framework.id.as_ref() == Some(id))
    }
}
