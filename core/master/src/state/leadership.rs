use wire_link::Origin;

use crate::{Config, Master};

/// How many leaderships are remembered. What an earlier one ordered counts as lost: it is adopted, not ended.
pub(crate) const LEADERSHIPS: usize = 1000;

impl Master {
    /// Whether this journal has a place that an agent knows. If not, it has lost its tail, or is a copy from before.
    pub(crate) fn has(&self, config: &Config, origin: Origin) -> bool {
        if origin.leadership == config.leadership {
            return true;
        }
        let known = self.hard.leaderships.iter();
        let mut since = known.skip_while(|known| known.id != origin.leadership);
        if since.next().is_none() {
            return false;
        }
        origin.index <= since.next().map_or(config.index, |next| next.index)
    }
}
