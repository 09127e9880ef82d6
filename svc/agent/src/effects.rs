use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use core_agent::{Agent, Effect, ExecutorKey, Key};
use core_machine::Driver;
use io_engine::Sink;
use io_link::Outbox;
use tokio::sync::mpsc;
use wire_link::ToMaster;

use crate::{containers::Order, executor::Executors, sandboxes};

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
    /// The agent's directory.
    pub(crate) dir: PathBuf,
}

impl Effects {
    /// Where the tasks of an order are, to be found by their names.
    fn names(&self, agent: &Agent, executor: &ExecutorKey, order: core_agent::Order) -> Option<Order> {
        let core_agent::Order::Launch(tasks) = order else {
            return None;
        };
        let container_id = &agent.executor(executor)?.container_id;
        let run = sandboxes::executor_path(&self.dir, agent.agent_id()?, executor, container_id);
        let key = |task_id| Key {
            framework_id: executor.framework_id.clone(),
            task_id,
        };
        Some(Order::Name(run, tasks.into_iter().map(key).collect()))
    }
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
                } => {
                    if !self.executors.order(driver.state(), &executor, connection, &order) {
                        continue;
                    }
                    match self.names(driver.state(), &executor, order) {
                        Some(order) => order,
                        None => continue,
                    }
                }
                Effect::LaunchExecutor(key) => match (driver.state().executor(&key), driver.state().agent_id()) {
                    (Some(executor), Some(_)) => Order::launch_executor(driver.state(), &key, executor),
                    _ => continue,
                },
                Effect::Resize {
                    container_id,
                    resources,
                } => Order::Resize(container_id, resources),
                Effect::SendHeld(held) => {
                    self.uplink.send(ToMaster::Held(held));
                    continue;
                }
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
