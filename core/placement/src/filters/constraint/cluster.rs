/// CLUSTER without a value: all instances have this value.
pub(super) fn admits(here: u32, all: u32) -> bool {
    here == all
}

/// CLUSTER with a value: the agent has it.
pub(super) fn matches(value: Option<&str>, wanted: &str) -> bool {
    value == Some(wanted)
}
