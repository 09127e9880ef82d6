//! A look into a journal, for people: `harmony journal`.

use io_store::Entry;

/// One record as text: what its machine would read in it, or its bytes where they cannot be read.
pub fn print(entry: &Entry) -> String {
    let record = &entry.record;
    let bytes: String = record.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("version {} {bytes}", record.version)
}

/// The time of a record, as text; empty where the record carries none.
pub fn time(_entry: &Entry) -> String {
    String::new()
}

/// The name of a record's machine.
pub fn machine(entry: &Entry) -> String {
    format!("{:?}", entry.record.machine)
}
