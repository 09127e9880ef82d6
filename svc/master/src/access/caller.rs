use std::{convert::Infallible, sync::Arc};

use base_fault::Class;
use base_ids::Principal;
use core_authorizer::{Action, Approver, Authorizer, Object, Subject};
use io_httpd::{FromRequestParts, HttpError, Parts, StatusCode};

use crate::{Master, scheduler::error::CallError};

/// Whoever sent a request, with what they may do. Handlers take it as an argument.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    subject: Option<Subject>,
    authorizer: Arc<dyn Authorizer>,
}

impl FromRequestParts<Master> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, master: &Master) -> Result<Self, Infallible> {
        Ok(Self::new(master, parts.extensions.get::<Subject>().cloned()))
    }
}

impl Caller {
    pub(crate) fn new(master: &Master, subject: Option<Subject>) -> Self {
        Self {
            subject,
            authorizer: master.options.access.authorizer.clone(),
        }
    }

    /// Somebody by name.
    pub(crate) fn named(master: &Master, name: Option<&str>) -> Self {
        Self::new(master, name.map(Subject::named))
    }

    /// The name, if they had to give one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.subject.as_ref()?.value.as_deref()
    }

    /// Whom the journal names for what an operator asks.
    pub(crate) fn principal(&self) -> Principal {
        Principal::from(self.name().unwrap_or("operator"))
    }

    /// Whom the journal names for what a framework asks.
    pub(crate) fn framework(&self) -> Principal {
        Principal::from(self.name().unwrap_or("framework"))
    }

    pub(crate) fn approver(&self, action: Action) -> Arc<dyn Approver> {
        self.authorizer.approver(self.subject.as_ref(), action)
    }

    pub(crate) fn may(&self, action: Action, object: &Object<'_>) -> bool {
        self.authorizer.allows(self.subject.as_ref(), action, object)
    }

    /// Goes on only if they may do this.
    pub(crate) fn demand(&self, action: Action, object: &Object<'_>) -> Result<(), Denied> {
        if self.may(action, object) {
            return Ok(());
        }
        let who = match &self.subject {
            Some(subject) => format!("principal '{subject}'"),
            None => "a request without a principal".to_owned(),
        };
        Err(Denied(format!("{who} is not authorized to {action}")))
    }
}

/// Known, but not allowed: answered with 403.
#[derive(Debug)]
pub(crate) struct Denied(String);

impl From<Denied> for CallError {
    fn from(denied: Denied) -> Self {
        Self::new(StatusCode::FORBIDDEN, denied.0)
    }
}

impl From<Denied> for HttpError {
    fn from(denied: Denied) -> Self {
        Self::new(Class::Denied, denied.0)
    }
}
