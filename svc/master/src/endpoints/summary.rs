use std::collections::{BTreeMap, BTreeSet};

use core_master::{Master as Pool, Task};
use io_httpd::{HttpError, Jsonp, Query, Response, State};
use wire_mesos::{
    state::{AgentWithCounts, FrameworkWithCounts, StateSummary, TaskCounts},
    v1::TaskState,
};

use crate::{
    CLUSTER, Master,
    access::{Caller, Viewer},
    view,
};

/// How many tasks somebody has, and with whom.
#[derive(Default)]
struct Tally<'a> {
    counts: TaskCounts,
    others: BTreeSet<&'a str>,
}

impl<'a> Tally<'a> {
    fn count(&mut self, task: &Task, other: &'a str) {
        self.counts
            .count(TaskState::try_from(task.state() as i32).unwrap_or(TaskState::TaskUnknown));
        self.others.insert(other);
    }

    fn others(&self) -> Vec<String> {
        self.others.iter().map(|id| (*id).to_owned()).collect()
    }
}

/// `/state-summary`: agents and frameworks, and how many tasks each has, ended ones too.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let (by_agent, by_framework) = tallies(pool);
    let (pids, nothing) = (super::pids(&master, pool), Tally::default());
    let slaves = pool.agents().filter(|(_, agent)| view::is_present(agent));
    let slaves = slaves.map(|(slot, agent)| {
        let tally = by_agent.get(agent.agent_id.as_str()).unwrap_or(&nothing);
        AgentWithCounts {
            agent: view::agent_to_json(pool, slot, agent, Some(&viewer)),
            tasks: tally.counts,
            framework_ids: tally.others(),
        }
    });
    let frameworks = pool.frameworks().filter(|(_, framework)| !view::is_removed(framework));
    let frameworks = frameworks.filter(|(_, framework)| viewer.framework(&framework.spec));
    let frameworks = frameworks.map(|(_, framework)| {
        let tally = by_framework.get(framework.framework_id.as_str()).unwrap_or(&nothing);
        FrameworkWithCounts {
            framework: view::summary_to_json(pool, &pids, framework),
            tasks: tally.counts,
            slave_ids: tally.others(),
        }
    });
    Ok(jsonp.answer(&StateSummary {
        hostname: master.options.hostname.clone(),
        cluster: Some(CLUSTER.to_owned()),
        slaves: slaves.collect(),
        frameworks: frameworks.collect(),
    }))
}

type Tallies<'a> = BTreeMap<&'a str, Tally<'a>>;

/// The tasks of frameworks that are not removed, by agent and by framework.
fn tallies(pool: &Pool) -> (Tallies<'_>, Tallies<'_>) {
    let (mut by_agent, mut by_framework) = (Tallies::new(), Tallies::new());
    for (_, framework) in pool.frameworks().filter(|(_, framework)| !view::is_removed(framework)) {
        let id = framework.framework_id.as_str();
        let present = framework.tasks.iter().filter_map(|slot| pool.task_at(*slot));
        for task in present.chain(view::completed_tasks(framework)) {
            let agent = task.agent_id.as_str();
            by_agent.entry(agent).or_default().count(task, id);
            by_framework.entry(id).or_default().count(task, agent);
        }
    }
    (by_agent, by_framework)
}
