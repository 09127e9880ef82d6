use std::{sync::Arc, time::Instant};

use io_httpd::Router;

use crate::{Edge, Handle, Options, Orders, Told, api, events::Hub, tallies::Tallies, worker};

/// The app scheduler's edge.
pub struct Service {
    edge: Edge,
    orders: Orders,
    told: Told,
}

impl Service {
    /// Ties the ends that were made before the engine to the engine's handle.
    pub fn new(handle: Handle, orders: Orders, told: Told, options: Options) -> Self {
        let edge = Edge {
            handle,
            hub: Hub::default(),
            options: Arc::new(options),
            tallies: Arc::new(Tallies::default()),
            started: Instant::now(),
        };
        Self { edge, orders, told }
    }

    /// Everything on Marathon's port.
    pub fn router(&self) -> Router {
        api::router(self.edge.clone())
    }

    /// Subscribes to the pool and carries orders out until the engine ends. If it returns earlier, a part of it panicked.
    pub async fn run(self) {
        worker::run(self.edge, self.orders, self.told).await;
    }
}
