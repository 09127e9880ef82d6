use crate::node::{Amounts, Share};

/// Enough disk.
pub(crate) fn fits(share: &Share, need: &Amounts) -> bool {
    share.amounts.disk >= need.disk
}
