/// GROUP_BY: no known value has fewer instances than this one. `known` values count even while they have none; if there
/// are fewer of them than the `wanted` number of groups, the missing ones count as empty (as in Marathon).
pub(super) fn admits(here: u32, least: u32, known: u32, wanted: u32) -> bool {
    here <= if known < wanted { 0 } else { least }
}
