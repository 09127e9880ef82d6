//! What follows from a command. One file for each.

mod cancel_deployment;
mod delete_apps;
mod draft;
mod kill_instances;
mod place_instances;
mod put_apps;
mod refuse_launches;
mod reset_delay;
mod restart_apps;
mod service_ports;
mod supported;
mod task_updated;
mod tick;

pub(crate) use draft::Draft;

use core_machine::Ctx;

use crate::{Apps, Command, Config, Event, Reject};

pub(crate) fn decide(state: &Apps, cx: &mut Ctx<'_, Config>, command: Command) -> Result<Vec<Event>, Reject> {
    match command {
        Command::PutApps { specs, mode, force } => put_apps::decide(state, cx, specs, mode, force),
        Command::DeleteApps { ids, force } => delete_apps::decide(state, cx, &ids, force),
        Command::RestartApps { ids, force } => restart_apps::decide(state, cx, &ids, force),
        Command::KillInstances {
            instances,
            scale,
            wipe,
            force,
        } => {
            // Residency, and so what `wipe` frees, is not there yet.
            let _ = wipe;
            kill_instances::decide(state, cx, &instances, scale, force)
        }
        Command::ResetDelay { app } => reset_delay::decide(state, &app),
        Command::TaskUpdated { status } => Ok(task_updated::decide(state, cx.now, &status)),
        Command::InstancesPlaced { app, placed, refusal } => {
            Ok(place_instances::decide(state, cx, app, placed, refusal))
        }
        Command::LaunchesRefused {
            tasks,
            hopeless,
            limited,
        } => {
            let mut events = refuse_launches::decide(state, cx.now, tasks);
            events.extend(refuse_launches::give_up(state, cx.now, hopeless));
            events.extend(refuse_launches::wait(state, cx, limited));
            Ok(events)
        }
        Command::PoolChanged => Ok(tick::wake_refused(state)),
        Command::Resume => Ok(vec![Event::Resumed]),
        Command::CancelDeployment { id, force } => cancel_deployment::decide(state, cx, &id, force),
        Command::Tick => Ok(tick::decide(state, cx)),
    }
}
