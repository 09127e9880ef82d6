use std::collections::BTreeSet;

use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId, Uuid};
use core_machine::{Ctx, Machine};

use crate::{
    Action, Apps, Config, Deployment, Doom, Event, Outcome, Reject,
    deployment::{advance, plan},
};

/// How many events one decision makes at most while it settles apps; what is left is settled by the next tick.
const BUDGET: usize = 10_000;

/// How many instances one fact dooms at most: it must fit into one batch of the journal.
const DOOMED_AT_ONCE: usize = 10_000;

/// A decision of several events, each seeing those before: they are applied to a copy of the state, which costs little.
pub(crate) struct Draft {
    pub state: Apps,
    pub events: Vec<Event>,
    now: Timestamp,
}

impl Draft {
    pub fn new(state: &Apps, now: Timestamp) -> Self {
        Self {
            state: state.clone(),
            events: Vec::new(),
            now,
        }
    }

    pub fn push(&mut self, event: Event) {
        self.state.apply(self.now, &event);
        self.events.push(event);
    }

    /// Orders a kill of instances, if there are any.
    pub fn doom(&mut self, app: &AppId, instances: &[Uuid], why: Doom) {
        for some in instances.chunks(DOOMED_AT_ONCE) {
            self.push(Event::InstancesDoomed {
                app: app.clone(),
                instances: some.to_vec(),
                why,
            });
        }
    }

    /// A version for what changes now: later than any that these apps have.
    pub fn next_version<'a>(&self, apps: impl IntoIterator<Item = &'a AppId>) -> Timestamp {
        let last = apps
            .into_iter()
            .filter_map(|id| self.state.app(id))
            .map(|app| app.spec().version.as_millis())
            .max();
        Timestamp::from_millis(self.now.as_millis().max(last.map_or(i64::MIN, |v| v + 1)))
    }

    /// Ends a deployment.
    pub fn end(&mut self, id: &DeploymentId, outcome: Outcome) {
        if let Some(deployment) = self.state.deployments.get(id) {
            let deployment = Box::new(Deployment::clone(deployment));
            self.push(Event::DeploymentEnded { deployment, outcome });
        }
    }

    /// Makes room for a deployment of `apps`: ends those in the way, if `force`.
    ///
    /// # Errors
    /// `Conflict`, and `TooManyDeployments` unless one in the way makes room.
    pub fn lock(&mut self, cx: &Ctx<'_, Config>, apps: &[AppId], force: bool, by: &DeploymentId) -> Result<(), Reject> {
        let mut blocking: Vec<DeploymentId> = Vec::new();
        let mut first = None;
        for id in apps {
            if let Some(deployment) = self.state.app(id).and_then(|app| app.deployment.clone()) {
                first.get_or_insert_with(|| id.clone());
                if !blocking.contains(&deployment) {
                    blocking.push(deployment);
                }
            }
        }
        if let (Some(app), false) = (first, force) {
            return Err(Reject::Conflict {
                app,
                deployments: blocking,
            });
        }
        let limit = cx.config.max_deployments;
        if blocking.is_empty() && self.state.deployments.len() >= limit as usize {
            return Err(Reject::TooManyDeployments { limit });
        }
        for id in blocking {
            let outcome = Outcome::Cancelled { by: Some(by.clone()) };
            self.end(&id, outcome);
        }
        Ok(())
    }

    /// Starts a deployment of actions on apps that are already put or doomed in this draft.
    pub fn start(
        &mut self,
        cx: &Ctx<'_, Config>,
        id: DeploymentId,
        version: Timestamp,
        actions: Vec<Action>,
        before: Vec<(AppId, Option<Timestamp>)>,
    ) {
        let deadline = plan::deadline(&self.state, &actions, cx.config.progress_deadline);
        let deployment = Deployment {
            id,
            version,
            started_at: self.now,
            steps: plan::steps(&self.state, actions),
            step: 0,
            step_since: self.now,
            before: before.into_iter().collect(),
            deadline_ms: u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
            progressed_at: self.now,
            score: i64::MIN,
        };
        self.push(Event::DeploymentStarted {
            deployment: Box::new(deployment),
        });
    }

    /// Decides all that is due about unsettled apps. What is decided about one may unsettle another.
    pub fn settle(mut self, cx: &mut Ctx<'_, Config>) -> Vec<Event> {
        let mut settled: BTreeSet<AppId> = BTreeSet::new();
        loop {
            let unsettled = self.state.unsettled.clone();
            let mut round = unsettled.iter().filter(|app| !settled.contains(*app)).peekable();
            if round.peek().is_none() {
                break;
            }
            for app in round.cloned().collect::<Vec<_>>() {
                if settled.contains(&app) {
                    continue;
                }
                let lock = self.state.app(&app).and_then(|app| app.deployment.clone());
                let complete = advance::advance(&mut self, cx, &app);
                if !complete || self.events.len() >= BUDGET {
                    return self.settled(settled);
                }
                // A deployment is advanced for all of its apps at once; one that ended leaves them to themselves.
                match lock.map(|id| self.state.deployment(&id)) {
                    Some(None) => {}
                    Some(Some(deployment)) => settled.extend(deployment.apps().cloned()),
                    None => drop(settled.insert(app)),
                }
            }
        }
        self.settled(settled)
    }

    fn settled(mut self, settled: BTreeSet<AppId>) -> Vec<Event> {
        let apps: Vec<AppId> = settled
            .into_iter()
            .filter(|app| self.state.unsettled.contains(app))
            .collect();
        if !apps.is_empty() {
            self.push(Event::AppsSettled { apps });
        }
        self.events
    }
}
