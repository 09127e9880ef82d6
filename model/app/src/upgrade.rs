use crate::AppSpec;

impl AppSpec {
    /// Whether `new` differs in more than the count of instances, so that running instances must be replaced
    /// (`AppDefinition.isUpgrade`). The executor's resources and the versions alone never force it.
    pub fn is_upgrade(&self, new: &Self) -> bool {
        // Every field is named, so that a new one asks here whether it matters.
        let Self {
            id: _,
            instances: _,
            version: _,
            changes: _,
            executor_resources: _,
            program,
            user,
            env,
            cpus,
            mem,
            disk,
            gpus,
            executor,
            constraints,
            fetch,
            ports,
            require_ports,
            backoff,
            container,
            health_checks,
            check,
            readiness_checks,
            kill_grace_seconds,
            dependencies,
            upgrade,
            labels,
            accepted_resource_roles,
            networks,
            secrets,
            unreachable,
            kill_selection,
            tty,
            role,
            resource_limits,
        } = self;
        *program != new.program
            || *user != new.user
            || *env != new.env
            || (*cpus, *mem, *disk, *gpus) != (new.cpus, new.mem, new.disk, new.gpus)
            || *executor != new.executor
            || !same_set(constraints, &new.constraints)
            || *fetch != new.fetch
            || *ports != new.ports
            || *require_ports != new.require_ports
            || *backoff != new.backoff
            || *container != new.container
            || !same_set(health_checks, &new.health_checks)
            || *check != new.check
            || *readiness_checks != new.readiness_checks
            || *kill_grace_seconds != new.kill_grace_seconds
            || *dependencies != new.dependencies
            || *upgrade != new.upgrade
            || *labels != new.labels
            || *accepted_resource_roles != new.accepted_resource_roles
            || *networks != new.networks
            || *secrets != new.secrets
            || *unreachable != new.unreachable
            || *kill_selection != new.kill_selection
            || *tty != new.tty
            || *role != new.role
            || *resource_limits != new.resource_limits
    }

    /// Whether `new` differs in the count of instances and in nothing that forces replacement.
    pub fn is_only_scale_change(&self, new: &Self) -> bool {
        !self.is_upgrade(new) && self.instances != new.instances
    }
}

/// Whether two lists hold the same items in any order: Marathon keeps constraints and health checks as sets.
fn same_set<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.iter().all(|x| b.contains(x)) && b.iter().all(|x| a.contains(x))
}

#[cfg(test)]
mod tests {
    use base_clock::Timestamp;
    use base_ids::AppId;
    use model_resources::{Role, Scalar};

    use crate::{AppSpec, Constraint, HealthCheck, HealthProtocol, Program};

    fn app() -> AppSpec {
        let program = Some(Program::Shell("sleep 100".into()));
        AppSpec::new(
            AppId::from("/web"),
            program,
            "*".parse::<Role>().unwrap(),
            Timestamp::EPOCH,
        )
    }

    #[test]
    fn scaling_is_not_an_upgrade() {
        let new = AppSpec {
            instances: 5,
            version: Timestamp::from_millis(1),
            ..app()
        };
        assert!(!app().is_upgrade(&new) && app().is_only_scale_change(&new));
        assert!(!app().is_only_scale_change(&app()));
    }

    #[test]
    fn anything_else_is() {
        let changes: [fn(&mut AppSpec); 5] = [
            |a| a.program = Some(Program::Args(vec!["sleep".into()])),
            |a| a.cpus = Scalar::from_millis(500),
            |a| a.backoff.seconds = 2,
            |a| drop(a.labels.insert("a".into(), "b".into())),
            |a| a.health_checks.push(HealthCheck::new(HealthProtocol::Http)),
        ];
        for change in changes {
            let mut new = app();
            new.instances = 3;
            change(&mut new);
            assert!(app().is_upgrade(&new) && !app().is_only_scale_change(&new));
        }
    }

    #[test]
    fn the_order_of_constraints_does_not_matter() {
        let rack = Constraint::parse(&["rack".into(), "UNIQUE".into()]).unwrap();
        let host = Constraint::parse(&["@hostname".into(), "UNIQUE".into()]).unwrap();
        let (mut a, mut b) = (app(), app());
        a.constraints = vec![rack.clone(), host.clone()];
        b.constraints = vec![host, rack];
        assert!(!a.is_upgrade(&b));
    }
}
