use model_resources::Role;

use super::{Report, Rules};
use crate::{AppSpec, UpgradeStrategy};

impl AppSpec {
    pub(super) fn check_placement(&self, rules: &Rules, report: &mut Report) {
        for (i, constraint) in self.constraints.iter().enumerate() {
            if let Err(error) = constraint.check() {
                report.add(format!("/constraints({i})"), error);
            }
        }
        self.check_accepted_roles(report);
        let role = &self.role;
        if !rules.roles.is_empty() && !rules.roles.contains(role) {
            let names: Vec<&str> = rules.roles.iter().map(Role::as_str).collect();
            let error = format!("got {}, expected one of: {}", role.as_str(), names.join(", "));
            report.add("/role", error);
        }
        let error = "Resident apps cannot have the role *";
        report.add_if(self.is_resident() && role.is_any(), "/role", error);
    }

    fn check_accepted_roles(&self, report: &mut Report) {
        let (path, accepted) = ("/acceptedResourceRoles", &self.accepted_resource_roles);
        if accepted.is_empty() {
            return;
        }
        let only_any = accepted.len() == 1 && accepted.iter().all(Role::is_any);
        let error = "A resident app must have `acceptedResourceRoles = [\"*\"]`.";
        report.add_if(self.is_resident() && !only_any, path, error);
        let own = |r: &Role| r.is_any() || *r == self.role;
        let error = match self.role.is_any() {
            true => "acceptedResourceRoles can only contain *".to_owned(),
            false => format!("acceptedResourceRoles can only contain * and {}", self.role.as_str()),
        };
        report.add_if(!accepted.iter().all(own), path, error);
    }

    pub(super) fn check_strategies(&self, report: &mut Report) {
        self.check_upgrade(self.upgrade, report);
        if let Some(unreachable) = self.unreachable {
            let (inactive, expunge) = (unreachable.inactive_after_seconds, unreachable.expunge_after_seconds);
            let error = format!(
                "inactiveAfterSeconds ({inactive}) must be less or equal to expungeAfterSeconds, which is {expunge}"
            );
            report.add_if(inactive > expunge, "/unreachableStrategy/inactiveAfterSeconds", error);
            let error = "unreachableStrategy must be disabled for resident tasks";
            report.add_if(self.is_resident(), "/", error);
        }
    }

    fn check_upgrade(&self, upgrade: UpgradeStrategy, report: &mut Report) {
        let (health, over) = (upgrade.minimum_health_capacity, upgrade.maximum_over_capacity);
        let (health_path, over_path) = (
            "/upgradeStrategy/minimumHealthCapacity",
            "/upgradeStrategy/maximumOverCapacity",
        );
        for (path, share) in [(health_path, health), (over_path, over)] {
            let error = format!("got {share:?}, expected between 0.0 and 1.0");
            report.add_if(!(0.0..=1.0).contains(&share), path, error);
        }
        let not_zero = |share: f64| format!("got {share:?}, expected 0.0");
        if self.is_single_instance() {
            report.add_if(health != 0.0, health_path, not_zero(health));
        }
        if self.is_single_instance() || self.is_resident() {
            report.add_if(over != 0.0, over_path, not_zero(over));
        }
    }
}
