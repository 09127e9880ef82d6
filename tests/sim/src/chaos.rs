//! What goes wrong, and when. The kinds come from a shuffled deck, so that each has its turn.

use base_ids::ContainerId;
use core_agent::Exit;
use io_store::{Index, MemSnapshots, Snapshots, Strike};
use model_cluster::TaskSpec;
use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};

use crate::fault::Fault;
use crate::world::{Event, SECOND, World};

/// The kinds that strike from outside; the others happen on the way.
const DECK: [Fault; 22] = [
    Fault::Cut,
    Fault::Cut,
    Fault::Partition,
    Fault::LongPartition,
    Fault::MasterCrash,
    Fault::TornWrite,
    Fault::TornWrite,
    Fault::FailedSync,
    Fault::FullDisk,
    Fault::ClockJump,
    Fault::DamagedSnapshot,
    Fault::AgentCrash,
    Fault::AgentTornWrite,
    Fault::ShimKill,
    Fault::ShimKill,
    Fault::TaskExit,
    Fault::TaskExit,
    Fault::TaskFail,
    Fault::HealthFlip,
    Fault::HealthFlip,
    Fault::FrameworkReconnect,
    Fault::FrameworkReconnect,
];

/// What the faults remember.
#[derive(Debug, Default)]
pub(crate) struct Chaos {
    deck: Vec<Fault>,
    /// Kinds that found nothing to strike when it was their turn.
    owed: Vec<Fault>,
    partitions: u64,
}

impl World {
    pub(crate) fn strike(&mut self) {
        if !self.stormy {
            return;
        }
        if self.chaos.deck.is_empty() {
            self.chaos.deck = DECK.to_vec();
            self.chaos.deck.shuffle(&mut self.rng);
        }
        let mut due = std::mem::take(&mut self.chaos.owed);
        due.extend(self.chaos.deck.pop());
        for fault in due {
            self.note(format_args!("fault: {}", fault.name()));
            if !self.inflict(fault) && !self.chaos.owed.contains(&fault) {
                self.chaos.owed.push(fault);
            }
        }
        self.after(SECOND / 4, 4 * SECOND, Event::Fault);
    }

    /// False if there was nothing to strike.
    fn inflict(&mut self, fault: Fault) -> bool {
        match fault {
            Fault::Cut => self.cut(),
            Fault::Partition => self.part(fault, SECOND, 20 * SECOND),
            Fault::LongPartition => self.part(fault, 80 * SECOND, 120 * SECOND),
            Fault::MasterCrash => self.kill_master(),
            Fault::TornWrite | Fault::FailedSync => self.tear(fault),
            Fault::FullDisk => self.fill_disk(),
            Fault::ClockJump => self.jump(),
            Fault::DamagedSnapshot => self.damage(),
            Fault::AgentCrash => self.kill_agent(),
            Fault::AgentTornWrite => self.tear_agent(),
            Fault::ShimKill | Fault::TaskExit | Fault::TaskFail => self.end_some_container(fault),
            Fault::HealthFlip => self.flip_health(),
            Fault::FrameworkReconnect => self.reconnect_framework(),
            _ => true,
        }
    }

    fn kill_master(&mut self) -> bool {
        if self.master.engine.is_none() {
            return false;
        }
        self.count(Fault::MasterCrash);
        self.crash_master("it was killed");
        true
    }

    fn kill_agent(&mut self) -> bool {
        let number = self.any_agent();
        if self.agents[number].engine.is_none() {
            return false;
        }
        self.count(Fault::AgentCrash);
        self.crash_agent(number, "it was killed");
        true
    }

    fn tear_agent(&mut self) -> bool {
        let keep_bytes = self.rng.random_range(0..600);
        let number = self.any_agent();
        self.agents[number].disk.arm(Strike::Write { keep_bytes });
        true
    }

    fn fill_disk(&mut self) -> bool {
        let room = self.rng.random_range(0..2000);
        self.master.disk.set_capacity(self.master.disk.used_bytes() + room);
        self.after(2 * SECOND, 10 * SECOND, Event::Room);
        self.master.engine.is_some()
    }

    fn any_agent(&mut self) -> usize {
        self.rng.random_range(0..self.agents.len())
    }

    fn cut(&mut self) -> bool {
        let Some(connection) = self.network.all_up().choose(&mut self.rng).copied() else {
            return false;
        };
        self.count(Fault::Cut);
        self.break_connection(connection);
        true
    }

    /// A node and the master don't hear each other; what was sent meanwhile is lost, and so is the connection in the end.
    fn part(&mut self, fault: Fault, from: u64, to: u64) -> bool {
        let number = self.any_agent();
        if self.agents[number].partition.is_some() {
            return false;
        }
        self.count(fault);
        self.chaos.partitions += 1;
        let partition = self.chaos.partitions;
        self.agents[number].partition = Some(partition);
        for connection in self.network.of_agent(number) {
            if let Some(link) = self.network.connections.get_mut(&connection) {
                link.deaf = true;
            }
        }
        self.after(
            from,
            to,
            Event::Heal {
                agent: number,
                partition,
            },
        );
        true
    }

    pub(crate) fn heal(&mut self, number: usize, partition: u64) {
        if self.agents[number].partition != Some(partition) {
            return;
        }
        self.note(format_args!("agent {number} is reachable again"));
        self.agents[number].partition = None;
        for connection in self.network.of_agent(number) {
            if self.network.connections.get(&connection).is_some_and(|link| link.deaf) {
                self.after(0, 20 * SECOND, Event::Break { connection });
            }
        }
    }

    /// Everything heals: partitions, disks, health, whatever was armed.
    pub(crate) fn heal_all(&mut self) {
        for number in 0..self.agents.len() {
            if let Some(partition) = self.agents[number].partition {
                self.heal(number, partition);
            }
            for container in self.agents[number].runtime.containers.values_mut() {
                container.healthy_from = container.healthy_from.min(self.now);
            }
            let ids: Vec<ContainerId> = self.agents[number].runtime.containers.keys().cloned().collect();
            for id in ids {
                self.wake_prober(number, &id);
            }
        }
        self.master.aimed = None;
        self.make_room();
    }

    /// The next write is torn, or its sync fails. Half of the strikes wait for a batch with a client's request in it.
    fn tear(&mut self, fault: Fault) -> bool {
        let keep_bytes = match self.rng.random_range(0..4) {
            0 => 0,
            1 => usize::MAX,
            _ => self.rng.random_range(1..3000),
        };
        let strike = if fault == Fault::TornWrite {
            Strike::Write { keep_bytes }
        } else {
            Strike::Sync { keep_bytes }
        };
        if self.rng.random_bool(0.5) {
            self.master.aimed = Some(strike);
        } else {
            self.master.disk.arm(strike);
        }
        true
    }

    pub(crate) fn make_room(&mut self) {
        self.master.disk.set_capacity(u64::MAX);
    }

    /// The wall clock of the master's machine jumps; a running master must not notice, the next one must live with it.
    fn jump(&mut self) -> bool {
        self.count(Fault::ClockJump);
        let most = [10 * SECOND, 3600 * SECOND, 48 * 3600 * SECOND][self.rng.random_range(0..3)] as i64;
        self.master.wall += self.rng.random_range(-most..=most);
        if self.rng.random_bool(0.5) {
            self.crash_master("its machine was booted");
        }
        true
    }

    /// One bit of the newest snapshot flips before a restart, where there is another one to fall back to.
    fn damage(&mut self) -> bool {
        let snapshots = MemSnapshots::open(&self.master.disk, self.master.store_id);
        let places: Vec<Index> = snapshots.list().unwrap_or_default();
        let [newest, _, ..] = places[..] else { return false };
        self.crash_master("its machine was booted");
        let bit = self.rng.random_range(0..100_000);
        self.master.disk.flip_snapshot(newest, bit)
    }

    fn end_some_container(&mut self, fault: Fault) -> bool {
        let number = self.any_agent();
        let running: Vec<ContainerId> = self.agents[number]
            .runtime
            .running()
            .map(|(id, _)| id.clone())
            .collect();
        let Some(container) = running.choose(&mut self.rng).cloned() else {
            return false;
        };
        self.count(fault);
        let exit = match fault {
            Fault::ShimKill => Exit::Vanished("its shim was killed".into()),
            Fault::TaskExit => Exit::Code(0),
            _ if self.rng.random_bool(0.3) => Exit::OutOfMemory {
                limit: 1 << 25,
                peak: 1 << 25,
            },
            _ => Exit::Code(1),
        };
        self.exit(number, &container, exit, None);
        true
    }

    fn flip_health(&mut self) -> bool {
        let checked = |spec: &TaskSpec| spec.health_check.is_some();
        let mut all = Vec::new();
        for agent in &self.agents {
            let running = agent
                .runtime
                .running()
                .filter(|(_, container)| checked(&container.spec));
            all.extend(running.map(|(id, _)| (agent.number, id.clone())));
        }
        let Some((number, id)) = all.choose(&mut self.rng).cloned() else {
            return false;
        };
        let until = self.now + self.rng.random_range(SECOND..60 * SECOND);
        if let Some(container) = self.agents[number].runtime.containers.get_mut(&id) {
            container.healthy_from = until;
        }
        self.count(Fault::HealthFlip);
        self.wake_prober(number, &id);
        true
    }

    /// How long a container lives by itself. A crashing program is one only while the faults last.
    pub(crate) fn plan_life(&mut self, number: usize, id: &ContainerId, spec: &TaskSpec) {
        let text = match &spec.command.program {
            model_cluster::Program::Shell(text) => text.as_str(),
            model_cluster::Program::Exec(_) | model_cluster::Program::Absent => "",
        };
        let exit = match text {
            "crash" if self.stormy => Exit::Code(1),
            "job" => Exit::Code(0),
            _ => return,
        };
        let container = id.clone();
        self.after(
            SECOND,
            15 * SECOND,
            Event::Exit {
                agent: number,
                container,
                exit,
                killed: None,
            },
        );
    }
}
