use base_fault::Class;
use core_apps::{Explanation, Pending, Position};
use core_placement::{Reason, Refusal};
use io_httpd::{HttpError, IntoResponse, Json, Path, Query, Response, State};
use model_app::resolve;
use serde::Serialize;

use super::params::{Pairs, Params};
use crate::Edge;

/// How many waiting instances are listed at most.
const INSTANCES: usize = 100;

/// Why an app is not what it should be (Harmony's own form). Times are RFC 3339.
#[derive(Serialize)]
struct Explained {
    /// The app.
    app: String,
    /// How many instances are wanted.
    wanted: u32,
    /// How many have no place.
    pending: u32,
    /// What keeps the app from its goal, most pressing first, in one sentence each; what would help is with each filter.
    why: String,
    /// How many agents were asked.
    agents_considered: u32,
    /// How many of them each filter refuses, and what would help.
    refused: Vec<Refused>,
    /// Why no agent can ever take an instance, if that is so.
    never: Option<String>,
    /// How long launches still wait after failures.
    backoff_remaining_secs: f64,
    /// The deployment that locks the app.
    deployment: Option<Locked>,
    /// Instances that wait, and what each waits for; at most `?limit=` (100).
    instances: Vec<Waiting>,
}

#[derive(Serialize)]
struct Refused {
    filter: &'static str,
    agents: u32,
    help: String,
}

#[derive(Serialize)]
struct Locked {
    id: String,
    step: u32,
    steps: u32,
    action: Option<&'static str>,
    fails_at: Option<String>,
}

#[derive(Serialize)]
struct Waiting {
    id: String,
    condition: &'static str,
    since: String,
    reason: String,
}

/// `GET /harmony/v1/explain/{id}`.
pub(super) async fn show(
    State(edge): State<Edge>,
    Path(id): Path<String>,
    Query(params): Pairs,
) -> Result<Response, HttpError> {
    let limit = match Params(&params).get("limit") {
        None => INSTANCES,
        Some(text) => text.parse().map_err(|_| {
            HttpError::new(
                Class::Invalid,
                format!("the parameter limit is '{text}', expected a whole number"),
            )
        })?,
    };
    let snapshot = edge
        .state()
        .await
        .map_err(|failure| HttpError::new(failure.class(core_control::Reject::class), failure.to_string()))?;
    let id = resolve(id.trim_start_matches('/'), "/");
    let explained = tokio::task::spawn_blocking(move || {
        let (state, now) = (&snapshot.state, edge.now(snapshot.at));
        let pool = state.master.pool(now, now + edge.options.config.maintenance_lead);
        let explanation = state.apps.explain(&pool, now, &id, limit.min(INSTANCES));
        explanation.map(|explanation| explained(&explanation)).ok_or(id)
    });
    match explained.await {
        Ok(Ok(explained)) => Ok(Json(explained).into_response()),
        Ok(Err(id)) => Err(HttpError::new(Class::NotFound, format!("no app has the id {id}"))),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

fn explained(explanation: &Explanation) -> Explained {
    let placement = explanation.placement.as_ref();
    Explained {
        app: explanation.app.to_string(),
        wanted: explanation.wanted,
        pending: explanation.counts.scheduled,
        why: why(explanation),
        agents_considered: placement.map_or(0, |refusal| refusal.considered),
        refused: placement.map(refused).unwrap_or_default(),
        never: placement.and_then(|refusal| refusal.never.clone()),
        backoff_remaining_secs: explanation.delay_left.map_or(0.0, |left| left.as_secs_f64()),
        deployment: explanation.deployment.as_ref().map(locked),
        instances: explanation.pending.iter().map(waiting).collect(),
    }
}

fn why(explanation: &Explanation) -> String {
    let help = explanation
        .placement
        .as_ref()
        .map(|refusal| refusal.help.as_slice())
        .unwrap_or_default();
    let told_there =
        |reason: &&String| explanation.placement.as_ref().is_some_and(|r| r.considered > 0) && help.contains(reason);
    let reasons: Vec<&str> = explanation
        .reasons
        .iter()
        .filter(|r| !told_there(r))
        .map(String::as_str)
        .collect();
    reasons.join(" ")
}

/// The sentences of a refusal come in the order of its reasons: one for each, and for constraints one for each of them.
fn refused(refusal: &Refusal) -> Vec<Refused> {
    let mut help = refusal.help.iter().skip(usize::from(refusal.considered == 0));
    let mut row = |(reason, agents): &(Reason, u32)| {
        let sentences = if *reason == Reason::Constraint {
            refusal.constraints.len()
        } else {
            1
        };
        let help: Vec<&str> = help.by_ref().take(sentences).map(String::as_str).collect();
        Refused {
            filter: reason.as_str(),
            agents: *agents,
            help: help.join(" "),
        }
    };
    refusal.refused.iter().map(&mut row).collect()
}

fn locked(position: &Position) -> Locked {
    Locked {
        id: position.id.to_string(),
        step: position.step,
        steps: position.steps,
        action: position.action.map(core_apps::ActionKind::name),
        fails_at: position.fails_at.map(|at| at.to_string()),
    }
}

fn waiting(pending: &Pending) -> Waiting {
    Waiting {
        id: pending.instance_id.clone(),
        condition: pending.condition.name(),
        since: pending.since.to_string(),
        reason: pending.reason.clone(),
    }
}
