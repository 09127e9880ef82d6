use std::sync::Arc;

use core_apps::Effect;
use tokio::sync::{Notify, mpsc};

/// Hands the scheduler's orders from the writer thread on to the worker.
pub struct Effects {
    orders: mpsc::UnboundedSender<Effect>,
    lost: Arc<Notify>,
}

/// The worker's end of [`Effects`].
pub struct Orders {
    pub(crate) orders: mpsc::UnboundedReceiver<Effect>,
    pub(crate) lost: Arc<Notify>,
}

impl Effects {
    /// Both ends; the second one is for [`crate::Service::new`].
    pub fn new() -> (Self, Orders) {
        let (orders, receiver) = mpsc::unbounded_channel();
        let lost = Arc::new(Notify::new());
        (
            Self {
                orders,
                lost: lost.clone(),
            },
            Orders { orders: receiver, lost },
        )
    }

    /// Hands one order on. Never waits; an order without a worker is dropped.
    pub fn run(&mut self, effect: Effect) {
        drop(self.orders.send(effect));
    }

    /// Soft state is gone: the worker subscribes to the pool again.
    pub fn reset(&mut self) {
        self.lost.notify_one();
    }
}
