use std::sync::Arc;

use base_fault::Class;
use base_ids::Principal;
use core_authorizer::{Action, Approver, Authorizer, Object, Subject};
use io_httpd::HttpError;

/// Whoever sent a request, with what they may do. Handlers take it as an argument.
#[derive(Clone, Debug)]
pub struct Caller {
    subject: Option<Subject>,
    authorizer: Arc<dyn Authorizer>,
}

impl Caller {
    /// Somebody, or nobody that is known.
    pub fn new(authorizer: Arc<dyn Authorizer>, subject: Option<Subject>) -> Self {
        Self { subject, authorizer }
    }

    /// The name, if they had to give one.
    pub fn name(&self) -> Option<&str> {
        self.subject.as_ref()?.value.as_deref()
    }

    /// What they have proved of this name beside their own.
    pub fn claim(&self, name: &str) -> Option<&str> {
        self.subject.as_ref()?.claims.get(name).map(String::as_str)
    }

    /// Whom the journal names; `nobody` for whoever did not have to say.
    pub fn principal_or(&self, nobody: &str) -> Principal {
        Principal::from(self.name().unwrap_or(nobody))
    }

    /// What they may do with the objects of an action.
    pub fn approver(&self, action: Action) -> Arc<dyn Approver> {
        self.authorizer.approver(self.subject.as_ref(), action)
    }

    /// Whether they may do this.
    pub fn may(&self, action: Action, object: &Object<'_>) -> bool {
        self.authorizer.allows(self.subject.as_ref(), action, object)
    }

    /// Goes on only if they may do this.
    ///
    /// # Errors
    /// They may not.
    pub fn demand(&self, action: Action, object: &Object<'_>) -> Result<(), Denied> {
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

/// Known, but not allowed: answered with 403. It says who may not do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied(pub String);

impl From<Denied> for HttpError {
    fn from(denied: Denied) -> Self {
        Self::new(Class::Denied, denied.0)
    }
}
