use std::sync::Arc;

use crate::{Action, Approver, Authorizer, Subject};

/// Nobody may do anything: for those of whom no rule speaks.
#[derive(Clone, Copy, Debug, Default)]
pub struct DenyAll;

impl Authorizer for DenyAll {
    fn approver(&self, _: Option<&Subject>, _: Action) -> Arc<dyn Approver> {
        Arc::new(false)
    }
}
