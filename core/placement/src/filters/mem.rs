use crate::node::{Amounts, Share};

/// Enough mem.
pub(crate) fn fits(share: &Share, need: &Amounts) -> bool {
    share.amounts.mem >= need.mem
}
