use crate::app::App;

impl App {
    /// Takes over each field that an update gives. The id stays; fields that only answers have are not looked at.
    pub(crate) fn overlay(&mut self, update: Self) {
        macro_rules! take {
            ($($field:ident),*) => {$(
                if update.$field.is_some() {
                    self.$field = update.$field;
                }
            )*};
        }
        take!(
            cmd,
            args,
            user,
            env,
            instances,
            cpus,
            mem,
            disk,
            gpus,
            executor,
            executor_resources,
            constraints,
            fetch,
            port_definitions,
            require_ports,
            backoff_seconds,
            backoff_factor,
            max_launch_delay_seconds,
            container,
            health_checks,
            check,
            readiness_checks,
            dependencies,
            upgrade_strategy,
            labels,
            accepted_resource_roles,
            networks,
            residency,
            secrets,
            task_kill_grace_period_seconds,
            unreachable_strategy,
            kill_selection,
            tty,
            role,
            resource_limits
        );
    }
}
