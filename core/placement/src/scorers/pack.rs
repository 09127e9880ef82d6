use super::Preference;

/// The fullest first, then the order of the pool.
pub(super) fn preference(emptiness: i64, node: u32) -> Preference {
    (0, emptiness, node)
}
