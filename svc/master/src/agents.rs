//! The agents that are linked right now.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use base_ids::AgentId;
use io_link::{Opener, Outbox};
use wire_link::ToAgent;

/// One agent's link.
#[derive(Clone)]
pub(crate) struct Link {
    /// Tells this connection from the agent's others.
    pub(crate) connection: u64,
    /// Orders to it.
    pub(crate) outbox: Outbox<ToAgent>,
    /// Streams to its HTTP router.
    pub(crate) opener: Opener,
    /// Ends the connection.
    pub(crate) cut: tokio_util::sync::CancellationToken,
}

/// Links by agent. Shared; a clone is a pointer.
#[derive(Clone, Default)]
pub(crate) struct Agents(Arc<RwLock<HashMap<AgentId, Link>>>);

impl Agents {
    pub(crate) fn get(&self, id: &AgentId) -> Option<Link> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Puts a link in place; an older one of the same agent is cut.
    pub(crate) fn put(&self, id: AgentId, link: Link) {
        let old = self.0.write().unwrap_or_else(PoisonError::into_inner).insert(id, link);
        if let Some(old) = old {
            old.cut.cancel();
        }
    }

    /// Removes a link, unless a newer one took its place.
    pub(crate) fn remove(&self, id: &AgentId, connection: u64) {
        let mut links = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if links.get(id).is_some_and(|link| link.connection == connection) {
            links.remove(id);
        }
    }

    /// Sends an order; a link that is stuck is cut, since orders are given again on the next.
    pub(crate) fn send(&self, id: &AgentId, message: ToAgent) {
        if let Some(link) = self.get(id)
            && !link.outbox.send(message)
        {
            link.cut.cancel();
        }
    }

    /// Cuts one link.
    pub(crate) fn cut(&self, id: &AgentId) {
        if let Some(link) = self.get(id) {
            link.cut.cancel();
        }
    }

    /// Cuts every link.
    pub(crate) fn cut_all(&self) {
        for (_, link) in self.0.write().unwrap_or_else(PoisonError::into_inner).drain() {
            link.cut.cancel();
        }
    }
}
