use super::{Rule, entity::Entity, table::Objects};
use crate::{Approver, Object};

/// One list of rules as one subject meets it: those that speak of it, in order.
pub(super) struct ListApprover {
    objects: Objects,
    /// The objects of a rule, and whether it allows the subject.
    rules: Vec<(Entity, bool)>,
    permissive: bool,
}

impl ListApprover {
    pub(super) fn new<'a>(
        objects: Objects,
        rules: impl Iterator<Item = &'a Rule>,
        subject: Option<&str>,
        permissive: bool,
    ) -> Self {
        let own = rules.filter(|rule| rule.principals.matches(subject));
        let own = own.map(|rule| (rule.objects.clone(), rule.principals.allows(subject)));
        Self {
            objects,
            rules: own.collect(),
            permissive,
        }
    }

    fn decide(&self, asked: Option<&str>) -> bool {
        let roles = self.objects == Objects::Roles;
        let matches = |objects: &Entity| {
            if roles {
                objects.matches_role(asked)
            } else {
                objects.matches(asked)
            }
        };
        let first = self.rules.iter().find(|(objects, _)| matches(objects));
        first.map_or(self.permissive, |(objects, allowed)| {
            *allowed && *objects != Entity::None
        })
    }
}

impl Approver for ListApprover {
    fn approves(&self, object: &Object<'_>) -> bool {
        match (self.objects, object) {
            // It must be allowed all of its roles.
            (Objects::Roles, Object::Framework(framework)) if !framework.roles.is_empty() => {
                framework.roles.iter().all(|role| self.decide(Some(role.as_str())))
            }
            (objects, object) => self.decide(objects.name(object)),
        }
    }

    /// Rules that allow these or those are in the way of nothing; the first that refuses something, or speaks of all, decides.
    fn approves_all(&self) -> bool {
        for (objects, allowed) in &self.rules {
            match objects {
                Entity::Any => return *allowed,
                Entity::None => return false,
                Entity::Some(_) if !allowed => return false,
                Entity::Some(_) => {}
            }
        }
        self.permissive
    }
}

/// A container within another: who may run as its user, and who may run anything within what runs as the parent's. Where no
/// command is run, the second alone is asked.
pub(super) struct Nested {
    pub(super) command: ListApprover,
    pub(super) parent: ListApprover,
}

impl Approver for Nested {
    fn approves(&self, object: &Object<'_>) -> bool {
        let runs = matches!(object, Object::Nested { .. });
        self.parent.approves(object) && (!runs || self.command.approves(object))
    }

    fn approves_all(&self) -> bool {
        self.parent.approves_all() && self.command.approves_all()
    }
}
