use std::convert::Infallible;

use core_authorizer::Subject;
use io_auth::{Caller, Denied};
use io_httpd::{FromRequestParts, Parts, StatusCode};

use crate::{Master, scheduler::error::CallError};

impl FromRequestParts<Master> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, master: &Master) -> Result<Self, Infallible> {
        Ok(caller(master, parts.extensions.get::<Subject>().cloned()))
    }
}

/// Somebody, with what they may do here.
pub(crate) fn caller(master: &Master, subject: Option<Subject>) -> Caller {
    Caller::new(master.options.access.authorizer.clone(), subject)
}

/// Somebody by name.
pub(crate) fn named(master: &Master, name: Option<&str>) -> Caller {
    caller(master, name.map(Subject::named))
}

impl From<Denied> for CallError {
    fn from(denied: Denied) -> Self {
        Self::new(StatusCode::FORBIDDEN, denied.0)
    }
}
