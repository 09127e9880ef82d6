//! What a journal's record says, for people: `harmony journal`.

use std::fmt::Debug;

use core_machine::Record;
use io_store::Entry;

/// The tags of the machines, as the daemons give them.
const MACHINES: [(u16, &str); 3] = [(1, "master"), (2, "apps"), (16, "agent")];

/// A record as text.
pub struct Told {
    /// When it was decided.
    pub time: String,
    /// Who asked.
    pub principal: String,
    /// Whose fact it is.
    pub machine: String,
    /// The fact.
    pub event: String,
}

/// Reads a record with the machine's own codec; what that cannot read is shown as bytes, with the reason.
pub fn read(entry: &Entry) -> Told {
    let tag = entry.record.machine.0;
    let name = MACHINES
        .iter()
        .find(|(known, _)| *known == tag)
        .map(|(_, name)| (*name).to_owned());
    let machine = name.unwrap_or_else(|| format!("machine {tag}"));
    let read = match tag {
        1 | 2 => decode::<core_control::Event>(entry),
        16 => decode::<core_agent::Event>(entry),
        _ => Err("no machine of this release has that tag".to_owned()),
    };
    match read {
        Ok((time, principal, event)) => Told {
            time,
            principal,
            machine,
            event,
        },
        Err(why) => {
            let bytes: String = entry.record.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let event = format!("unreadable, format version {}: {why}: {bytes}", entry.record.version);
            Told {
                time: "-".to_owned(),
                principal: "-".to_owned(),
                machine,
                event,
            }
        }
    }
}

fn decode<E: Debug + for<'b> minicbor::Decode<'b, ()>>(entry: &Entry) -> Result<(String, String, String), String> {
    let record: Record<E> = minicbor::decode(&entry.record.bytes).map_err(|error| error.to_string())?;
    Ok((
        record.at.to_string(),
        record.principal.to_string(),
        format!("{:?}", record.event),
    ))
}
