//! What of the watch face has changed since somebody looked.

use std::{collections::BTreeSet, sync::Arc};

use base_slab::Slab;
use imbl::{OrdMap, ordmap::DiffItem};

use crate::{Agent, Master, state::Link};

/// What a reader has seen of the pool. It shares with the pool whatever has not changed since.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    agents: Slab<Agent>,
    links: OrdMap<u32, Link>,
}

impl Master {
    /// The pool of this moment.
    pub fn mark(&self) -> Mark {
        Mark {
            agents: self.hard.agents.clone(),
            links: self.soft.links.clone(),
        }
    }

    /// The slots of the agents that have more or less free than at the mark, or began or ceased to take work. `None` if agents
    /// came or went or are not what they were: then all of the pool must be read anew. Costs as much as has changed.
    pub fn changed_since(&self, mark: &Mark) -> Option<BTreeSet<u32>> {
        let mut changed = BTreeSet::new();
        for slot in self.hard.agents.changed_since(&mark.agents) {
            match (mark.agents.get(slot), self.hard.agents.get(slot)) {
                (None, None) => {}
                (Some(old), Some(new)) if old.agent_id == new.agent_id && Arc::ptr_eq(&old.spec, &new.spec) => {
                    if old.used != new.used {
                        changed.insert(slot);
                    }
                }
                _ => return None,
            }
        }
        let links = mark.links.diff(&self.soft.links);
        changed.extend(links.filter_map(|difference| match difference {
            DiffItem::Add(slot, _) | DiffItem::Remove(slot, _) => Some(*slot),
            DiffItem::Update { old, new } => (old.1.is_ready() != new.1.is_ready()).then_some(*new.0),
        }));
        Some(changed)
    }
}
