use core_master::Command;
use model_cluster::Quota;
use model_resources::{Name, Quantities, Role, Scalar};

use super::Script;

const ROLES: [&str; 4] = ["x", "y", "*", "z"];

impl Script<'_> {
    /// Weights and quotas, sensible ones and others.
    pub(super) fn share(&mut self) -> Command {
        let role = Role::new(self.one_of(&ROLES).unwrap()).unwrap();
        match self.random.below(5) {
            0 => Command::UpdateWeights {
                weights: vec![(role, self.random.below(4) as f64)],
            },
            1 => Command::SetQuota {
                role,
                guarantee: Quantities::parse(&format!("cpus:{}", 1 + self.random.below(8))).unwrap(),
                force: self.chance(30),
            },
            2 | 3 => Command::RemoveQuota { role },
            _ => Command::UpdateQuota {
                quotas: vec![(role, self.quota())],
                force: self.chance(50),
            },
        }
    }

    fn quota(&mut self) -> Quota {
        let guarantee = self.random.below(4);
        let limit = (guarantee + self.random.below(4)) as i64 - i64::from(self.chance(10));
        let mut quota = Quota {
            guarantees: Quantities::parse(&format!("cpus:{guarantee}")).unwrap(),
            ..Quota::default()
        };
        quota
            .limits
            .insert(Name::Cpus, Scalar::from_millis(limit.max(0) * 1000));
        quota
    }
}
