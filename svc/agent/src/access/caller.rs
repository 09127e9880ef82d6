use std::{convert::Infallible, sync::Arc};

use core_authorizer::{AllowAll, DenyAll, Subject};
use io_auth::{Caller, Denied};
use io_httpd::{FromRequestParts, Parts, StatusCode};

use super::guard::Trusted;
use crate::{api::Agent, operator::CallError};

impl FromRequestParts<Agent> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, agent: &Agent) -> Result<Self, Infallible> {
        if parts.extensions.get::<Trusted>().is_some() {
            return Ok(Self::new(Arc::new(AllowAll), None));
        }
        let subject = parts.extensions.get::<Subject>().cloned();
        if subject.as_ref().is_some_and(Subject::is_nameless) {
            // An executor. What is its own it may use anyhow, and rules speak of principals.
            return Ok(Self::new(Arc::new(DenyAll), subject));
        }
        Ok(Self::new(agent.options.access.authorizer.clone(), subject))
    }
}

impl From<Denied> for CallError {
    fn from(denied: Denied) -> Self {
        Self::new(StatusCode::FORBIDDEN, denied.0)
    }
}
