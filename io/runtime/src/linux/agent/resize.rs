//! What a container may use, while it runs.

use super::container::Container;
use crate::{Error, Limits, Result};

pub fn resize(container: &Container, limits: &Limits) -> Result<()> {
    limits.validate().map_err(|reason| Error::Invalid {
        id: container.id.clone(),
        field: "limits",
        reason,
    })?;
    match container.order()?.and_then(|order| order.cgroup) {
        Some(cgroup) => cgroup.limit(limits),
        None => Ok(()),
    }
}
