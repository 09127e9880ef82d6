use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::Duration,
};

use base_clock::Timestamp;
use base_ids::Principal;
use core_machine::{Driver, Machine, Random, Record};
use io_store::{BATCH_LIMIT_BYTES, Batch, Epoch, Fault, MachineTag, Store};
use tokio::sync::{broadcast, watch};
use tracing::{error, warn};

use crate::{
    Committed, Failure, Handle, Options, Outcome, Sink, Snapshot, StartError,
    clock::Clock,
    failure::panic_text,
    keeper::Keeper,
    load::{Saved, load},
    request::{Reply, Request},
};

/// The format version of the records that this release writes.
const FORMAT: u16 = 1;
/// A batch is closed when it has this many commands; it is appended in pieces of at most the store's limit.
const BATCH_COMMANDS: usize = 4096;
/// The largest fact, in bytes: a batch with its headers.
const RECORD_LIMIT: usize = BATCH_LIMIT_BYTES - 256;
/// How many batches an event subscriber may be behind.
const EVENT_BACKLOG: usize = 4096;
const SYSTEM: &str = "harmony";

/// Loads the journal, takes its epoch, starts the writer thread and hands out every effect that the state calls for.
///
/// # Errors
/// [`StartError`]; nothing was started.
pub fn start<M: Machine>(mut options: Options<M>) -> Result<Handle<M>, StartError> {
    options.store.fence(options.epoch)?;
    let mut driver = Driver::new(M::default(), options.config, Random::seeded(options.seed));
    let last = load(&mut driver, &*options.store, &*options.snapshots)?;
    let (queue, requests) = channel();
    let (events, _) = broadcast::channel(EVENT_BACKLOG);
    let (index_out, index) = watch::channel(options.store.last().index.0);
    let (ended_out, ended) = watch::channel(None);
    let waiting = Arc::new(AtomicUsize::new(0));
    let keeper = Keeper::new(options.snapshots, options.snapshot_every, &*options.store);
    let mut writer = Writer {
        driver,
        clock: Clock::starting_after(last),
        store: options.store,
        keeper,
        epoch: options.epoch,
        tag: options.tag,
        sink: options.sink,
        system: Principal::from(SYSTEM),
        events: events.clone(),
        index: index_out,
        done: Vec::new(),
        readers: Vec::new(),
        stopping: false,
        waiting: waiting.clone(),
        scratch: Vec::new(),
        no_room: None,
        resync: false,
    };
    std::thread::Builder::new()
        .name(options.name.to_owned())
        .spawn(move || {
            let why = writer.run(&requests).err().unwrap_or_default();
            drop(ended_out.send(Some(why)));
        })?;
    Ok(Handle {
        queue,
        waiting,
        limit: options.queue,
        events,
        index,
        ended,
    })
}

/// A command that was decided in this batch.
struct Done<M: Machine> {
    at: Timestamp,
    events: Vec<M::Event>,
    /// The hard ones as they will be journalled.
    records: Vec<(MachineTag, Vec<u8>)>,
    reply: Option<Reply<M>>,
}

struct Writer<M: Machine> {
    driver: Driver<M>,
    clock: Clock,
    store: Box<dyn Store>,
    keeper: Keeper,
    epoch: Epoch,
    tag: fn(&M::Event) -> MachineTag,
    sink: Box<dyn Sink<M>>,
    system: Principal,
    events: broadcast::Sender<Arc<Committed<M>>>,
    index: watch::Sender<u64>,
    done: Vec<Done<M>>,
    readers: Vec<tokio::sync::oneshot::Sender<Arc<Snapshot<M>>>>,
    stopping: bool,
    waiting: Arc<AtomicUsize>,
    /// Where records are encoded, so that each is allocated once and at its size.
    scratch: Vec<u8>,
    /// Why no fact can be made durable in this batch, if none can.
    no_room: Option<String>,
    /// The state was loaded anew: every effect that it calls for is due.
    resync: bool,
}

/// After a refused tick the next one waits so long: its deadline stays in the past.
const REST: Duration = Duration::from_secs(1);

impl<M: Machine> Writer<M> {
    fn run(&mut self, requests: &Receiver<Request<M>>) -> Result<(), String> {
        let keys = self.driver.state().keys();
        let effects = self.driver.work(&keys);
        self.sink.run(&self.driver, effects);
        while !self.stopping {
            self.gather(requests);
            self.commit()?;
        }
        self.keeper.settle();
        Ok(())
    }

    /// Waits for the first command or the machine's deadline, then takes all that waits.
    fn gather(&mut self, requests: &Receiver<Request<M>>) {
        let now = self.clock.now();
        let wait = self
            .driver
            .deadline()
            .map_or(Duration::from_secs(3600), |at| at.since(now));
        let wait = if self.no_room.is_some() { wait.max(REST) } else { wait };
        let first = requests.recv_timeout(wait);
        let full = self.store.room().err().map(|full| full.to_string());
        // Commands that followed from effects were refused meanwhile, and nobody heard of it.
        self.resync |= self.no_room.is_some() && full.is_none();
        self.no_room = full;
        match first {
            Ok(request) => self.take(request),
            Err(RecvTimeoutError::Timeout) => self.decide(self.system.clone(), M::tick(), None),
            Err(RecvTimeoutError::Disconnected) => self.stopping = true,
        }
        for _ in 1..BATCH_COMMANDS {
            match requests.try_recv() {
                Ok(request) => self.take(request),
                Err(_) => break,
            }
        }
    }

    fn take(&mut self, request: Request<M>) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        match request {
            Request::Submit(principal, command, reply) => self.decide(principal, command, reply),
            Request::Read(reader) => self.readers.push(reader),
            Request::Stop => self.stopping = true,
        }
    }

    fn decide(&mut self, principal: Principal, command: M::Command, reply: Option<Reply<M>>) {
        let now = self.clock.now();
        let (driver, no_room, tag) = (&mut self.driver, &self.no_room, self.tag);
        let scratch = &mut self.scratch;
        let decided = catch_unwind(AssertUnwindSafe(|| {
            let events = driver.consider(now, &principal, command).map_err(Failure::Rejected)?;
            let mut hard = events.iter().filter(|event| !M::is_soft(event)).peekable();
            if let (Some(full), Some(_)) = (no_room, hard.peek()) {
                return Err(Failure::Exhausted(full.clone()));
            }
            let at = driver.now();
            let records = hard.map(|event| Ok((tag(event), record(at, &principal, event, scratch)?)));
            let records = records.collect::<Result<_, Failure<M::Reject>>>()?;
            driver.redo(at, &events);
            Ok(Done {
                at,
                events,
                records,
                reply: None,
            })
        }));
        match decided {
            Ok(Ok(done)) => self.done.push(Done { reply, ..done }),
            Ok(Err(failure)) => answer(reply, Err(failure)),
            Err(panic) => {
                let why = panic_text(&*panic);
                error!(error = %why, "a command made the core panic; it is refused");
                self.restore();
                answer(
                    reply,
                    Err(Failure::Internal(format!("the command made the core panic: {why}"))),
                );
            }
        }
    }

    /// Brings the state back to the journal's end, then to the commands of this batch that were decided well.
    fn restore(&mut self) {
        self.keeper.settle();
        let Some(snapshots) = self.keeper.idle() else {
            return self.stopping = true;
        };
        if let Err(error) = load(&mut self.driver, &*self.store, snapshots) {
            error!(%error, "the state can't be brought back");
            self.stopping = true;
            return;
        }
        self.sink.reset();
        self.resync = true;
        for done in &self.done {
            let hard: Vec<M::Event> = done.events.iter().filter(|event| !M::is_soft(event)).cloned().collect();
            self.driver.redo(done.at, &hard);
        }
    }

    fn commit(&mut self) -> Result<(), String> {
        let mut keys = self.driver.take_touched();
        if let Err(violation) = self.driver.check(&keys) {
            error!(error = %violation, "an invariant does not hold; the batch is dropped");
            self.drop_batch(|| Failure::Internal(format!("an invariant does not hold: {violation}")));
            keys = self.driver.take_touched();
        }
        let mut bytes = 0;
        match self.append() {
            Ok(appended) => bytes = appended,
            Err(full @ Fault::Full { .. }) => {
                warn!(error = %full, "the disk is full; writes are refused");
                self.drop_batch(|| Failure::Exhausted(full.to_string()));
                keys = self.driver.take_touched();
            }
            Err(fault) => {
                error!(error = %fault, "the journal failed; this process steps down");
                self.drop_batch(|| Failure::Unavailable(fault.to_string()));
                return Err(fault.to_string());
            }
        }
        self.publish();
        if std::mem::take(&mut self.resync) {
            keys = self.driver.state().keys();
        }
        let effects = self.driver.work(&keys);
        if !effects.is_empty() {
            self.sink.run(&self.driver, effects);
        }
        let driver = &self.driver;
        self.keeper.turn(&mut *self.store, bytes, || Saved {
            at: driver.now(),
            state: driver.state().clone(),
        });
        Ok(())
    }

    fn drop_batch(&mut self, why: impl Fn() -> Failure<M::Reject>) {
        for done in std::mem::take(&mut self.done) {
            answer(done.reply, Err(why()));
        }
        self.restore();
    }

    /// Makes the batch's hard facts durable. More than the store's limit goes in several pieces: each fact is whole, and a
    /// crash between pieces leaves a batch that is cut short, of which nothing was answered. Gives their bytes.
    fn append(&mut self) -> Result<u64, Fault> {
        let (mut batch, mut total) = (Batch::new(), 0);
        for (tag, bytes) in self.done.iter().flat_map(|done| &done.records) {
            total += bytes.len() as u64;
            if let Err(Fault::TooLarge { .. }) = batch.push(*tag, FORMAT, bytes) {
                self.store.append(self.epoch, self.store.last().index, &batch)?;
                batch.clear();
                batch.push(*tag, FORMAT, bytes)?;
            }
        }
        if !batch.is_empty() {
            self.store.append(self.epoch, self.store.last().index, &batch)?;
        }
        Ok(total)
    }

    fn publish(&mut self) {
        let (index, at) = (self.store.last().index.0, self.driver.now());
        let heard = self.events.receiver_count() > 0;
        let mut events = Vec::new();
        for done in std::mem::take(&mut self.done) {
            if heard {
                events.extend_from_slice(&done.events);
            }
            answer(
                done.reply,
                Ok(Outcome {
                    index,
                    at: done.at,
                    events: done.events,
                }),
            );
        }
        if !events.is_empty() {
            drop(self.events.send(Arc::new(Committed { index, at, events })));
        }
        self.index
            .send_if_modified(|old| std::mem::replace(old, index) != index);
        self.serve_readers(index, at);
    }

    fn serve_readers(&mut self, index: u64, at: Timestamp) {
        if self.readers.is_empty() {
            return;
        }
        let snapshot = Arc::new(Snapshot {
            index,
            at,
            state: self.driver.state().clone(),
        });
        for reader in self.readers.drain(..) {
            drop(reader.send(snapshot.clone()));
        }
    }
}

/// A fact as the journal takes it. One that is larger than a batch is refused before anything has changed.
fn record<R: std::fmt::Debug>(
    at: Timestamp,
    principal: &Principal,
    event: &impl minicbor::Encode<()>,
    scratch: &mut Vec<u8>,
) -> Result<Vec<u8>, Failure<R>> {
    let record = Record {
        at,
        principal: principal.clone(),
        event,
    };
    scratch.clear();
    minicbor::encode(&record, &mut *scratch).expect("writing to a Vec cannot fail");
    let size = scratch.len();
    if size > RECORD_LIMIT {
        return Err(Failure::TooLarge(format!(
            "this makes a fact of {size} bytes, and the journal takes {RECORD_LIMIT}"
        )));
    }
    Ok(scratch.as_slice().to_vec())
}

fn answer<M: Machine>(reply: Option<Reply<M>>, result: Result<Outcome<M>, Failure<M::Reject>>) {
    if let Some(reply) = reply {
        drop(reply.send(result));
    }
}
