//! The engine around a toy machine: what is answered is in the journal, and one bad command hurts nobody else.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use base_clock::Timestamp;
use base_ids::Principal;
use core_machine::{Ctx, Driver, Machine, Violation};
use io_engine::{Failure, Handle, Options, Sink, start};
use io_store::{
    Batch, ClusterId, Entries, Epoch, Fault, Index, MachineTag, MemDisk, MemSnapshots, MemStore, Position, Store,
    Strike,
};
use minicbor::{Decode, Encode};

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
struct Sum {
    #[n(0)]
    total: u64,
    #[cbor(skip)]
    soft: u64,
}

#[derive(Clone, Debug)]
enum Command {
    Add(u64),
    AddSoft(u64),
    Panic,
    Break,
    Long(usize),
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
enum Event {
    #[n(0)]
    Added(#[n(0)] u64),
    #[n(1)]
    AddedSoft(#[n(0)] u64),
    #[n(2)]
    Said(#[n(0)] String),
}

const BROKEN: u64 = 1_000_000;

impl Machine for Sum {
    type Command = Command;
    type Reject = &'static str;
    type Event = Event;
    type Key = ();
    type Effect = u64;
    type Index = ();
    type Config = ();

    fn decide(&self, (): &(), _: &mut Ctx<'_, ()>, command: Command) -> Result<Vec<Event>, &'static str> {
        match command {
            Command::Add(0) => Err("nothing to add"),
            Command::Add(n) => Ok(vec![Event::Added(n)]),
            Command::AddSoft(n) => Ok(vec![Event::AddedSoft(n)]),
            Command::Panic => panic!("a planted panic"),
            Command::Break => Ok(vec![Event::Added(BROKEN)]),
            Command::Long(bytes) => Ok(vec![Event::Added(1), Event::Said("x".repeat(bytes))]),
        }
    }

    fn apply(&mut self, _: Timestamp, event: &Event) {
        match event {
            Event::Added(n) => self.total += n,
            Event::AddedSoft(n) => self.soft += n,
            Event::Said(_) => {}
        }
    }

    fn is_soft(event: &Event) -> bool {
        matches!(event, Event::AddedSoft(_))
    }

    fn touched(&self, _: &Event, keys: &mut Vec<()>) {
        keys.push(());
    }

    fn work(&self, _: Timestamp, (): &(), (): &(), effects: &mut Vec<u64>) {
        effects.push(self.total);
    }

    fn keys(&self) -> Vec<()> {
        vec![()]
    }

    fn deadline(&self, (): &()) -> Option<Timestamp> {
        None
    }

    fn tick() -> Command {
        Command::Add(0)
    }

    fn index(&self, (): &()) {}

    fn fold(&self, (): &mut (), _: &Event) {}

    fn check(&self, _: &[()]) -> Result<(), Violation> {
        if self.total < BROKEN {
            Ok(())
        } else {
            Err(Violation("the total is too large".into()))
        }
    }
}

/// A store that tells how far it is durable.
struct Telling {
    inner: MemStore,
    durable: Arc<AtomicU64>,
    cuts: Arc<AtomicU64>,
}

impl Store for Telling {
    fn cluster(&self) -> ClusterId {
        self.inner.cluster()
    }

    fn held(&self) -> Epoch {
        self.inner.held()
    }

    fn last(&self) -> Position {
        self.inner.last()
    }

    fn first(&self) -> Index {
        self.inner.first()
    }

    fn fence(&mut self, epoch: Epoch) -> Result<(), Fault> {
        self.inner.fence(epoch)
    }

    fn room(&self) -> Result<(), Fault> {
        self.inner.room()
    }

    fn append(&mut self, epoch: Epoch, prev: Index, batch: &Batch) -> Result<Index, Fault> {
        let index = self.inner.append(epoch, prev, batch)?;
        self.durable.store(index.0, Ordering::SeqCst);
        Ok(index)
    }

    fn read(&self, from: Index) -> Result<Entries<'_>, Fault> {
        self.inner.read(from)
    }

    fn truncate(&mut self, to: Index) -> Result<(), Fault> {
        self.inner.truncate(to)?;
        self.cuts.fetch_add(u64::from(to > Index::ZERO), Ordering::SeqCst);
        Ok(())
    }
}

/// Notes each effect with how far the journal was durable at that moment.
struct Notes {
    durable: Arc<AtomicU64>,
    seen: Arc<Mutex<Vec<(u64, u64)>>>,
    resets: Arc<AtomicUsize>,
}

impl Sink<Sum> for Notes {
    fn run(&mut self, _: &Driver<Sum>, effects: Vec<u64>) {
        let durable = self.durable.load(Ordering::SeqCst);
        self.seen
            .lock()
            .unwrap()
            .extend(effects.into_iter().map(|total| (total, durable)));
    }

    fn reset(&mut self) {
        self.resets.fetch_add(1, Ordering::SeqCst);
    }
}

fn journal_total(disk: &MemDisk) -> u64 {
    let store = MemStore::open(disk);
    let entries = store.read(store.first()).unwrap();
    let event = |bytes: &[u8]| minicbor::decode::<core_machine::Record<Event>>(bytes).unwrap().event;
    entries
        .map(|entry| match event(&entry.unwrap().record.bytes) {
            Event::Added(n) => n,
            Event::AddedSoft(_) => panic!("a soft fact in the journal"),
            Event::Said(_) => 0,
        })
        .sum()
}

struct World {
    disk: MemDisk,
    cluster: ClusterId,
    epoch: u64,
    seen: Arc<Mutex<Vec<(u64, u64)>>>,
    resets: Arc<AtomicUsize>,
    cuts: Arc<AtomicU64>,
}

impl World {
    fn new() -> Self {
        let cluster = ClusterId([7; 16]);
        let disk = MemDisk::new(cluster);
        Self {
            disk,
            cluster,
            epoch: 0,
            seen: Arc::default(),
            resets: Arc::default(),
            cuts: Arc::default(),
        }
    }

    fn start(&mut self, snapshot_every: u64) -> Handle<Sum> {
        self.epoch += 1;
        let durable = Arc::new(AtomicU64::new(0));
        let sink = Notes {
            durable: durable.clone(),
            seen: self.seen.clone(),
            resets: self.resets.clone(),
        };
        start(Options {
            store: Box::new(Telling {
                inner: MemStore::open(&self.disk),
                durable,
                cuts: self.cuts.clone(),
            }),
            snapshots: Box::new(MemSnapshots::open(&self.disk, self.cluster)),
            epoch: Epoch(self.epoch),
            config: (),
            tag: |_| MachineTag(1),
            seed: 7,
            sink: Box::new(sink),
            name: "test",
            queue: 1024,
            snapshot_every,
        })
        .unwrap()
    }
}

fn me() -> Principal {
    Principal::from("test")
}

async fn finish(handle: &Handle<Sum>) {
    handle.stop();
    assert_eq!(handle.ended().await, "");
}

async fn total(handle: &Handle<Sum>) -> (u64, u64) {
    let snapshot = handle.state().await.unwrap();
    (snapshot.state.total, snapshot.state.soft)
}

#[tokio::test]
async fn an_effect_never_runs_before_its_fact_is_durable() {
    let mut world = World::new();
    let handle = world.start(u64::MAX);
    for n in 1..=20 {
        let outcome = handle.submit(&me(), Command::Add(1)).await.unwrap();
        assert_eq!((outcome.index, outcome.events), (n, vec![Event::Added(1)]));
    }
    finish(&handle).await;
    let seen = world.seen.lock().unwrap().clone();
    assert!(seen.iter().all(|(effect, durable)| effect <= durable), "{seen:?}");
    assert_eq!(seen.last(), Some(&(20, 20)));
}

#[tokio::test]
async fn a_reject_changes_nothing_and_soft_facts_are_not_journalled() {
    let mut world = World::new();
    let handle = world.start(u64::MAX);
    assert!(matches!(
        handle.submit(&me(), Command::Add(0)).await,
        Err(Failure::Rejected("nothing to add"))
    ));
    handle.submit(&me(), Command::AddSoft(5)).await.unwrap();
    handle.submit(&me(), Command::Add(1)).await.unwrap();
    assert_eq!(total(&handle).await, (1, 5));
    finish(&handle).await;
    let handle = world.start(u64::MAX);
    assert_eq!(total(&handle).await, (1, 0));
}

#[tokio::test]
async fn a_panic_is_refused_alone() {
    let mut world = World::new();
    let handle = world.start(u64::MAX);
    handle.submit(&me(), Command::Add(1)).await.unwrap();
    let who = me();
    let (good, bad, later) = tokio::join!(
        handle.submit(&who, Command::Add(2)),
        handle.submit(&who, Command::Panic),
        handle.submit(&who, Command::Add(4)),
    );
    good.unwrap();
    later.unwrap();
    let Err(Failure::Internal(why)) = bad else {
        panic!("{bad:?}")
    };
    assert!(why.contains("a planted panic"), "{why}");
    assert_eq!(total(&handle).await, (7, 0));
    finish(&handle).await;
    assert_eq!(journal_total(&world.disk), 7);
    assert_eq!(world.resets.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_broken_invariant_never_reaches_the_journal() {
    let mut world = World::new();
    let handle = world.start(u64::MAX);
    handle.submit(&me(), Command::Add(1)).await.unwrap();
    assert!(matches!(
        handle.submit(&me(), Command::Break).await,
        Err(Failure::Internal(_))
    ));
    handle.submit(&me(), Command::Add(1)).await.unwrap();
    assert_eq!(total(&handle).await, (2, 0));
    finish(&handle).await;
    assert_eq!(journal_total(&world.disk), 2);
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_reads_go_on() {
    let mut world = World::new();
    let handle = world.start(u64::MAX);
    handle.submit(&me(), Command::Add(1)).await.unwrap();
    world.disk.set_capacity(world.disk.used_bytes());
    assert!(matches!(
        handle.submit(&me(), Command::Add(2)).await,
        Err(Failure::Exhausted(_))
    ));
    handle.submit(&me(), Command::AddSoft(5)).await.unwrap();
    assert_eq!(total(&handle).await, (1, 5), "what needs no write goes on");
    assert_eq!(
        world.resets.load(Ordering::SeqCst),
        0,
        "the disk was found full before anything was decided"
    );
    world.disk.set_capacity(u64::MAX);
    handle.submit(&me(), Command::Add(3)).await.unwrap();
    assert_eq!(total(&handle).await, (4, 5));
    finish(&handle).await;
    assert_eq!(journal_total(&world.disk), 4);
}

#[tokio::test]
async fn a_failed_sync_steps_down_and_nothing_acknowledged_is_lost() {
    let mut world = World::new();
    let handle = world.start(u64::MAX);
    handle.submit(&me(), Command::Add(1)).await.unwrap();
    world.disk.arm(Strike::Sync { keep_bytes: 0 });
    assert!(matches!(
        handle.submit(&me(), Command::Add(2)).await,
        Err(Failure::Unavailable(_))
    ));
    assert!(!handle.ended().await.is_empty());
    assert!(matches!(
        handle.submit(&me(), Command::Add(4)).await,
        Err(Failure::Unavailable(_))
    ));
    let handle = world.start(u64::MAX);
    assert_eq!(total(&handle).await, (1, 0));
}

#[tokio::test]
async fn a_snapshot_and_the_rest_of_the_journal_give_the_same_state() {
    let mut world = World::new();
    let handle = world.start(10);
    let mut added = 0;
    while world.cuts.load(Ordering::SeqCst) == 0 {
        handle.submit(&me(), Command::Add(1)).await.unwrap();
        added += 1;
    }
    finish(&handle).await;
    assert!(MemStore::open(&world.disk).first().0 > 1, "the journal was cut");
    let handle = world.start(10);
    assert_eq!(total(&handle).await, (added, 0));
}

#[tokio::test]
async fn a_fact_that_no_batch_takes_is_refused_and_its_command_with_it() {
    let mut world = World::new();
    let handle = world.start(u64::MAX);
    let refused = handle.submit(&me(), Command::Long(2 << 20)).await;
    assert!(matches!(refused, Err(Failure::TooLarge(_))), "{refused:?}");
    assert_eq!(total(&handle).await, (0, 0));
    for _ in 0..3 {
        handle.submit(&me(), Command::Long(1_000_000)).await.unwrap();
    }
    finish(&handle).await;
    let handle = world.start(u64::MAX);
    assert_eq!(total(&handle).await, (3, 0));
}
