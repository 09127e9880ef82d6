use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
    mpsc::Sender,
};

use base_clock::Timestamp;
use base_ids::Principal;
use core_machine::Machine;
use tokio::sync::{broadcast, oneshot, watch};

use crate::{Failure, request::Request};

/// What became of a command.
#[derive(Clone, Debug)]
pub struct Outcome<M: Machine> {
    /// The journal's last index with its facts in it.
    pub index: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// The facts, soft ones too. None means that it already was so.
    pub events: Vec<M::Event>,
}

/// The state at one moment.
#[derive(Debug)]
pub struct Snapshot<M> {
    /// The journal's last index that it holds.
    pub index: u64,
    /// The time of the last decision.
    pub at: Timestamp,
    /// The state.
    pub state: M,
}

/// The facts of one batch, in order.
#[derive(Debug)]
pub struct Committed<M: Machine> {
    /// The journal's last index after them.
    pub index: u64,
    /// When they were decided.
    pub at: Timestamp,
    /// The facts, soft ones too.
    pub events: Vec<M::Event>,
}

/// The way to a running engine; a clone is cheap.
pub struct Handle<M: Machine> {
    pub(crate) queue: Sender<Request<M>>,
    pub(crate) waiting: Arc<AtomicUsize>,
    pub(crate) limit: usize,
    pub(crate) events: broadcast::Sender<Arc<Committed<M>>>,
    pub(crate) index: watch::Receiver<u64>,
    pub(crate) ended: watch::Receiver<Option<String>>,
}

impl<M: Machine> Clone for Handle<M> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            waiting: self.waiting.clone(),
            limit: self.limit,
            events: self.events.clone(),
            index: self.index.clone(),
            ended: self.ended.clone(),
        }
    }
}

impl<M: Machine> Handle<M> {
    /// Submits a command and waits until its facts are durable.
    ///
    /// # Errors
    /// [`Failure`]; only `Unavailable` leaves open whether it was done.
    pub async fn submit(&self, who: &Principal, command: M::Command) -> Result<Outcome<M>, Failure<M::Reject>> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Submit(who.clone(), command, Some(reply)))?;
        answer
            .await
            .unwrap_or_else(|_| Err(Failure::Unavailable("the engine has stopped".into())))
    }

    /// Submits a command whose answer nobody needs, because it would be made again from the state.
    ///
    /// # Errors
    /// Only if it did not get into the queue.
    pub fn tell(&self, who: &Principal, command: M::Command) -> Result<(), Failure<M::Reject>> {
        self.send(Request::Submit(who.clone(), command, None))
    }

    /// The state with all that was answered before this call.
    ///
    /// # Errors
    /// `Exhausted` or `Unavailable`.
    pub async fn state(&self) -> Result<Arc<Snapshot<M>>, Failure<M::Reject>> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Read(reply))?;
        answer
            .await
            .map_err(|_| Failure::Unavailable("the engine has stopped".into()))
    }

    /// Every batch of facts from now on. A receiver that falls too far behind is told so and reads the state anew.
    pub fn events(&self) -> broadcast::Receiver<Arc<Committed<M>>> {
        self.events.subscribe()
    }

    /// The journal's last index, as it grows.
    pub fn index(&self) -> watch::Receiver<u64> {
        self.index.clone()
    }

    /// Waits for the engine's end and says why: empty if it was told to stop.
    pub async fn ended(&self) -> String {
        let mut ended = self.ended.clone();
        let why = ended.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        why.unwrap_or_else(|| "the writer thread is gone".to_owned())
    }

    /// Tells the engine to end after the commands that wait before this.
    pub fn stop(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        drop(self.queue.send(Request::Stop));
    }

    /// The queue takes memory only for what waits in it, and refuses rather than waits when that is too much.
    fn send(&self, request: Request<M>) -> Result<(), Failure<M::Reject>> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.limit {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Failure::Exhausted("too many commands are waiting; try again".into()));
        }
        self.queue
            .send(request)
            .map_err(|_| Failure::Unavailable("the engine has stopped".into()))
    }
}
