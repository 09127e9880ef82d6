use std::collections::BTreeMap;

use base_clock::Timestamp;
use base_ids::{AppId, TaskId, Uuid};
use core_machine::Ctx;
use core_placement::Refusal;
use model_cluster::{Source, TaskState, TaskStatus};

use super::task_updated;
use crate::{Apps, Condition, Config, End, Event};

/// Only launches that nothing was heard of yet can be refused; one that is to be killed anyway is gone.
pub(super) fn decide(state: &Apps, now: Timestamp, tasks: Vec<(TaskId, String)>) -> Vec<Event> {
    let mut events = Vec::new();
    let mut refused: BTreeMap<(AppId, String), Vec<Uuid>> = BTreeMap::new();
    for (task_id, message) in tasks {
        let instance = state
            .by_task(&task_id)
            .filter(|i| i.condition == Condition::Provisioned);
        let Some(instance) = instance else { continue };
        if instance.doom.is_some() {
            let end = End {
                state: TaskState::Dropped,
                at: now,
                message: Some(message),
            };
            events.push(Event::InstanceEnded {
                instance: Box::new(instance.clone()),
                end,
            });
        } else {
            refused
                .entry((instance.app.clone(), message))
                .or_default()
                .push(instance.uuid);
        }
    }
    let refused = refused.into_iter();
    events.extend(refused.map(|((app, message), instances)| Event::LaunchesRefused {
        app,
        instances,
        message,
    }));
    events
}

/// A task that is impossible at every place has failed: the same launch again would be refused again, at once and for ever.
pub(super) fn give_up(state: &Apps, now: Timestamp, tasks: Vec<(TaskId, String)>) -> Vec<Event> {
    let refused = |task_id: &TaskId| {
        state
            .by_task(task_id)
            .is_some_and(|i| i.condition == Condition::Provisioned)
    };
    let tasks = tasks.into_iter().filter(|(task_id, _)| refused(task_id));
    tasks
        .flat_map(|(task_id, message)| {
            let mut status = TaskStatus::new(task_id, TaskState::Error, Source::Master, now);
            status.message = Some(message);
            task_updated::decide(state, now, &status)
        })
        .collect()
}

/// A role that may have no more now is no failure of the app: it waits as if there were no place.
pub(super) fn wait(state: &Apps, cx: &Ctx<'_, Config>, tasks: Vec<(TaskId, String)>) -> Vec<Event> {
    let mut events = decide(state, cx.now, tasks);
    let waits: Vec<Event> = events.iter().filter_map(|event| waiting(cx, event)).collect();
    events.extend(waits);
    events
}

fn waiting(cx: &Ctx<'_, Config>, event: &Event) -> Option<Event> {
    let Event::LaunchesRefused {
        app,
        instances,
        message,
    } = event
    else {
        return None;
    };
    let refusal = Refusal {
        unplaced: instances.len() as u32,
        help: vec![message.clone()],
        ..Refusal::default()
    };
    Some(Event::PlacementRefused {
        app: app.clone(),
        refusal: Box::new(refusal),
        retry_at: cx.now + cx.config.placement_retry,
    })
}
