//! Who asks over HTTP: authenticators turn the headers of a request into a [`core_authorizer::Subject`].
//!
//! A [`Realm`] is a set of endpoints that share their authenticators; one without any asks nobody. [`Basic`] compares a name
//! and a secret with [`Credentials`]; whoever can read another header, such as a token, stands beside it.

mod basic;
mod caller;
mod close;
mod cram;
mod credentials;
mod realm;

use std::fmt::Debug;

use core_authorizer::Subject;
use io_httpd::HeaderMap;

pub use basic::{Basic, header as basic_header};
pub use caller::{Caller, Denied};
pub use close::close;
pub use cram::Cram;
pub use credentials::{Credentials, CredentialsError};
pub use realm::Realm;

/// Finds out who sent a request.
pub trait Authenticator: Debug + Send + Sync {
    /// Who it is; `None` if the headers do not prove it.
    fn authenticate(&self, headers: &HeaderMap) -> Option<Subject>;

    /// What the `WWW-Authenticate` header asks for (RFC 9110, 11.6.1).
    fn challenge(&self, realm: &str) -> String;
}
