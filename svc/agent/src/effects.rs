use std::sync::{Arc, Mutex};

use core_agent::{Agent, Effect};
use core_machine::Driver;
use io_engine::Sink;
use io_link::Outbox;
use tokio::sync::mpsc;
use wire_link::ToMaster;

use crate::{
    containers::Order,
    executor::{Delivery, Executors},
    guests::StartGuest,
};

/// The way to the master, while there is one.
#[derive(Clone, Default)]
pub(crate) struct Uplink(Arc<Mutex<Option<Outbox<ToMaster>>>>);

impl Uplink {
    pub(crate) fn set(&self, outbox: Option<Outbox<ToMaster>>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = outbox;
    }

    /// Sends, or drops the message: all of them are sent again after the next connection.
    pub(crate) fn send(&self, message: ToMaster) {
        let outbox = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some(outbox) = outbox {
            outbox.send(message);
        }
    }
}

/// Hands the machine's effects to the link and to the containers' keeper.
pub(crate) struct Effects {
    pub(crate) uplink: Uplink,
    pub(crate) orders: mpsc::UnboundedSender<Order>,
    pub(crate) executors: Executors,
}

impl Sink<Agent> for Effects {
    fn run(&mut self, driver: &Driver<Agent>, effects: Vec<Effect>) {
        for effect in effects {
            let order = match effect {
                Effect::Send(update) => {
                    self.uplink.send(ToMaster::Update(update));
                    continue;
                }
                Effect::SendExit(exit) => {
                    self.uplink.send(ToMaster::ExecutorExited(exit));
                    continue;
                }
                Effect::Tell {
                    executor,
                    connection,
                    order,
                } => match Delivery::of(&self.executors, driver.state(), executor, connection, order) {
                    Some(delivery) => Order::Tell(Box::new(delivery)),
                    None => continue,
                },
                Effect::LaunchExecutor(key) => match (driver.state().executor(&key), driver.state().agent_id()) {
                    (Some(executor), Some(_)) => Order::launch_executor(driver.state(), &key, executor),
                    _ => continue,
                },
                Effect::LaunchGuest(path) => match driver.state().guest(&path) {
                    Some(guest) => Order::LaunchGuest(Box::new(StartGuest {
                        guest: guest.clone(),
                        agent: driver.state().clone(),
                        path,
                    })),
                    None => continue,
                },
                Effect::Resize {
                    container_id,
                    resources,
                } => Order::Resize(container_id, resources),
                Effect::SendHeld(held) => {
                    self.uplink.send(ToMaster::Held(held));
                    continue;
                }
                Effect::SendUnmade(unmade) => {
                    self.uplink.send(ToMaster::Unmade(unmade));
                    continue;
                }
                Effect::SendOversubscribed(resources) => {
                    self.uplink.send(ToMaster::Oversubscribed(resources));
                    continue;
                }
                Effect::Reconnect { executor, pid } => Order::Reconnect(executor, pid),
                Effect::MakeVolumes(version) => Order::MakeVolumes(version),
                Effect::Launch(key) => match (driver.state().task(&key), driver.state().agent_id()) {
                    (Some(task), Some(_)) => Order::launch(driver.state(), &key, task),
                    _ => continue,
                },
                Effect::Watch {
                    container_id,
                    health_check,
                } => Order::Watch(container_id, health_check),
                Effect::Kill { container_id, grace_ms } => Order::Kill(container_id, grace_ms),
                Effect::Destroy(container_id) => Order::Destroy(container_id),
            };
            drop(self.orders.send(order));
        }
    }

    fn reset(&mut self) {}
}
