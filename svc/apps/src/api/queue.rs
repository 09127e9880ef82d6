use base_clock::Timestamp;
use core_apps::{Command, Queued};
use core_placement::{Reason, Refusal};
use io_httpd::{IntoResponse, Path, Query, State, StatusCode};
use model_app::resolve;
use wire_marathon::{Delay, OffersSummary, Problem, Queue, QueueItem, app::App};

use super::{
    answer::{self, Answer, Trouble},
    apps::submit,
    params::{Pairs, Params},
};
use crate::Edge;

/// `GET /v2/queue`.
pub(super) async fn list(State(edge): State<Edge>, Query(params): Pairs) -> Answer {
    let snapshot = edge.state().await?;
    let now = edge.now(snapshot.at);
    // There are no offers here that could be shown, only what each agent lacks.
    let unused = Params(&params)
        .all("embed")
        .any(|embed| embed == "lastUnusedOffers")
        .then(Vec::new);
    let waiting = snapshot
        .state
        .apps
        .queue(now)
        .into_iter()
        .filter(|queued| queued.count > 0 && !queued.app.doomed);
    let items = waiting.map(|queued| QueueItem {
        last_unused_offers: unused.clone(),
        ..item(&queued, now)
    });
    answer::ok(&Queue { queue: items.collect() })
}

fn item(queued: &Queued<'_>, now: Timestamp) -> QueueItem {
    let left = queued.delayed_until.map_or(0, |until| until.since(now).as_secs());
    QueueItem {
        app: App::from(queued.app.spec().as_ref()),
        count: queued.count,
        delay: Delay {
            time_left_seconds: left,
            overdue: queued.delayed_until.is_none_or(|until| until <= now),
        },
        since: queued.since.unwrap_or(now),
        processed_offers_summary: queued.refused.map(|r| summary(&r.refusal, r.at)).unwrap_or_default(),
        last_unused_offers: None,
    }
}

/// An agent that was considered counts as an offer of all it has.
fn summary(refusal: &Refusal, at: Timestamp) -> OffersSummary {
    let declined = |reason| {
        let ours = Reason::ALL.into_iter().filter(|ours| wire(*ours) == reason);
        ours.map(|ours| refusal.count(ours)).sum()
    };
    let rows = wire_marathon::Reason::funnel(refusal.considered, declined);
    OffersSummary {
        processed_offers_count: refusal.considered,
        unused_offers_count: refusal.considered.saturating_sub(refusal.fitting()),
        last_unused_offer_at: Some(at),
        last_used_offer_at: None,
        reject_summary_last_offers: rows.clone(),
        reject_summary_launch_attempt: rows,
    }
}

fn wire(reason: Reason) -> wire_marathon::Reason {
    match reason {
        Reason::Disconnected | Reason::Draining | Reason::Deactivated | Reason::Maintenance => {
            wire_marathon::Reason::AgentMaintenance
        }
        Reason::Role => wire_marathon::Reason::UnfulfilledRole,
        Reason::Constraint => wire_marathon::Reason::UnfulfilledConstraint,
        Reason::Cpus => wire_marathon::Reason::InsufficientCpus,
        Reason::Mem => wire_marathon::Reason::InsufficientMemory,
        Reason::Disk => wire_marathon::Reason::InsufficientDisk,
        Reason::Gpus => wire_marathon::Reason::InsufficientGpus,
        Reason::Ports => wire_marathon::Reason::InsufficientPorts,
    }
}

/// `DELETE /v2/queue/{id}/delay`.
pub(super) async fn reset(State(edge): State<Edge>, Path(path): Path<String>) -> Answer {
    let Some(id) = path.trim_end_matches('/').strip_suffix("/delay") else {
        return Err(answer::unknown_route().await);
    };
    let id = resolve(id.trim_start_matches('/'), "/");
    let snapshot = edge.state().await?;
    let queue = snapshot.state.apps.queue(edge.now(snapshot.at));
    let waits = queue
        .iter()
        .any(|queued| queued.count > 0 && !queued.app.doomed && queued.app.spec().id == id);
    if !waits {
        return Err(Trouble(Problem::not_queued(id.as_str())));
    }
    submit(&edge, Command::ResetDelay { app: id }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
