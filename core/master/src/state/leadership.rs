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

#[cfg(test)]
mod tests {
    use base_ids::ClusterId;

    use super::*;
    use crate::Leadership;

    #[test]
    fn a_place_is_in_the_journal_up_to_where_the_next_leadership_began() {
        let mut master = Master::default();
        for (id, epoch, index) in [(71, 1, 0), (72, 2, 100), (73, 4, 250)] {
            let leadership = Leadership { id, epoch, index };
            master.hard.leaderships.push(leadership, LEADERSHIPS);
        }
        let config = |leadership, index| Config {
            leadership,
            index,
            ..Config::new(ClusterId::from("C"), 4)
        };
        let has = |config: &Config, leadership, index| master.has(config, Origin { leadership, index });
        let now = config(73, 250);
        assert!(has(&now, 71, 100) && has(&now, 72, 250) && has(&now, 73, 900));
        assert!(!has(&now, 71, 101), "the tail of the first is lost");
        assert!(!has(&now, 72, 251), "and of the second");
        assert!(!has(&now, 99, 1), "another journal counted the same epoch");
        // The next one has begun and has not said so yet.
        let next = config(74, 400);
        assert!(has(&next, 73, 400) && !has(&next, 73, 401) && has(&next, 74, 401));
    }
}
