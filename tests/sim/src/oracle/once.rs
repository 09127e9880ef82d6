//! A task runs at most once.

use std::collections::BTreeMap;

use base_ids::ContainerId;
use core_agent::Key;

/// Every task that ever ran, and in which container.
#[derive(Debug, Default)]
pub(crate) struct Once(BTreeMap<Key, ContainerId>);

impl Once {
    pub(crate) fn started(&mut self, key: &Key, container: &ContainerId) -> Result<(), String> {
        match self.0.insert(key.clone(), container.clone()) {
            None => Ok(()),
            Some(first) => Err(format!(
                "task {} ran in {first} and runs again in {container}",
                key.task_id
            )),
        }
    }
}
