use base_ids::Principal;
use core_agent::Command;
use tracing::warn;

use crate::Handle;

/// Submits what a container did, whose answer nobody needs.
pub(crate) fn tell(handle: &Handle, who: &Principal, command: Command) {
    if let Err(error) = handle.tell(who, command) {
        // Not lost: the same is found out again from the runtime at the next start.
        warn!(%error, "the agent's machine takes no commands");
    }
}
