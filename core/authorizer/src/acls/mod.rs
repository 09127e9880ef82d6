//! Mesos' access control lists (`include/mesos/authorizer/acls.proto`, `src/authorizer/local/authorizer.cpp`,
//! `docs/authorization.md`).
//!
//! Rules of an action are looked at in their order. The first that matches, by its principals and by its objects, decides;
//! if none does, `permissive` does. ANY and NONE match whatever is asked for: ANY allows it, NONE refuses it.

mod approver;
mod entity;
mod parse;
mod table;

use std::{collections::BTreeMap, sync::Arc};

use crate::{Action, Approver, Authorizer, Subject};
use approver::{ListApprover, Nested};
use entity::Entity;
use table::Kind;

pub use parse::AclError;

/// Rules for all actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acls {
    permissive: bool,
    rules: BTreeMap<&'static str, Vec<Rule>>,
}

/// One rule: these principals and these objects.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    principals: Entity,
    objects: Entity,
}

impl Acls {
    /// From Mesos' JSON.
    ///
    /// # Errors
    /// What is wrong, and in which rule.
    pub fn parse(text: &str) -> Result<Self, AclError> {
        parse::parse(text)
    }

    fn list(&self, kind: &'static Kind, subject: Option<&str>) -> ListApprover {
        let rules = self.rules.get(kind.name).into_iter().flatten();
        ListApprover::new(kind.objects, rules, subject, self.permissive)
    }
}

impl Authorizer for Acls {
    fn approver(&self, subject: Option<&Subject>, action: Action) -> Arc<dyn Approver> {
        let name = match subject {
            // Rules speak of names alone.
            Some(Subject { value: None, .. }) => return Arc::new(false),
            subject => subject.and_then(|subject| subject.value.as_deref()),
        };
        let mut lists = table::of_action(action).map(|kind| self.list(kind, name));
        match (lists.next(), lists.next()) {
            (Some(one), None) => Arc::new(one),
            (Some(command), Some(parent)) => Arc::new(Nested { command, parent }),
            (None, _) => Arc::new(false),
        }
    }
}
