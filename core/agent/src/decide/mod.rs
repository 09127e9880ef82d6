//! One file per command that takes thought.

mod change_health;
mod clean_up;
mod end_overtime;
mod end_task;
mod executor;
mod guest;
mod hold;
mod join;
mod kill_task;
mod oversubscribe;
mod run_task;

pub(crate) use oversubscribe::PREEMPTED;

use core_machine::Ctx;
use model_cluster::TaskStatus;

use crate::{Agent, Command, Config, Event, Owner, Phase, Reject};

impl Agent {
    pub(crate) fn dispatch(&self, cx: &mut Ctx<'_, Config>, command: Command) -> Result<Vec<Event>, Reject> {
        self.decide_alone(cx, command).map(|events| self.with_guests(events))
    }

    fn decide_alone(&self, cx: &mut Ctx<'_, Config>, command: Command) -> Result<Vec<Event>, Reject> {
        match command {
            Command::Join(welcome) => self.join(welcome),
            Command::SeeEpoch { epoch, index } => self.see_epoch(epoch, index, self.leadership),
            Command::RunTask(order) => self.run_task(cx, order),
            Command::KillTask(order) => self.kill_task(cx, order),
            Command::ContainerStarted(id) => Ok(self.start_container(cx, &id)),
            Command::ContainerExited(id, exit) => Ok(self.end_container(cx, &id, &exit)),
            Command::ChangeHealth(change) => Ok(self.change_health(cx, change)),
            Command::Acknowledge(key, uuid) => Ok(self
                .tasks
                .get(&key)
                .filter(|task| task.unacked.iter().any(|status| status.uuid == Some(uuid)))
                .map(|_| vec![Event::UpdateAcked { key, uuid }])
                .unwrap_or_default()),
            Command::ShutdownExecutor(order) => self.shutdown_executor(cx, order),
            Command::Hold(order) => self.hold(order),
            Command::VolumesMade(version) => Ok(self.volumes_made(version)),
            Command::VolumesFailed(version, failures) => Ok(self.volumes_failed(version, failures)),
            Command::SubscribeExecutor {
                key,
                connection,
                updates,
                pid,
            } => self.subscribe_executor(cx, key, connection, updates, pid),
            Command::CloseExecutor { key, connection } => Ok(self.close_executor(cx, key, connection)),
            Command::UpdateTask(executor, status) => self.update_task(cx, &executor, status),
            Command::TakeEstimate(estimate) => Ok(self.take_estimate(&estimate)),
            Command::RepeatEstimate => Ok(self.repeat_estimate()),
            Command::Preempt(owners) => Ok(self.preempt(cx, &owners)),
            Command::CleanUp => Ok(self.clean_up(cx)),
            Command::LaunchGuest(path, spec) => self.launch_guest(cx, path, spec),
            Command::KillGuest(path) => self.kill_guest(path),
            Command::RemoveGuest(path) => self.remove_guest(path),
            Command::Tick => {
                let mut events = self.end_overtime(cx);
                events.extend(self.doom_executors(cx));
                Ok(events)
            }
        }
    }

    fn start_container(&self, cx: &mut Ctx<'_, Config>, id: &base_ids::ContainerId) -> Vec<Event> {
        use model_cluster::{Source, TaskState};
        if let Some(Owner::Guest(path)) = self.containers.get(id) {
            return self.start_guest(path);
        }
        let Some((key, task)) = self.task_of(id).filter(|(_, task)| task.phase == Phase::Accepted) else {
            return self.start_executor(cx, id);
        };
        let status = TaskStatus::new(task.spec.task_id.clone(), TaskState::Running, Source::Executor, cx.now);
        vec![Event::TaskStarted {
            key: key.clone(),
            status: stamped(cx, status),
        }]
    }
}

/// Gives a status the uuid that its acknowledgement will name.
fn stamped(cx: &mut Ctx<'_, Config>, mut status: TaskStatus) -> TaskStatus {
    status.uuid = Some(cx.uuid());
    status
}
