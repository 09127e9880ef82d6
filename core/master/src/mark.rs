//! What of the watch face has changed since somebody looked.

use std::{collections::BTreeSet, sync::Arc};

use base_slab::Slab;
use imbl::{OrdMap, OrdSet, ordmap::DiffItem, ordset::DiffItem as SetDiff};

use crate::{Agent, Master, state::Link};

/// What a reader has seen of the pool. It shares with the pool whatever has not changed since.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    agents: Slab<Agent>,
    links: OrdMap<u32, Link>,
    down: OrdSet<u32>,
}

/// Whether an agent has what it had.
fn is_same(old: &Agent, new: &Agent) -> bool {
    old.agent_id == new.agent_id && Arc::ptr_eq(&old.spec, &new.spec) && old.total == new.total
}

impl Master {
    /// The pool of this moment.
    pub fn mark(&self) -> Mark {
        Mark {
            agents: self.hard.agents.clone(),
            links: self.soft.links.clone(),
            down: self.down.clone(),
        }
    }

    /// The slots of the agents that have more or less free than at the mark, or began or ceased to take work. `None` if agents
    /// came or went or are not what they were: then all of the pool must be read anew. Costs as much as has changed.
    pub fn changed_since(&self, mark: &Mark) -> Option<BTreeSet<u32>> {
        let mut changed = BTreeSet::new();
        for slot in self.hard.agents.changed_since(&mark.agents) {
            match (mark.agents.get(slot), self.hard.agents.get(slot)) {
                (None, None) => {}
                (Some(old), Some(new)) if is_same(old, new) => {
                    if old.used != new.used || old.deactivated != new.deactivated || old.drain != new.drain {
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
        changed.extend(mark.down.diff(&self.down).map(|difference| match difference {
            SetDiff::Add(slot) | SetDiff::Remove(slot) => *slot,
        }));
        Some(changed)
    }
}
