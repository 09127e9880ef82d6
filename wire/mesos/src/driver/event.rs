use super::{Pid, Route, error_post, post};
use crate::{
    internal::{
        ExecutorToFrameworkMessage, ExitedExecutorMessage, FrameworkRegisteredMessage, FrameworkReregisteredMessage,
        LostSlaveMessage, RescindResourceOfferMessage, ResourceOffersMessage, StatusUpdate, StatusUpdateMessage,
    },
    v1::{
        FrameworkId, MasterInfo,
        scheduler::{Event, event},
    },
};

/// An event of the v1 API as the post that a driver of this framework expects; `None` for what drivers never hear of.
///
/// `again` says whether the driver comes back, for SUBSCRIBED.
pub fn post_event(route: &Route, framework_id: &FrameworkId, again: bool, event: &Event) -> Option<Vec<u8>> {
    let framework_id = || framework_id.clone();
    match event.r#type() {
        event::Type::Subscribed => Some(subscribed(route, event.subscribed.clone()?, again)),
        event::Type::Offers => Some(offers(route, event.offers.clone()?)),
        event::Type::Rescind => {
            let offer_id = event.rescind.clone()?.offer_id;
            Some(post(route, &RescindResourceOfferMessage { offer_id }))
        }
        event::Type::Update => Some(update(route, framework_id(), event.update.clone()?)),
        event::Type::Message => {
            let message = event.message.clone()?;
            let message = ExecutorToFrameworkMessage {
                agent_id: message.agent_id,
                framework_id: framework_id(),
                executor_id: message.executor_id,
                data: message.data,
            };
            Some(post(route, &message))
        }
        event::Type::Failure => failure(route, framework_id(), event.failure.clone()?),
        event::Type::Error => Some(error_post(route, &event.error.as_ref()?.message)),
        event::Type::InverseOffers
        | event::Type::RescindInverseOffer
        | event::Type::UpdateOperationStatus
        | event::Type::Heartbeat
        | event::Type::Unknown => None,
    }
}

fn subscribed(route: &Route, subscribed: event::Subscribed, again: bool) -> Vec<u8> {
    let framework_id = subscribed.framework_id;
    let master_info = as_seen_by(&route.from, subscribed.master_info.unwrap_or_default());
    if again {
        return post(
            route,
            &FrameworkReregisteredMessage {
                framework_id,
                master_info,
            },
        );
    }
    post(
        route,
        &FrameworkRegisteredMessage {
            framework_id,
            master_info,
        },
    )
}

/// The master under the address by which the driver knows it.
fn as_seen_by(master: &Pid, info: MasterInfo) -> MasterInfo {
    MasterInfo {
        pid: Some(master.to_string()),
        ..info
    }
}

/// For each offer a driver keeps the process of its agent, to send messages for executors there. It is told the master's,
/// which passes them on: an agent need not be reachable for frameworks.
fn offers(route: &Route, offers: event::Offers) -> Vec<u8> {
    let pids = vec![route.from.to_string(); offers.offers.len()];
    let offers = offers.offers;
    post(route, &ResourceOffersMessage { offers, pids })
}

/// Drivers acknowledge what has a uuid and comes from some process, the oldest to that process: the master is named.
/// A uuid of no bytes means none, and is there because it was required before Mesos 0.23.
fn update(route: &Route, framework_id: FrameworkId, update: event::Update) -> Vec<u8> {
    let status = update.status;
    let acknowledged = status.uuid.is_some();
    let message = StatusUpdateMessage {
        update: StatusUpdate {
            framework_id,
            executor_id: status.executor_id.clone(),
            agent_id: status.agent_id.clone(),
            timestamp: status.timestamp(),
            uuid: Some(status.uuid.clone().unwrap_or_default()),
            latest_state: None,
            status,
        },
        pid: acknowledged.then(|| route.from.to_string()),
    };
    post(route, &message)
}

fn failure(route: &Route, framework_id: FrameworkId, failure: event::Failure) -> Option<Vec<u8>> {
    let agent_id = failure.agent_id?;
    let Some(executor_id) = failure.executor_id else {
        return Some(post(route, &LostSlaveMessage { agent_id }));
    };
    let message = ExitedExecutorMessage {
        agent_id,
        framework_id,
        executor_id,
        status: failure.status.unwrap_or_default(),
    };
    Some(post(route, &message))
}
