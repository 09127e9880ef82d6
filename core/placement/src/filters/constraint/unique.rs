/// UNIQUE: no instance has this value yet.
pub(super) fn admits(here: u32) -> bool {
    here == 0
}
