use base_ids::FrameworkId;
use core_control::Command;
use core_master::Command as Pool;
use tracing::debug;
use wire_mesos::{
    cluster::operation_id_from_wire,
    driver::Route,
    v1::{
        self,
        offer::operation::Type,
        scheduler::{Call, call},
    },
};

use super::reply;
use crate::{
    Master,
    access::{Caller, named},
    scheduler::perform,
};

const NO_FEEDBACK: &str = "The 'id' field was set in an offer operation, but operation feedback is not supported for the \
                           SchedulerDriver API; please use the HTTP scheduler API for this feature";

/// Takes out the operations whose framework would hear of them: a driver has no message for that (Mesos' `Master::accept`).
/// Launches stay, as each of their tasks is refused by a status.
fn drop_with_id(accept: &mut call::Accept) -> bool {
    let before = accept.operations.len();
    accept.operations.retain(|operation| {
        let launch = matches!(operation.r#type(), Type::Launch | Type::LaunchGroup | Type::Unknown);
        launch || operation_id_from_wire(operation).is_none()
    });
    accept.operations.len() < before
}

/// A call other than SUBSCRIBE.
pub(super) async fn call(master: &Master, route: &Route, mut call: Call) {
    let Some((framework_id, caller, connection)) = sender(master, route, call.framework_id.as_ref()).await else {
        return;
    };
    let kind = call.r#type();
    if call.accept.as_mut().is_some_and(drop_with_id) {
        reply::refuse(&route.back(), NO_FEEDBACK);
    }
    // A driver that leaves has stopped listening; an error about its own end would only confuse it. The link stays open
    // until the pool has heard of the teardown, so that it is no disconnection.
    let leaving = (kind == call::Type::Teardown).then(|| master.frameworks.close(connection));
    let done = perform(master, &caller, &framework_id, call).await;
    drop(leaving);
    if let Err(error) = done {
        debug!(%framework_id, kind = kind.as_str_name(), %error, "a driver's call is refused");
        if kind == call::Type::UpdateFramework {
            reply::refuse(&route.back(), &error.to_string());
        }
    }
}

/// An aborted driver gets no offers any more, and stays a framework until its process ends.
pub(super) async fn deactivate(master: &Master, route: &Route, framework_id: &v1::FrameworkId) {
    let Some((framework_id, caller, _)) = sender(master, route, Some(framework_id)).await else {
        return;
    };
    let suppress = Pool::Suppress {
        framework_id: framework_id.clone(),
        roles: Vec::new(),
    };
    drop(
        master
            .handle
            .submit(&caller.principal_or("framework"), Command::Master(suppress))
            .await,
    );
    let Ok(snapshot) = master.handle.state().await else {
        return;
    };
    let offers = snapshot.state.master.offers();
    let own = offers.filter(|offer| offer.framework_id == framework_id);
    let decline = Pool::Decline {
        offer_ids: own.map(|offer| offer.offer_id.clone()).collect(),
        framework_id,
        refuse: None,
    };
    drop(
        master
            .handle
            .submit(&caller.principal_or("framework"), Command::Master(decline))
            .await,
    );
}

/// The framework, who it is and its connection, if the message is from the driver that it has now. One that has lost its link is told:
/// it cannot notice by itself.
async fn sender(master: &Master, route: &Route, id: Option<&v1::FrameworkId>) -> Option<(FrameworkId, Caller, u64)> {
    let framework_id = FrameworkId::from(id?.value.as_str());
    let snapshot = master.handle.state().await.ok()?;
    let framework = snapshot.state.master.framework(&framework_id)?;
    let Some(connection) = snapshot.state.master.framework_connection(&framework_id) else {
        reply::refuse(&route.back(), "Framework disconnected");
        return None;
    };
    let driver = master.frameworks.driver(connection);
    if driver.as_ref() != Some(&route.from) {
        debug!(%framework_id, from = %route.from, "a call is not from the framework's driver");
        return None;
    }
    let principal = framework.spec.principal.as_ref().map(|principal| principal.as_str());
    Some((framework_id, named(master, principal), connection))
}
