use std::{collections::BTreeSet, sync::Arc};

use base_ids::FrameworkId;
use core_allocator::check_expression;
use model_cluster::{FrameworkSpec, Predicate};

use super::{
    Cx, Decided,
    update_framework::{check_change, preserve, respecified},
};
use crate::{Event, Framework, Master, Reject, Subscribe};

impl Master {
    pub(super) fn subscribe_framework(&self, cx: &Cx<'_>, subscribe: Subscribe) -> Decided {
        check_spec(&subscribe.spec).map_err(Reject::InvalidFramework)?;
        let framework_id = match &subscribe.framework_id {
            Some(framework_id) => framework_id.clone(),
            None => self.new_framework_id(cx),
        };
        let connected = Event::FrameworkConnected {
            framework_id: framework_id.clone(),
            connection: subscribe.connection,
        };
        let mut events = match self.find_framework(&framework_id) {
            Ok((slot, framework)) => self.resubscribe(slot, framework, subscribe)?,
            Err(Reject::UnknownFramework(_)) if self.hard.frameworks.len() >= cx.config.max_frameworks => {
                return Err(Reject::Limit {
                    what: "frameworks",
                    limit: cx.config.max_frameworks,
                });
            }
            Err(Reject::UnknownFramework(_)) => vec![Event::FrameworkSubscribed {
                framework_id,
                spec: Arc::new(subscribe.spec),
                face: subscribe.face,
            }],
            Err(reject) => return Err(reject),
        };
        events.push(connected);
        Ok(events)
    }

    fn resubscribe(&self, slot: u32, framework: &Framework, subscribe: Subscribe) -> Decided {
        let framework_id = &framework.framework_id;
        let session = self.soft.sessions.get(&slot);
        if !subscribe.force && session.is_some_and(|session| session.connection != subscribe.connection) {
            return Err(Reject::FrameworkConnected(framework_id.clone()));
        }
        let mut events: Vec<Event> = self.drop_framework_offers(slot).collect();
        let mut spec = subscribe.spec;
        preserve(framework, &mut spec);
        check_change(framework, &spec).map_err(Reject::InvalidFramework)?;
        events.extend(respecified(framework, spec, subscribe.face));
        if framework.deadline.is_some() || framework.adopted || session.is_some() {
            events.push(Event::FrameworkReconnected {
                framework_id: framework_id.clone(),
            });
        }
        Ok(events)
    }

    /// `<cluster>-<nnnn>`, as Mesos writes it.
    fn new_framework_id(&self, cx: &Cx<'_>) -> FrameworkId {
        let ids = (self.hard.next_framework..).map(|n| FrameworkId::from(format!("{}-{n:04}", cx.config.cluster_id)));
        let mut free = ids.filter(|id| !self.framework_slots.contains_key(id) && !self.is_history(id));
        free.next().expect("there are more numbers than frameworks")
    }
}

/// Why a framework cannot be like that.
pub(super) fn check_spec(spec: &FrameworkSpec) -> Result<(), String> {
    let roles: BTreeSet<_> = spec.roles.iter().collect();
    let why = if roles.is_empty() {
        "it names no role".into()
    } else if roles.len() < spec.roles.len() {
        "it names a role twice".into()
    } else if let Some(role) = spec.suppressed.iter().find(|role| !roles.contains(role)) {
        format!("it suppresses role '{role}', to which it does not subscribe")
    } else if let Some(role) = spec.constraints.keys().find(|role| !roles.contains(role)) {
        format!("'offer_constraints' are set for role '{role}', to which it does not subscribe")
    } else if let Some(why) = flaw_of_constraints(spec) {
        why
    } else {
        return Ok(());
    };
    Err(why)
}

fn flaw_of_constraints(spec: &FrameworkSpec) -> Option<String> {
    for (role, groups) in &spec.constraints {
        if groups.is_empty() || groups.iter().any(Vec::is_empty) {
            return Some(format!(
                "the 'offer_constraints' of role '{role}' have an empty group or none"
            ));
        }
        for constraint in groups.iter().flatten() {
            if let Predicate::TextMatches(text) | Predicate::TextNotMatches(text) = &constraint.predicate
                && let Err(why) = check_expression(text)
            {
                return Some(format!(
                    "the expression '{text}' in the 'offer_constraints' of role '{role}': {why}"
                ));
            }
        }
    }
    None
}
