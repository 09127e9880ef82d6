use crate::node::{Amounts, Share};

/// Enough gpus.
pub(crate) fn fits(share: &Share, need: &Amounts) -> bool {
    share.amounts.gpus >= need.gpus
}
