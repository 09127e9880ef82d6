use base_ids::{FrameworkId, Principal};
use core_control::Command;
use core_master::Command as Pool;
use io_httpd::{Bytes, pour};
use tokio::sync::mpsc;
use tracing::debug;
use wire_mesos::driver::Route;

use super::reply;
use crate::Master;

/// Carries a framework's events to its driver. The end of the connection, whoever ends it, is the driver's.
pub(super) async fn carry(
    master: Master,
    framework_id: FrameworkId,
    connection: u64,
    route: Route,
    mut events: mpsc::Receiver<Bytes>,
) {
    let driver = route.to.clone();
    let carried = pour(route.to.address, &mut events).await;
    if let (Err(error), Some(_)) = (carried, master.frameworks.close(connection)) {
        debug!(%framework_id, driver = %route.to, %error, "the link to a driver broke");
        // Only the link may be gone: without this a driver would wait for ever.
        reply::refuse(&route, "Framework disconnected");
    }
    master.proofs.forget(&driver);
    let closed = Pool::FrameworkClosed {
        framework_id,
        connection,
    };
    drop(
        master
            .handle
            .tell(&Principal::from("framework"), Command::Master(closed)),
    );
}
