use crate::node::Share;

/// Something must be there for the demand's roles.
pub(crate) fn admits(share: &Share) -> bool {
    share.any
}
