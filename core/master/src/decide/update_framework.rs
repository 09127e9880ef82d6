use std::sync::Arc;

use base_ids::FrameworkId;
use model_cluster::FrameworkSpec;
use model_resources::Role;

use super::{Decided, dropped, subscribe_framework::check_spec};
use crate::{Drop, Event, Face, Framework, Master, Reject};

impl Master {
    /// `UPDATE_FRAMEWORK`: as a new subscription, but offers stand unless their role is left.
    pub(super) fn respecify_framework(&self, framework_id: &FrameworkId, spec: FrameworkSpec) -> Decided {
        check_spec(&spec).map_err(Reject::InvalidUpdate)?;
        let (slot, framework) = self.find_framework(framework_id)?;
        check_change(framework, &spec).map_err(Reject::InvalidUpdate)?;
        check_user(framework, &spec).map_err(Reject::InvalidUpdate)?;
        let left = self
            .soft
            .offers_of_framework(slot)
            .filter(|offer| !spec.roles.contains(&offer.role));
        let mut events: Vec<Event> = left.map(|offer| dropped(offer, Drop::Rescinded)).collect();
        let session = self.soft.sessions.get(&slot);
        let was_wanted = |role: &Role| {
            framework.spec.roles.contains(role) && session.is_none_or(|session| !session.suppressed.contains(role))
        };
        let (suppressed, wanted): (Vec<Role>, Vec<Role>) = spec
            .roles
            .iter()
            .cloned()
            .partition(|role| spec.suppressed.contains(role));
        let revived: Vec<Role> = wanted.into_iter().filter(|role| !was_wanted(role)).collect();
        events.extend(respecified(framework, spec, framework.face));
        let framework_id = framework_id.clone();
        if !revived.is_empty() {
            events.push(Event::Revived {
                framework_id: framework_id.clone(),
                roles: revived,
            });
        }
        if !suppressed.is_empty() {
            events.push(Event::Suppressed {
                framework_id,
                roles: suppressed,
            });
        }
        Ok(events)
    }
}

/// The change of what a framework says of itself, if there is one.
pub(super) fn respecified(framework: &Framework, spec: FrameworkSpec, face: Face) -> Option<Event> {
    let changed = framework.adopted || *framework.spec != spec || framework.face != face;
    changed.then(|| Event::FrameworkUpdated {
        framework_id: framework.framework_id.clone(),
        spec: Arc::new(spec),
        face,
    })
}

/// Keeps what a new subscription cannot change, and which Mesos passes over then (`preserveImmutableFields` in
/// `src/master/validation.cpp`).
pub(super) fn preserve(framework: &Framework, spec: &mut FrameworkSpec) {
    if !framework.adopted {
        spec.user.clone_from(&framework.spec.user);
        spec.checkpoint = framework.spec.checkpoint;
    }
}

/// Why a framework that was like that cannot be like this. Its old principal is nobody else's business.
pub(super) fn check_change(framework: &Framework, spec: &FrameworkSpec) -> Result<(), String> {
    if framework.adopted || framework.spec.principal == spec.principal {
        return Ok(());
    }
    Err("the principal of a framework cannot change; it subscribed with another one before".to_owned())
}

/// Why UPDATE_FRAMEWORK is refused where a new subscription would pass over it (`validateUpdate` there).
fn check_user(framework: &Framework, spec: &FrameworkSpec) -> Result<(), String> {
    let old = &framework.spec;
    if framework.adopted {
        Ok(())
    } else if old.user != spec.user {
        let (old, new) = (&old.user, &spec.user);
        Err(format!("'FrameworkInfo.user' cannot change from '{old}' to '{new}'"))
    } else if old.checkpoint != spec.checkpoint {
        let (old, new) = (old.checkpoint, spec.checkpoint);
        Err(format!("'FrameworkInfo.checkpoint' cannot change from {old} to {new}"))
    } else {
        Ok(())
    }
}
