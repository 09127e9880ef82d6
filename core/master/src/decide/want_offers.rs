use base_ids::FrameworkId;
use model_resources::Role;

use super::Decided;
use crate::{Event, Master, Reject};

impl Master {
    pub(super) fn revive_offers(&self, framework_id: &FrameworkId, roles: Vec<Role>) -> Decided {
        let roles = self.own_roles(framework_id, roles)?;
        Ok(vec![Event::Revived {
            framework_id: framework_id.clone(),
            roles,
        }])
    }

    pub(super) fn suppress_offers(&self, framework_id: &FrameworkId, roles: Vec<Role>) -> Decided {
        let roles = self.own_roles(framework_id, roles)?;
        Ok(vec![Event::Suppressed {
            framework_id: framework_id.clone(),
            roles,
        }])
    }

    /// The roles of a call: all of the framework's if it names none, and none but its own.
    fn own_roles(&self, framework_id: &FrameworkId, roles: Vec<Role>) -> Result<Vec<Role>, Reject> {
        let (_, framework) = self.find_framework(framework_id)?;
        if roles.is_empty() {
            return Ok(framework.spec.roles.clone());
        }
        match roles.iter().find(|role| !framework.spec.roles.contains(role)) {
            Some(role) => Err(Reject::InvalidFramework(format!(
                "it is not subscribed to role '{role}'"
            ))),
            None => Ok(roles),
        }
    }
}
