use base_ids::{AppId, Uuid};
use core_apps::{App, Apps, Command, Instance, parse_instance_id};
use io_httpd::StatusCode;
use wire_marathon::{Problem, Task, TaskList, TaskSingle};

use super::{
    answer::{self, Answer},
    apps::{find, submit},
    params::Params,
};
use crate::{Edge, view};

/// `GET /v2/apps/{id}/tasks`.
pub(super) async fn list(edge: &Edge, id: &AppId) -> Answer {
    let snapshot = edge.state().await?;
    let apps = &snapshot.state.apps;
    answer::ok(&TaskList {
        tasks: tasks(apps, find(apps, id)?).collect(),
    })
}

/// `GET /v2/apps/{group}/*/tasks`.
pub(super) async fn list_below(edge: &Edge, group: &AppId) -> Answer {
    let snapshot = edge.state().await?;
    let apps = &snapshot.state.apps;
    let mut below = apps
        .apps_under(group)
        .filter(|app| !app.doomed && app.spec().id != *group)
        .peekable();
    if below.peek().is_none() && group.as_str() != "/" {
        return Err(Problem::no_group(group.as_str(), None).into());
    }
    answer::ok(&TaskList {
        tasks: below.flat_map(|app| tasks(apps, app)).collect(),
    })
}

fn tasks<'a>(apps: &'a Apps, app: &'a App) -> impl Iterator<Item = Task> + 'a {
    apps.instances(&app.spec().id)
        .filter_map(|instance| view::task(app, instance))
}

/// What a kill asks for beside the tasks.
#[derive(Clone, Copy)]
pub(super) struct Kill {
    pub(super) scale: bool,
    pub(super) wipe: bool,
    pub(super) force: bool,
}

impl Kill {
    pub(super) fn read(params: Params<'_>) -> Result<Self, Problem> {
        let kill = Self {
            scale: params.flag("scale", false),
            wipe: params.flag("wipe", false),
            force: params.flag("force", false),
        };
        if kill.scale && kill.wipe {
            Err(Problem::scale_and_wipe())
        } else {
            Ok(kill)
        }
    }

    pub(super) fn command(self, instances: Vec<Uuid>) -> Command {
        Command::KillInstances {
            instances,
            scale: self.scale,
            wipe: self.wipe,
            force: self.force,
        }
    }
}

/// `DELETE /v2/apps/{id}/tasks`, on one host if `host` is given.
pub(super) async fn kill_many(edge: &Edge, id: &AppId, params: Params<'_>) -> Answer {
    let kill = Kill::read(params)?;
    let host = params.get("host").filter(|host| *host != "*");
    let on_host = |instance: &Instance| {
        let place = instance.place.as_ref();
        host.is_none_or(|host| place.is_some_and(|place| place.hostname == host))
    };
    let snapshot = edge.state().await?;
    let app = find(&snapshot.state.apps, id)?;
    let chosen: Vec<&Instance> = snapshot
        .state
        .apps
        .instances(id)
        .filter(|i| i.place.is_some() && on_host(i))
        .collect();
    let outcome = submit(
        edge,
        kill.command(chosen.iter().map(|instance| instance.uuid).collect()),
    )
    .await?;
    if kill.scale {
        return Ok(answer::deployed(StatusCode::OK, &outcome));
    }
    answer::ok(&TaskList {
        tasks: chosen
            .into_iter()
            .filter_map(|instance| view::task(app, instance))
            .collect(),
    })
}

/// `DELETE /v2/apps/{id}/tasks/{task}`.
pub(super) async fn kill_one(edge: &Edge, id: &AppId, task: &str, params: Params<'_>) -> Answer {
    let kill = Kill::read(params)?;
    let snapshot = edge.state().await?;
    let app = find(&snapshot.state.apps, id)?;
    let instance = parse_instance_id(task).and_then(|uuid| snapshot.state.apps.instance(uuid));
    let instance = instance.filter(|instance| instance.app == *id);
    if kill.scale {
        let outcome = submit(
            edge,
            kill.command(instance.iter().map(|instance| instance.uuid).collect()),
        )
        .await?;
        return Ok(answer::deployed(StatusCode::OK, &outcome));
    }
    let killed = instance.and_then(|instance| Some((instance.uuid, view::task(app, instance)?)));
    let (uuid, task) = killed.ok_or_else(|| Problem::no_task(task))?;
    submit(edge, kill.command(vec![uuid])).await?;
    answer::ok(&TaskSingle { task })
}
