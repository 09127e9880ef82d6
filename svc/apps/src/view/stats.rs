use base_clock::Timestamp;
use core_apps::{App, Apps, Condition, Instance};
use wire_marathon::{LifeTime, Stats, TaskCounts, TaskStats, TaskStatsByVersion};

/// Statistics of an app's tasks, by version.
pub(crate) fn of(apps: &Apps, app: &App, now: Timestamp) -> TaskStatsByVersion {
    let spec = app.spec();
    let scaled = spec.changes.map_or(spec.version, |changes| changes.last_scaling_at);
    let all: Vec<&Instance> = apps
        .instances(&spec.id)
        .filter(|instance| instance.place.is_some())
        .collect();
    let some = |is: &dyn Fn(&Instance) -> bool| {
        let chosen: Vec<&Instance> = all.iter().copied().filter(|instance| is(instance)).collect();
        (!chosen.is_empty()).then(|| Stats {
            stats: stats(&chosen, now),
        })
    };
    TaskStatsByVersion {
        started_after_last_scaling: some(&|instance| instance.version >= scaled),
        with_latest_config: some(&|instance| instance.config == spec.config_version()),
        with_outdated_config: some(&|instance| instance.config != spec.config_version()),
        total_summary: some(&|_| true),
    }
}

fn stats(instances: &[&Instance], now: Timestamp) -> TaskStats {
    let count = |is: &dyn Fn(&Instance) -> bool| {
        u32::try_from(instances.iter().filter(|instance| is(instance)).count()).unwrap_or(u32::MAX)
    };
    let counts = TaskCounts {
        staged: count(&|i| matches!(i.condition, Condition::Provisioned | Condition::Staging)),
        running: count(&|i| i.condition == Condition::Running),
        healthy: count(&|i| i.is_healthy() == Some(true)),
        unhealthy: count(&|i| i.is_healthy() == Some(false)),
    };
    let ages = instances.iter().filter_map(|instance| instance.started_at);
    TaskStats {
        counts,
        life_time: life_time(ages.map(|at| now.since(at).as_secs_f64()).collect()),
    }
}

fn life_time(mut ages: Vec<f64>) -> Option<LifeTime> {
    ages.sort_by(f64::total_cmp);
    let middle = ages.len() / 2;
    let upper = *ages.get(middle)?;
    let median_seconds = if ages.len() % 2 == 1 {
        upper
    } else {
        f64::midpoint(ages[middle - 1], upper)
    };
    let average_seconds = ages.iter().sum::<f64>() / ages.len() as f64;
    Some(LifeTime {
        average_seconds,
        median_seconds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let life = life_time(vec![9.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((life.median_seconds, life.average_seconds), (2.5, 3.75));
        assert_eq!(life_time(vec![4.0, 1.0, 2.0]).unwrap().median_seconds, 2.0);
        assert_eq!(life_time(Vec::new()), None);
    }
}
