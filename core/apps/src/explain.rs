use std::time::Duration;

use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId, Uuid};
use core_placement::{Pool, Refusal};

use crate::{ActionKind, Apps, Condition, Counts, Refused, TaskFailure, roster::Class};

/// Why an app is not (yet) what it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The app.
    pub app: AppId,
    /// How many instances are wanted.
    pub wanted: u32,
    /// What there is.
    pub counts: Counts,
    /// The instances that wait, oldest first, each with what it waits for; at most the number that was asked for.
    pub pending: Vec<Pending>,
    /// How long launches still wait after failures.
    pub delay_left: Option<Duration>,
    /// What every agent of the pool says to one more instance; `None` if none waits for a place.
    pub placement: Option<Refusal>,
    /// Why the pool took no launch lately, if the app's role may have no more.
    pub limited: Option<String>,
    /// The deployment that locks the app.
    pub deployment: Option<Position>,
    /// The last failure of a task.
    pub last_failure: Option<TaskFailure>,
    /// One sentence for each thing that keeps the app from its goal, most pressing first; empty if nothing does.
    pub reasons: Vec<String>,
}

/// An instance that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The instance.
    pub instance: Uuid,
    /// Its id for people.
    pub instance_id: String,
    /// Where it is in its life.
    pub condition: Condition,
    /// Since when.
    pub since: Timestamp,
    /// What it waits for.
    pub reason: String,
}

/// Where a deployment is.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// The deployment.
    pub id: DeploymentId,
    /// Its step, from 1.
    pub step: u32,
    /// Of how many.
    pub steps: u32,
    /// What this step does to the app; `None` if it only waits for others.
    pub action: Option<ActionKind>,
    /// When it fails unless it comes closer to its goal.
    pub fails_at: Option<Timestamp>,
}

impl Apps {
    /// Why an app waits, with the pool as it is now and at most `limit` pending instances. `None` for an unknown app.
    pub fn explain(&self, pool: &Pool, now: Timestamp, id: &AppId, limit: usize) -> Option<Explanation> {
        let app = self.app(id)?;
        let placement = self
            .demand(id, u32::MAX)
            .map(|demand| core_placement::explain(pool, &demand));
        let delay_left = app.delayed_until(now).map(|until| until.since(now));
        let mut explanation = Explanation {
            app: id.clone(),
            wanted: app.spec().instances,
            counts: app.counts(),
            pending: Vec::new(),
            delay_left,
            placement,
            deployment: self.position(id),
            limited: app.refused.as_ref().filter(|refused| refused.holds).and_then(limit_of),
            last_failure: app.last_failure().cloned(),
            reasons: Vec::new(),
        };
        explanation.reasons = reasons(&explanation, now);
        explanation.pending = self.pending(&explanation, limit);
        Some(explanation)
    }

    fn position(&self, id: &AppId) -> Option<Position> {
        let deployment = self.deployment(self.app(id)?.deployment.as_ref()?)?;
        let action = deployment
            .current_actions()
            .iter()
            .find(|a| a.app == *id)
            .map(|a| a.kind);
        Some(Position {
            id: deployment.id.clone(),
            step: deployment.step + 1,
            steps: deployment.steps.len() as u32,
            action,
            fails_at: deployment.fails_at(),
        })
    }

    fn pending(&self, explanation: &Explanation, limit: usize) -> Vec<Pending> {
        let Some(app) = self.app(&explanation.app) else {
            return Vec::new();
        };
        let waiting = [
            Class::Scheduled,
            Class::Launching,
            Class::Staging,
            Class::Unproven,
            Class::Unhealthy,
            Class::Unknown,
        ];
        let slots = waiting
            .into_iter()
            .flat_map(|class| app.roster.first(false, class, limit))
            .take(limit);
        let instances = slots.filter_map(|slot| self.instances.get(slot));
        instances
            .map(|instance| Pending {
                instance: instance.uuid,
                instance_id: instance.id(),
                condition: instance.condition,
                since: instance.since,
                reason: waits_for(Class::of(instance), explanation),
            })
            .collect()
    }
}

/// Why the role may have no more, if that is what an app waits for and no agent was asked.
fn limit_of(refused: &Refused) -> Option<String> {
    let refusal = &refused.refusal;
    refusal
        .help
        .first()
        .filter(|_| refusal.considered == 0 && refusal.refused.is_empty())
        .cloned()
}

fn waits_for(class: Class, explanation: &Explanation) -> String {
    match class {
        Class::Scheduled => {
            if let Some(left) = explanation.delay_left {
                return format!("launches wait {} s after failures", seconds(left));
            }
            match &explanation.placement {
                Some(refusal) if refusal.fitting() == 0 => format!("no agent takes it: {refusal}"),
                _ => match &explanation.limited {
                    Some(why) => format!("its role may have no more now: {why}"),
                    None => "it is being placed".to_owned(),
                },
            }
        }
        Class::Launching => "its launch is on the way to its agent".to_owned(),
        Class::Staging => "its agent prepares it".to_owned(),
        Class::Unproven => "its health check has not succeeded yet".to_owned(),
        Class::Unhealthy => "its health check fails".to_owned(),
        Class::Unknown => "its health was not heard since the scheduler's start".to_owned(),
        Class::Unreachable | Class::Inactive | Class::Doomed | Class::Ready => String::new(),
    }
}

fn reasons(explanation: &Explanation, now: Timestamp) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(refusal) = explanation.placement.as_ref().filter(|r| r.fitting() == 0) {
        let places = match explanation.counts.scheduled {
            1 => "1 instance has no place".to_owned(),
            many => format!("{many} instances have no place"),
        };
        reasons.push(format!("{places}: {refusal}."));
        reasons.extend(refusal.never.clone());
        reasons.extend(refusal.help.iter().cloned());
    }
    if let Some(why) = &explanation.limited {
        reasons.push(format!("The pool took no launch: {why}."));
    }
    let last = explanation.last_failure.as_ref();
    let last = last.map(|failure| format!(" (last: {failure})")).unwrap_or_default();
    if let Some(left) = explanation.delay_left {
        reasons.push(format!("Tasks fail{last}: launches wait {} s more.", seconds(left)));
    }
    let (running, ready) = (explanation.counts.running, explanation.counts.ready);
    if running > ready {
        let last = if explanation.delay_left.is_some() { "" } else { &last };
        reasons.push(format!("{ready} of {running} running instances are healthy{last}."));
    }
    if let Some(position) = &explanation.deployment {
        let action = position.action.map_or("waits for other apps", ActionKind::name);
        let left = position
            .fails_at
            .map(|at| format!(", fails in {} s without progress", at.since(now).as_secs()));
        reasons.push(format!(
            "Deployment {} is in step {} of {}: {action}{}.",
            position.id,
            position.step,
            position.steps,
            left.unwrap_or_default()
        ));
    }
    reasons
}

/// Rounded up: 0 would mean that nothing waits.
fn seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}
