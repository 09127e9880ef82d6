use std::net::IpAddr;

use base_clock::Timestamp;
use minicbor::{
    Decode, Decoder, Encode, Encoder,
    decode::Error as Malformed,
    encode::{Error as Unwritable, Write},
};

use crate::AgentSpec;

/// A machine, by its name, its address or both (`MachineID`); never by neither. The name is compared without regard to
/// case, so it is kept in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct MachineId {
    /// The hostname that its agents advertise.
    #[n(0)]
    pub hostname: Option<String>,
    /// The address that its agents advertise.
    #[cbor(n(1), encode_with = "encode_ip", decode_with = "decode_ip")]
    pub ip: Option<IpAddr>,
}

impl MachineId {
    /// A machine by what is known of it; an empty name is none.
    pub fn new(hostname: Option<&str>, ip: Option<IpAddr>) -> Self {
        Self {
            hostname: hostname.filter(|name| !name.is_empty()).map(str::to_lowercase),
            ip,
        }
    }

    /// Whether an agent is on this machine: what is given must be as the agent says.
    pub fn holds(&self, agent: &AgentSpec) -> bool {
        let named = self
            .hostname
            .as_ref()
            .is_none_or(|name| *name == agent.hostname.to_lowercase());
        named && self.ip.is_none_or(|ip| ip == agent.ip) && (self.hostname.is_some() || self.ip.is_some())
    }
}

/// When something will not be there (`Unavailability`). Both in nanoseconds, as Mesos has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Unavailability {
    /// From when on, since 1970.
    #[n(0)]
    pub start_nanos: i64,
    /// For how long; for ever if not given.
    #[n(1)]
    pub duration_nanos: Option<i64>,
}

impl Unavailability {
    /// Whether any of it is between two times, the second of which counts.
    pub fn overlaps(&self, from: Timestamp, until: Timestamp) -> bool {
        let micros = |nanos: i64| Timestamp::from_micros(nanos.div_euclid(1000));
        let end = self
            .duration_nanos
            .map(|nanos| micros(self.start_nanos.saturating_add(nanos)));
        micros(self.start_nanos) <= until && end.is_none_or(|end| from < end)
    }
}

/// Machines that go into maintenance together (`maintenance::Window`).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Window {
    /// Which; never empty.
    #[n(0)]
    pub machines: Vec<MachineId>,
    /// When.
    #[n(1)]
    pub unavailability: Unavailability,
}

/// The bytes of the address, or none of them.
fn encode_ip<C, W: Write>(ip: &Option<IpAddr>, e: &mut Encoder<W>, cx: &mut C) -> Result<(), Unwritable<W::Error>> {
    match ip {
        Some(ip) => crate::ip::encode(ip, e, cx),
        None => e.null()?.ok(),
    }
}

fn decode_ip<C>(d: &mut Decoder<'_>, cx: &mut C) -> Result<Option<IpAddr>, Malformed> {
    if d.datatype()? == minicbor::data::Type::Null {
        return d.null().map(|()| None);
    }
    crate::ip::decode(d, cx).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_before_or_begins_after_does_not_overlap() {
        let window = |duration_nanos| Unavailability {
            start_nanos: 100_000,
            duration_nanos,
        };
        let at = Timestamp::from_micros;
        for (from, until, bounded, open) in [
            (0, 99, false, false),
            (0, 100, true, true),
            (120, 130, true, true),
            (149, 200, true, true),
            (150, 200, false, true),
        ] {
            let found = (
                window(Some(50_000)).overlaps(at(from), at(until)),
                window(None).overlaps(at(from), at(until)),
            );
            assert_eq!(found, (bounded, open), "{from} to {until}");
        }
    }
}
