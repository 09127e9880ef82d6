use core_master::{Framework, Task};
use io_httpd::{HttpError, Jsonp, Query, Response, State};
use serde::Deserialize;
use wire_mesos::state::Tasks;

use crate::{
    Master,
    access::{Caller, Viewer},
    view,
};

/// How many are shown if nobody says (Mesos' `TASK_LIMIT`).
const LIMIT: usize = 100;

/// As in Mesos, a number that is none counts as not given.
#[derive(Deserialize)]
pub(super) struct Filter {
    limit: Option<String>,
    offset: Option<String>,
    order: Option<String>,
    framework_id: Option<String>,
    task_id: Option<String>,
}

/// `/tasks`: tasks of all frameworks, by the time of their first status; the newest first, unless `order=asc`.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let is = |wanted: &Option<String>, id: &str| wanted.as_deref().is_none_or(|wanted| wanted == id);
    let known = pool.frameworks().map(|(_, framework)| framework);
    let past = pool.completed_frameworks().iter().map(|past| &past.framework);
    let mut found: Vec<(&Framework, &Task)> = Vec::new();
    for framework in known
        .chain(past)
        .filter(|f| is(&filter.framework_id, f.framework_id.as_str()))
    {
        let present = framework.tasks.iter().filter_map(|slot| pool.task_at(*slot));
        let all = present.chain(view::completed_tasks(framework));
        let wanted = all.filter(|task| is(&filter.task_id, task.spec.task_id.as_str()) && viewer.task(task, framework));
        found.extend(wanted.map(|task| (framework, task)));
    }
    // One without a status comes first when the oldest do, and last when they come last.
    found.sort_by_key(|(_, task)| task.seen.first().map(|seen| seen.at));
    if filter.order.as_deref() != Some("asc") {
        found.reverse();
    }
    let number = |given: &Option<String>| given.as_deref().and_then(|text| text.parse::<usize>().ok());
    let page = found.iter().skip(number(&filter.offset).unwrap_or(0));
    let page = page.take(number(&filter.limit).unwrap_or(LIMIT));
    let tasks = page.map(|(framework, task)| view::task_to_json(framework.framework_id.as_str(), task));
    Ok(jsonp.answer(&Tasks { tasks: tasks.collect() }))
}
