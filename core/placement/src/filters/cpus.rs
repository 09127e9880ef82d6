use crate::node::{Amounts, Share};

/// Enough cpus.
pub(crate) fn fits(share: &Share, need: &Amounts) -> bool {
    share.amounts.cpus >= need.cpus
}
