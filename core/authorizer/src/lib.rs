//! Who may do what: a question of a subject, an action and an object, answered without any I/O.
//!
//! An [`Authorizer`] is asked once for a subject and an action, and gives an [`Approver`], which is then asked for each
//! object: a list of ten thousand tasks is filtered by one of them. [`AllowAll`] is the cluster without rules, [`Acls`] the
//! rules that Mesos reads from a file; whatever else knows permissions stands beside them.

mod acls;
mod action;
mod allow_all;
mod deny_all;
mod object;
mod subject;

use std::{fmt::Debug, sync::Arc};

pub use acls::{AclError, Acls};
pub use action::Action;
pub use allow_all::AllowAll;
pub use deny_all::DenyAll;
pub use object::Object;
pub use subject::Subject;

/// Knows who may do what.
pub trait Authorizer: Debug + Send + Sync {
    /// What a subject may do with objects of an action. Nobody (`None`) is whoever was not asked who they are.
    fn approver(&self, subject: Option<&Subject>, action: Action) -> Arc<dyn Approver>;

    /// The same for a single object.
    fn allows(&self, subject: Option<&Subject>, action: Action, object: &Object<'_>) -> bool {
        self.approver(subject, action).approves(object)
    }
}

/// What one subject may do with the objects of one action.
pub trait Approver: Send + Sync {
    /// Whether it may do it with this object.
    fn approves(&self, object: &Object<'_>) -> bool;

    /// Whether it may do it with every object there can be, so that nobody need ask for each. `false` says nothing.
    fn approves_all(&self) -> bool;
}

/// An answer that is the same for every object.
impl Approver for bool {
    fn approves(&self, _: &Object<'_>) -> bool {
        *self
    }

    fn approves_all(&self) -> bool {
        *self
    }
}
