use crate::tree::Kind;

/// In which order siblings are served (Mesos' `--role_sorter` and `--framework_sorter`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sorter {
    /// Who is furthest below its weighted dominant share comes first.
    #[default]
    Drf,
    /// By lot: who weighs twice as much comes first twice as often (`sorter/random/sorter.cpp`).
    Random,
}

/// The lots of one allocation.
///
/// Everybody's turns come at random times, as often as it weighs, and who has the next turn is served. So each pick is as
/// independent of those before as if all lots were drawn anew, though only the lot of whom was served is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lottery {
    pub(crate) roles: Sorter,
    pub(crate) frameworks: Sorter,
    /// While an allocation is played.
    pub(crate) seed: Option<u64>,
}

impl Lottery {
    /// Whether siblings of a kind come by lot.
    pub(crate) fn is_for(&self, kind: &Kind) -> bool {
        let sorter = match kind {
            Kind::Leaf { .. } => self.frameworks,
            Kind::Role { .. } | Kind::Members => self.roles,
        };
        sorter == Sorter::Random
    }

    /// The time until the next turn of a node, of which it has had so many.
    pub(crate) fn wait(&self, slot: u32, turns: u64, weight: f64) -> f64 {
        let seed = self.seed.unwrap_or_default();
        let bits = mix(mix(seed ^ mix(u64::from(slot))) ^ turns);
        // From 2^-53 to 1, both included.
        let part = ((bits >> 11) + 1) as f64 / (1u64 << 53) as f64;
        part.ln().abs() / weight
    }
}

/// Steele, Lea and Flood's SplitMix64: every bit of the result depends on every bit of the number.
fn mix(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
