//! The same items for many listeners of long streams.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Gives items to all who listen. Nobody waits for anybody: a listener that does not take its items in time loses them all
/// and is told so. A clone is a pointer.
#[derive(Debug)]
pub struct Fanout<T>(Arc<Shared<T>>);

#[derive(Debug)]
struct Shared<T> {
    listeners: Mutex<Listeners<T>>,
    backlog: usize,
    most: usize,
}

#[derive(Debug)]
struct Listeners<T> {
    next: u64,
    by_number: BTreeMap<u64, Arc<Inbox<T>>>,
}

#[derive(Debug)]
struct Inbox<T> {
    items: Mutex<Items<T>>,
    changed: Notify,
}

#[derive(Debug)]
struct Items<T> {
    queue: VecDeque<T>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Following,
    Behind,
    Closed,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard<T> {
    /// The next item.
    Item(T),
    /// Items were lost. Nothing comes until [`Listener::catch_up`].
    Behind,
    /// It was closed to make room for others.
    Closed,
}

/// One listener's end; dropping it ends the listening.
#[derive(Debug)]
pub struct Listener<T> {
    inbox: Arc<Inbox<T>>,
    fanout: Fanout<T>,
    number: u64,
}

impl<T> Clone for Fanout<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Fanout<T> {
    /// For at most `most` listeners, with at most `backlog` items waiting for each.
    pub fn new(backlog: usize, most: usize) -> Self {
        let (next, by_number) = (0, BTreeMap::new());
        Self(Arc::new(Shared {
            listeners: Mutex::new(Listeners { next, by_number }),
            backlog,
            most: most.max(1),
        }))
    }

    fn listeners(&self) -> MutexGuard<'_, Listeners<T>> {
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to listen. When there are too many, the one that listens longest is closed.
    pub fn listen(&self) -> Listener<T> {
        let inbox = Arc::new(Inbox {
            items: Mutex::new(Items {
                queue: VecDeque::new(),
                state: State::Following,
            }),
            changed: Notify::new(),
        });
        let mut listeners = self.listeners();
        if listeners.by_number.len() >= self.0.most
            && let Some((_, oldest)) = listeners.by_number.pop_first()
        {
            oldest.lose(State::Closed);
        }
        let number = listeners.next;
        listeners.next += 1;
        listeners.by_number.insert(number, inbox.clone());
        Listener {
            inbox,
            fanout: self.clone(),
            number,
        }
    }

    /// How many listen.
    pub fn count(&self) -> usize {
        self.listeners().by_number.len()
    }

    /// Tells all listeners that items were lost.
    pub fn lose(&self) {
        for inbox in self.listeners().by_number.values() {
            inbox.lose(State::Behind);
        }
    }
}

impl<T: Clone> Fanout<T> {
    /// Gives an item to all who listen.
    pub fn publish(&self, item: &T) {
        for inbox in self.listeners().by_number.values() {
            inbox.push(item, self.0.backlog);
        }
    }
}

impl<T> Inbox<T> {
    fn items(&self) -> MutexGuard<'_, Items<T>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lose(&self, state: State) {
        let mut items = self.items();
        items.queue = VecDeque::new();
        items.state = state;
        self.changed.notify_one();
    }
}

impl<T: Clone> Inbox<T> {
    fn push(&self, item: &T, backlog: usize) {
        let mut items = self.items();
        if items.state != State::Following {
            return;
        }
        if items.queue.len() >= backlog {
            drop(items);
            return self.lose(State::Behind);
        }
        items.queue.push_back(item.clone());
        // One that has items waiting was told already.
        if items.queue.len() == 1 {
            self.changed.notify_one();
        }
    }
}

impl<T> Listener<T> {
    /// Waits for what comes next. May be dropped and called again: nothing is lost by that.
    pub async fn next(&mut self) -> Heard<T> {
        loop {
            {
                let mut items = self.inbox.items();
                if let Some(item) = items.queue.pop_front() {
                    return Heard::Item(item);
                }
                match items.state {
                    State::Following => {}
                    State::Behind => return Heard::Behind,
                    State::Closed => return Heard::Closed,
                }
            }
            self.inbox.changed.notified().await;
        }
    }

    /// Listens again after having fallen behind: all items from now on come.
    pub fn catch_up(&mut self) {
        let mut items = self.inbox.items();
        if items.state == State::Behind {
            items.state = State::Following;
        }
    }
}

impl<T> Drop for Listener<T> {
    fn drop(&mut self) {
        self.fanout.listeners().by_number.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_hear_the_same_and_a_slow_one_delays_nobody() {
        let fanout = Fanout::new(3, 10);
        let (mut quick, mut slow) = (fanout.listen(), fanout.listen());
        for n in 0..10 {
            fanout.publish(&n);
            assert_eq!(quick.next().await, Heard::Item(n));
        }
        assert_eq!(slow.next().await, Heard::Behind);
        fanout.publish(&10);
        slow.catch_up();
        fanout.publish(&11);
        assert_eq!(slow.next().await, Heard::Item(11));
        assert_eq!(
            (quick.next().await, quick.next().await),
            (Heard::Item(10), Heard::Item(11))
        );
        fanout.lose();
        assert_eq!((quick.next().await, slow.next().await), (Heard::Behind, Heard::Behind));
    }

    #[tokio::test]
    async fn the_oldest_makes_room() {
        let fanout = Fanout::new(3, 2);
        let (mut first, mut second) = (fanout.listen(), fanout.listen());
        let third = fanout.listen();
        fanout.publish(&1);
        assert_eq!(
            (first.next().await, second.next().await),
            (Heard::Closed, Heard::Item(1))
        );
        assert_eq!(fanout.count(), 2);
        drop((first, second, third));
        assert_eq!(fanout.count(), 0);
    }

    #[tokio::test]
    async fn one_that_waits_is_woken() {
        let fanout = Fanout::new(3, 2);
        let mut listener = fanout.listen();
        let waiting = tokio::spawn(async move { listener.next().await });
        tokio::task::yield_now().await;
        fanout.publish(&7);
        assert_eq!(waiting.await.unwrap(), Heard::Item(7));
    }
}
