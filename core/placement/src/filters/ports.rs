use model_resources::Ranges;

use crate::PortAsk;

/// The very ports that are asked for, and enough others.
pub(crate) fn fits(free: &Ranges, asks: &[PortAsk]) -> bool {
    let fixed_free = asks.iter().all(|ask| match ask {
        PortAsk::Fixed(port) => free.contains_number(u64::from(*port)),
        PortAsk::Any => true,
    });
    fixed_free && (asks.is_empty() || free.count() >= asks.len() as u64)
}
