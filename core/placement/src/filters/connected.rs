use crate::node::Node;

/// Only connected agents take work.
pub(crate) fn admits(node: &Node) -> bool {
    node.connected
}
