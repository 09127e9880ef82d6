use super::Preference;

/// Few instances of the app first, then the emptiest, then the order of the pool.
pub(super) fn preference(own: u32, emptiness: i64, node: u32) -> Preference {
    (own, -emptiness, node)
}
