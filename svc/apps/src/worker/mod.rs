//! Carries the scheduler's orders out, and tells it what the pool says. Each part waits for its own kind of work only.

mod kill;
mod launch;
mod place;
mod pool;
mod register;
mod statuses;
mod submit;

use core_apps::Effect;
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinSet,
};
use tracing::error;

use crate::{Edge, Orders, Told, events};

/// Runs until the engine ends. If it returns earlier, a part of it panicked: a defect.
pub(crate) async fn run(edge: Edge, orders: Orders, told: Told) {
    register::register(&edge).await;
    let mut parts = JoinSet::new();
    let (places, waiting) = unbounded_channel();
    let (launches, wanted) = unbounded_channel();
    let (kills, doomed) = unbounded_channel();
    parts.spawn(route(orders.orders, move |effect| match effect {
        Effect::Place { app } => drop(places.send(app)),
        Effect::Launch {
            instance,
            task_id,
            agent_id,
        } => drop(launches.send((instance, task_id, agent_id))),
        Effect::Kill {
            task_id,
            agent_id,
            grace_ms,
        } => drop(kills.send((task_id, agent_id, grace_ms))),
    }));
    parts.spawn(place::run(edge.clone(), waiting, wanted));
    parts.spawn(kill::run(edge.clone(), doomed));
    parts.spawn(statuses::run(edge.clone(), told.statuses));
    parts.spawn(pool::run(edge.clone(), told.changed));
    parts.spawn(register::keep(edge.clone(), orders.lost));
    parts.spawn(events::report(edge.clone()));
    let ended = edge.handle.ended();
    tokio::pin!(ended);
    loop {
        tokio::select! {
            _ = &mut ended => return,
            Some(part) = parts.join_next() => if let Err(panic) = part {
                return error!(error = %panic, "a part of the app scheduler's worker failed");
            },
        }
    }
}

async fn route(mut orders: UnboundedReceiver<Effect>, hand_on: impl Fn(Effect)) {
    while let Some(effect) = orders.recv().await {
        hand_on(effect);
    }
}
