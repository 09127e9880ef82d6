use crate::{Reason, node::Node};

/// Only agents that are connected and that nobody has closed take work.
pub(crate) fn refusal(node: &Node) -> Option<Reason> {
    node.closed
}
