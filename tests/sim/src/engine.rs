//! The engine's loop in one thread: decide and apply each command, check, append, only then answer, and last the effects.
//!
//! It follows `io_engine` step by step, on a journal in memory whose disk fails on order. With the planted bug it answers
//! before the append, which is the mistake that the oracles must notice.

use std::collections::VecDeque;
use std::io::Read;
use std::time::Duration;

use base_clock::Timestamp;
use base_ids::Principal;
use core_machine::{Driver, Machine, Random, Record};
use io_store::{Batch, Epoch, Fault, Index, MachineTag, MemDisk, MemSnapshots, MemStore, Snapshots, Store};

const FORMAT: u16 = 1;
const BATCH_COMMANDS: usize = 4096;
/// After a batch was dropped for a full disk nothing is decided for so long, in microseconds.
const FULL_PAUSE: u64 = 1_000_000;

/// How an engine is started.
pub(crate) struct Setup<C> {
    pub(crate) config: C,
    pub(crate) seed: u64,
    /// The wall clock.
    pub(crate) wall: Timestamp,
    /// The simulated time in microseconds.
    pub(crate) now: u64,
    pub(crate) snapshot_every: u64,
    pub(crate) answer_before_append: bool,
}

/// What a command became.
pub(crate) struct Outcome<M: Machine> {
    pub(crate) index: u64,
    pub(crate) events: Vec<M::Event>,
}

/// Why a command became nothing.
#[derive(Debug)]
pub(crate) enum Failure<R> {
    Rejected(R),
    Exhausted,
    /// It is open whether it was done.
    Unavailable,
}

pub(crate) type Answer<M> = Result<Outcome<M>, Failure<<M as Machine>::Reject>>;

/// What one turn of the loop gives to the world.
pub(crate) struct Turn<M: Machine, R> {
    pub(crate) answers: Vec<(R, Answer<M>)>,
    /// All facts that are durable now, in order.
    pub(crate) events: Vec<M::Event>,
    pub(crate) effects: Vec<M::Effect>,
    /// The soft state was lost: whoever is connected must come again.
    pub(crate) reset: bool,
    /// The journal failed and the process ends.
    pub(crate) end: Option<String>,
    pub(crate) violation: Option<String>,
    pub(crate) snapshot: bool,
    pub(crate) truncated: bool,
}

struct Done<M: Machine, R> {
    principal: Principal,
    events: Vec<M::Event>,
    reply: Option<R>,
}

pub(crate) struct Engine<M: Machine, R> {
    pub(crate) driver: Driver<M>,
    pub(crate) epoch: Epoch,
    store: MemStore,
    snapshots: MemSnapshots,
    tag: fn(&M::Event) -> MachineTag,
    base: Timestamp,
    started: u64,
    snapshot_every: u64,
    snapshot_at: Index,
    /// Bytes that were appended in all, and when the last snapshot and the last check of the journal were due.
    appended: usize,
    saved: Visit,
    checked: Visit,
    cut: Option<Index>,
    queue: VecDeque<(Principal, M::Command, R)>,
    done: Vec<Done<M, R>>,
    quiet_until: u64,
    /// What was refused meanwhile may have been meant to follow an effect: all effects are due once more.
    resync: bool,
    answer_before_append: bool,
}

/// Something that costs as much as the state is large. It is worth it only after a good part of that was appended: a long
/// run would spend its time on nothing else, for what is history stays in the state for long.
#[derive(Default)]
struct Visit {
    at: usize,
    size: usize,
}

impl Visit {
    /// As in `io_engine`: as much must have been appended as the state is large.
    fn is_due(&self, appended: usize) -> bool {
        appended - self.at >= self.size
    }
}

/// The content of a snapshot, as `io_engine` writes it.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Saved<M> {
    #[n(0)]
    at: Timestamp,
    #[n(1)]
    state: M,
}

impl<M: Machine, R> Engine<M, R> {
    /// Opens the journal on `disk`, takes the next epoch, loads. The settings may depend on the epoch.
    pub(crate) fn start(
        disk: &MemDisk,
        tag: fn(&M::Event) -> MachineTag,
        setup: Setup<impl FnOnce(Epoch, u64) -> M::Config>,
    ) -> Result<Self, String> {
        let mut store = MemStore::open(disk);
        let epoch = store.held().next();
        store.fence(epoch).map_err(|fault| fault.to_string())?;
        let snapshots = MemSnapshots::open(disk, store.cluster());
        let mut driver = Driver::new(
            M::default(),
            (setup.config)(epoch, store.last().index.0),
            Random::seeded(setup.seed),
        );
        let last = load(&mut driver, &store, &snapshots)?;
        let newest = snapshots
            .list()
            .ok()
            .and_then(|all| all.first().copied())
            .unwrap_or_default();
        let snapshot_at = newest.max(Index(store.first().0.saturating_sub(1)));
        Ok(Self {
            driver,
            epoch,
            store,
            snapshots,
            tag,
            base: setup.wall.max(last),
            started: setup.now,
            snapshot_every: setup.snapshot_every,
            snapshot_at,
            appended: 0,
            saved: Visit::default(),
            checked: Visit::default(),
            cut: None,
            queue: VecDeque::new(),
            done: Vec::new(),
            quiet_until: 0,
            resync: false,
            answer_before_append: setup.answer_before_append,
        })
    }

    /// Everything that the state calls for, as at a start.
    pub(crate) fn resync(&self) -> Vec<M::Effect> {
        self.driver.work(&self.driver.state().keys())
    }

    pub(crate) fn submit(&mut self, who: &str, command: M::Command, reply: R) {
        self.queue.push_back((Principal::from(who), command, reply));
    }

    pub(crate) fn index(&self) -> u64 {
        self.store.last().index.0
    }

    /// The journal's first record that is still there, and its last.
    pub(crate) fn journal(&self) -> (u64, u64) {
        (self.store.first().0, self.store.last().index.0)
    }

    /// The machine's time at a simulated time.
    pub(crate) fn clock(&self, now: u64) -> Timestamp {
        self.base + Duration::from_micros(now - self.started)
    }

    /// When the loop has something to do next, in simulated microseconds.
    pub(crate) fn due(&self, now: u64) -> Option<u64> {
        if !self.queue.is_empty() {
            return Some(now);
        }
        // While the disk is full the timers wait; commands are refused at once.
        if self.resync {
            return Some(self.quiet_until.max(now));
        }
        let deadline = self.driver.deadline()?;
        let wait = deadline.since(self.clock(now));
        let at = now.saturating_add(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX));
        Some(at.max(self.quiet_until))
    }

    /// One turn: what waits, or a tick.
    pub(crate) fn turn(&mut self, now: u64) -> Turn<M, R> {
        let mut turn = Turn {
            answers: Vec::new(),
            events: Vec::new(),
            effects: Vec::new(),
            reset: false,
            end: None,
            violation: None,
            snapshot: false,
            truncated: false,
        };
        self.gather(now, &mut turn);
        let mut keys = self.driver.take_touched();
        if let Err(violation) = self.driver.check(&keys) {
            turn.violation = Some(violation.to_string());
            return turn;
        }
        match self.append() {
            Ok(()) => {}
            Err(Fault::Full { .. }) => {
                if let Err(why) = self.drop_batch(&mut turn) {
                    turn.end = Some(why);
                    return turn;
                }
                self.quiet_until = now + FULL_PAUSE;
                self.resync = true;
                keys = Vec::new();
            }
            Err(fault) => {
                let replies = self.done.drain(..).filter_map(|done| done.reply);
                turn.answers
                    .extend(replies.map(|reply| (reply, Err(Failure::Unavailable))));
                turn.end = Some(fault.to_string());
                return turn;
            }
        }
        self.publish(&mut turn);
        if self.resync && now >= self.quiet_until {
            self.resync = false;
            keys = self.driver.state().keys();
        }
        turn.effects = self.driver.work(&keys);
        self.keep(&mut turn);
        turn
    }

    fn gather(&mut self, now: u64, turn: &mut Turn<M, R>) {
        let time = self.clock(now);
        if self.queue.is_empty() && self.driver.deadline().is_some_and(|at| at <= time) && now >= self.quiet_until {
            let principal = Principal::from("harmony");
            if let Ok(events) = self.driver.decide(time, &principal, M::tick()) {
                self.done.push(Done {
                    principal,
                    events,
                    reply: None,
                });
            }
        }
        for _ in 0..BATCH_COMMANDS {
            let Some((principal, command, reply)) = self.queue.pop_front() else {
                break;
            };
            if now < self.quiet_until {
                turn.answers.push((reply, Err(Failure::Exhausted)));
                continue;
            }
            match self.driver.decide(time, &principal, command) {
                Ok(events) if self.answer_before_append => {
                    let index = self.index();
                    turn.answers.push((
                        reply,
                        Ok(Outcome {
                            index,
                            events: events.clone(),
                        }),
                    ));
                    self.done.push(Done {
                        principal,
                        events,
                        reply: None,
                    });
                }
                Ok(events) => self.done.push(Done {
                    principal,
                    events,
                    reply: Some(reply),
                }),
                Err(reject) => turn.answers.push((reply, Err(Failure::Rejected(reject)))),
            }
        }
    }

    fn append(&mut self) -> Result<(), Fault> {
        let (mut batch, mut bytes) = (Batch::new(), Vec::new());
        let at = self.driver.now();
        for done in &self.done {
            for event in done.events.iter().filter(|event| !M::is_soft(event)) {
                bytes.clear();
                let record = Record {
                    at,
                    principal: done.principal.clone(),
                    event,
                };
                minicbor::encode(&record, &mut bytes).expect("writing to a Vec cannot fail");
                self.appended += bytes.len();
                let tag = (self.tag)(event);
                if let Err(Fault::TooLarge { .. }) = batch.push(tag, FORMAT, &bytes) {
                    self.store.append(self.epoch, self.store.last().index, &batch)?;
                    batch.clear();
                    batch.push(tag, FORMAT, &bytes)?;
                }
            }
        }
        if !batch.is_empty() {
            self.store.append(self.epoch, self.store.last().index, &batch)?;
        }
        Ok(())
    }

    fn drop_batch(&mut self, turn: &mut Turn<M, R>) -> Result<(), String> {
        let replies = self.done.drain(..).filter_map(|done| done.reply);
        turn.answers
            .extend(replies.map(|reply| (reply, Err(Failure::Exhausted))));
        load(&mut self.driver, &self.store, &self.snapshots)?;
        turn.reset = true;
        Ok(())
    }

    fn publish(&mut self, turn: &mut Turn<M, R>) {
        let index = self.index();
        for done in self.done.drain(..) {
            turn.events.extend_from_slice(&done.events);
            if let Some(reply) = done.reply {
                turn.answers.push((
                    reply,
                    Ok(Outcome {
                        index,
                        events: done.events,
                    }),
                ));
            }
        }
    }

    /// Takes a snapshot when it is time, and cuts the journal one turn later, as the engine's own thread does.
    fn keep(&mut self, turn: &mut Turn<M, R>) {
        if let Some(cut) = self.cut.take() {
            let first = self.store.first();
            turn.truncated = self.store.truncate(cut).is_ok() && self.store.first() > first;
        }
        let at = self.store.last();
        let few = at.index.0.saturating_sub(self.snapshot_at.0) < self.snapshot_every;
        if few || !self.saved.is_due(self.appended) {
            return;
        }
        self.snapshot_at = at.index;
        let saved = Saved {
            at: self.driver.now(),
            state: self.driver.state().clone(),
        };
        let mut size = 0;
        let result = self.snapshots.save(at, &mut |out| {
            let bytes = minicbor::to_vec(&saved).map_err(std::io::Error::other)?;
            size = bytes.len();
            out.write_all(&bytes)
        });
        let at = self.appended;
        self.saved = Visit { at, size };
        turn.snapshot = result.is_ok();
        self.cut = result.and_then(|()| self.snapshots.cut()).ok();
    }

    /// Holds the state against what the journal gives, if enough was appended since the last time.
    pub(crate) fn check_replay(&mut self) -> Result<(), String> {
        if !self.checked.is_due(self.appended) {
            return Ok(());
        }
        let size = self.compare()?;
        let at = self.appended;
        self.checked = Visit { at, size };
        Ok(())
    }

    /// The size of the state, if it is what the journal gives.
    fn compare(&self) -> Result<usize, String> {
        if self.store.read(self.store.first()).is_err() {
            // The disk has failed under a truncation; the next append will say so.
            return Ok(0);
        }
        let (mut state, from) = restore::<M>(&self.store, &self.snapshots)?.state();
        for entry in self.store.read(from).map_err(|fault| fault.to_string())? {
            let entry = entry.map_err(|fault| fault.to_string())?;
            let record: Record<M::Event> = minicbor::decode(&entry.record.bytes).map_err(|error| error.to_string())?;
            state.apply(record.at, &record.event);
        }
        let bytes = |state: &M| minicbor::to_vec(state).map_err(|error| error.to_string());
        let (replayed, live) = (bytes(&state)?, bytes(self.driver.state())?);
        if replayed == live {
            return Ok(live.len());
        }
        let at = replayed
            .iter()
            .zip(&live)
            .position(|(a, b)| a != b)
            .unwrap_or(replayed.len().min(live.len()));
        Err(format!(
            "the journal up to {} gives another state than the live one: {} and {} bytes, different at {at}",
            self.index(),
            replayed.len(),
            live.len()
        ))
    }
}

struct Restored<M> {
    saved: Saved<M>,
    from: Index,
}

impl<M> Restored<M> {
    fn state(self) -> (M, Index) {
        (self.saved.state, self.from)
    }
}

fn restore<M: Machine>(store: &MemStore, snapshots: &MemSnapshots) -> Result<Restored<M>, String> {
    let restore = snapshots.restore(store).map_err(|fault| fault.to_string())?;
    let saved = match restore.snapshot {
        None => Saved {
            at: Timestamp::EPOCH,
            state: M::default(),
        },
        Some(mut snapshot) => {
            let mut bytes = Vec::new();
            snapshot
                .content
                .read_to_end(&mut bytes)
                .map_err(|error| error.to_string())?;
            minicbor::decode(&bytes).map_err(|error| format!("a snapshot: {error}"))?
        }
    };
    Ok(Restored {
        saved,
        from: restore.from,
    })
}

fn load<M: Machine>(driver: &mut Driver<M>, store: &MemStore, snapshots: &MemSnapshots) -> Result<Timestamp, String> {
    let Restored { saved, from } = restore::<M>(store, snapshots)?;
    driver.reset(saved.state);
    let mut last = saved.at;
    for entry in store.read(from).map_err(|fault| fault.to_string())? {
        let entry = entry.map_err(|fault| fault.to_string())?;
        let record: Record<M::Event> = minicbor::decode(&entry.record.bytes).map_err(|error| error.to_string())?;
        driver.replay(record.at, &record.event);
        last = record.at;
    }
    driver.reindex();
    Ok(last)
}
