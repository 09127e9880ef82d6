use base_fault::Class;
use base_ids::{FrameworkId, Principal};
use core_control::Reject;
use core_master::{Face, Subscribe};
use io_engine::Failure;
use tracing::debug;
use wire_mesos::{
    cluster::framework_from_wire,
    driver::Route,
    v1::{self, FrameworkInfo, scheduler::OfferConstraints},
};

use super::{authenticate, link, reply};
use crate::{
    Failed, Master,
    access::may_register,
    frameworks::Driver,
    scheduler::{introduce, next_connection, subscribed},
    secret,
};

/// Subscribes a framework by its driver. Drivers ask again until they are answered, so the same question may come twice.
pub(super) async fn subscribe(
    master: &Master,
    route: &Route,
    framework: &FrameworkInfo,
    (suppressed_roles, constraints): (&[String], Option<&OfferConstraints>),
    force: bool,
) {
    let back = route.back();
    let proved = match authenticate::principal(master, &back.to, framework.principal.as_deref()) {
        Ok(proved) => proved,
        Err(why) => return reply::refuse(&back, &why),
    };
    let who = Principal::from(proved.as_deref().unwrap_or("framework"));
    // Drivers of C++ prove who they are and leave it out here.
    let framework = FrameworkInfo {
        principal: proved.or_else(|| framework.principal.clone()),
        ..framework.clone()
    };
    let spec = match framework_from_wire(&framework, suppressed_roles, constraints) {
        Ok(spec) => spec,
        Err(why) => return reply::refuse(&back, &why),
    };
    let known = framework.id.as_ref().filter(|id| !id.value.is_empty());
    if let Err(why) = may_register(master, known.map(|id| id.value.as_str()), &spec) {
        return reply::refuse(&back, &why);
    }
    let fresh = next_connection();
    let (connection, events) = match master.frameworks.open_driver(fresh, secret::random(), back.clone()) {
        Ok(events) => (fresh, Some(events)),
        Err(driver) => match same(master, &driver, known) {
            Some(connection) => (connection, None),
            None => return,
        },
    };
    let subscribe = Subscribe {
        framework_id: known.map(|id| FrameworkId::from(id.value.as_str())),
        spec,
        face: Face::Offers,
        force,
        connection,
    };
    match introduce(master, &who, subscribe).await {
        Ok(framework_id) => {
            let again = known.is_some() && !force;
            master
                .frameworks
                .subscribed(connection, &subscribed(master, &framework_id), again);
            if let Some(events) = events {
                tokio::spawn(link::carry(master.clone(), framework_id, connection, back, events));
            }
        }
        Err(failure) => {
            if events.is_some() {
                drop(master.frameworks.close(connection));
            }
            if let Some(why) = refusal(&failure) {
                reply::refuse(&back, &why);
            }
        }
    }
}

/// A driver that has a link asks again. With its framework's id it subscribes once more on that link, whose number is
/// given; else it only missed the answer. What asks for another framework is passed over: an error would go to the one
/// that is there.
fn same(master: &Master, driver: &Driver, known: Option<&v1::FrameworkId>) -> Option<u64> {
    let registered = driver.framework_id.as_ref()?;
    match known {
        Some(id) if id == registered => Some(driver.connection),
        Some(id) => {
            debug!(framework_id = id.value, "another framework has this driver");
            None
        }
        None => {
            let framework_id = FrameworkId::from(registered.value.as_str());
            let event = subscribed(master, &framework_id);
            master.frameworks.subscribed(driver.connection, &event, false);
            None
        }
    }
}

/// What the driver is told; `None` if it had better ask again.
fn refusal(failure: &Failed) -> Option<String> {
    let class = failure.class(Reject::class);
    if matches!(
        class,
        Class::Unavailable | Class::Timeout | Class::Exhausted | Class::Internal
    ) {
        return None;
    }
    Some(match failure {
        Failure::Rejected(Reject::Master(core_master::Reject::FrameworkConnected(_))) => {
            "Framework failed over".to_owned()
        }
        Failure::Rejected(Reject::Master(core_master::Reject::FrameworkRemoved(_))) => {
            "Framework has been removed".to_owned()
        }
        other => crate::http_error(other).message,
    })
}
