/// Identifies one boot of this machine; a fixed text where the system has no such thing.
pub(crate) fn boot_id() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    if id.is_empty() {
        "unknown".to_owned()
    } else {
        id.trim().to_owned()
    }
}
