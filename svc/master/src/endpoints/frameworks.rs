use core_master::{Framework as Known, Master as Pool};
use io_httpd::{HttpError, Jsonp, Query, Response, State};
use serde::Deserialize;
use wire_mesos::state::{Framework, FrameworkHead, Frameworks, Task};

use crate::{
    Master,
    access::{Caller, Viewer},
    view::{self, Kind},
};

#[derive(Deserialize)]
pub(super) struct Filter {
    framework_id: Option<String>,
}

/// `/frameworks`; with `framework_id`, that one alone.
pub(super) async fn show(
    State(master): State<Master>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(jsonp): Query<Jsonp>,
) -> Result<Response, HttpError> {
    let snapshot = master.state().await?;
    let pool = &snapshot.state.master;
    let viewer = Viewer::of(&caller);
    let wanted = |framework: &Known| {
        let id = framework.framework_id.as_str();
        filter.framework_id.as_deref().is_none_or(|wanted| wanted == id) && viewer.framework(&framework.spec)
    };
    let pids = super::pids(&master, pool);
    let (mut frameworks, mut completed) = (Vec::new(), Vec::new());
    for (_, framework) in pool.frameworks().filter(|(_, framework)| wanted(framework)) {
        let head = view::framework_to_json(pool, &pids, framework, Some(&viewer));
        let shown = with_tasks(pool, &viewer, framework, head);
        if view::is_removed(framework) {
            completed.push(shown);
        } else {
            frameworks.push(shown);
        }
    }
    for past in pool
        .completed_frameworks()
        .iter()
        .filter(|past| wanted(&past.framework))
    {
        completed.push(with_tasks(
            pool,
            &viewer,
            &past.framework,
            view::completed_to_json(pool, past),
        ));
    }
    Ok(jsonp.answer(&Frameworks {
        frameworks,
        completed_frameworks: completed,
        unregistered_frameworks: [],
    }))
}

fn with_tasks<'a>(pool: &'a Pool, viewer: &Viewer, framework: &'a Known, head: FrameworkHead<'a>) -> Framework<'a> {
    let id = framework.framework_id.as_str();
    let of_kind = |kind: Kind| -> Vec<Task<'a>> {
        let tasks = framework.tasks.iter().filter_map(|slot| pool.task_at(*slot));
        tasks
            .filter(|task| view::kind_of(task) == kind && viewer.task_of(&task.spec, &framework.spec))
            .map(|task| view::task_to_json(id, task))
            .collect()
    };
    let mut completed = of_kind(Kind::Completed);
    let past = view::completed_tasks(framework).filter(|task| viewer.task_of(&task.spec, &framework.spec));
    completed.extend(past.map(|task| view::task_to_json(id, task)));
    Framework {
        head,
        tasks: of_kind(Kind::Live),
        unreachable_tasks: of_kind(Kind::Unreachable),
        completed_tasks: completed,
    }
}
