/// MAX_PER: fewer than `limit` instances have this value.
pub(super) fn admits(here: u32, limit: u32) -> bool {
    here < limit
}
