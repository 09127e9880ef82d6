//! Who asks the agent, and what they may see: authenticators ([`io_auth`]) and an authoriser ([`core_authorizer`]), as on the
//! master. What a master passes on for somebody says for whom.

mod caller;
mod guard;
mod sandbox;
mod viewer;

use std::sync::Arc;

use core_authorizer::{AllowAll, Authorizer};
use io_auth::Realm;

pub(crate) use guard::{Relayed, guard};
pub(crate) use io_auth::Caller;
pub(crate) use sandbox::may_read;
pub(crate) use viewer::Viewer;

/// The realm of endpoints that show, as Mesos' challenges name it.
pub const READONLY: &str = "mesos-agent-readonly";
/// The realm of endpoints that change something.
pub const READWRITE: &str = "mesos-agent-readwrite";

/// Who must say who they are, and who may see what. By default nobody is asked, and everybody may see everything.
#[derive(Clone, Debug)]
pub struct Access {
    /// Says who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// Guards the endpoints that show ([`READONLY`]).
    pub readonly: Realm,
    /// Guards the endpoints that change something ([`READWRITE`]).
    pub readwrite: Realm,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            authorizer: Arc::new(AllowAll),
            readonly: Realm::default(),
            readwrite: Realm::default(),
        }
    }
}
