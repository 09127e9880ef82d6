//! Who asks, and what they may do: the seam to authenticators ([`io_auth`]) and to an authoriser ([`core_authorizer`]).
//!
//! A request passes `guard`, which finds out who it is from; a handler takes its [`Caller`] and asks what that may do. The
//! pool itself knows of none of this: what is refused never becomes a command.

mod caller;
mod framework;
mod guard;
mod operation;
mod viewer;

use std::sync::Arc;

use core_authorizer::{AllowAll, Authorizer};
use io_auth::{Credentials, Realm};

pub(crate) use caller::named;
pub(crate) use framework::{Rights, may_register};
pub(crate) use guard::guard;
pub(crate) use io_auth::Caller;
pub(crate) use operation::{asks, is_of};
pub(crate) use viewer::Viewer;

/// The realm of endpoints that show, as Mesos' challenges name it.
pub const READONLY: &str = "mesos-master-readonly";
/// The realm of endpoints that change something.
pub const READWRITE: &str = "mesos-master-readwrite";
/// The realm of the v1 scheduler API.
pub const FRAMEWORKS: &str = "mesos-master-scheduler";

/// Who must say who they are, and who may do what. By default nobody is asked, and everybody may do everything.
#[derive(Clone, Debug)]
pub struct Access {
    /// Says who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// Guards the endpoints that show ([`READONLY`]).
    pub readonly: Realm,
    /// Guards the endpoints that change something ([`READWRITE`]).
    pub readwrite: Realm,
    /// Guards the v1 scheduler API ([`FRAMEWORKS`]).
    pub frameworks: Realm,
    /// Whether frameworks on native drivers must have authenticated.
    pub authenticate_drivers: bool,
    /// Those by which drivers authenticate.
    pub credentials: Credentials,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            authorizer: Arc::new(AllowAll),
            readonly: Realm::default(),
            readwrite: Realm::default(),
            frameworks: Realm::default(),
            authenticate_drivers: false,
            credentials: Credentials::default(),
        }
    }
}
