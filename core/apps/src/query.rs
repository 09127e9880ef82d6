//! What readers ask of a snapshot.

use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId, TaskId, Uuid};

use crate::{App, Apps, Deployment, Instance, Refused, roster::Class};

/// How many instances an app has, as Marathon counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// On their way to RUNNING (`tasksStaged`).
    pub staged: u32,
    /// Running and wanted (`tasksRunning`).
    pub running: u32,
    /// Of the running ones with health checks, those known to be healthy (`tasksHealthy`).
    pub healthy: u32,
    /// Those known not to be (`tasksUnhealthy`).
    pub unhealthy: u32,
    /// Without a place.
    pub scheduled: u32,
    /// On unreachable agents.
    pub unreachable: u32,
    /// Being killed.
    pub killing: u32,
    /// Of an older configuration.
    pub outdated: u32,
    /// Healthy, or running without a health check: what a deployment waits for.
    pub ready: u32,
}

/// An app that waits: an entry of `/v2/queue`.
#[derive(Clone, Debug)]
pub struct Queued<'a> {
    /// The app.
    pub app: &'a App,
    /// How many instances have no place.
    pub count: u32,
    /// Since when the oldest of them waits.
    pub since: Option<Timestamp>,
    /// Until when launches wait.
    pub delayed_until: Option<Timestamp>,
    /// The placer's last refusal.
    pub refused: Option<&'a Refused>,
}

impl Apps {
    /// All apps by id.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.apps.values().map(Arc::as_ref)
    }

    /// An app.
    pub fn app(&self, id: &AppId) -> Option<&App> {
        self.apps.get(id).map(Arc::as_ref)
    }

    /// The apps whose id is `group` or lies below it.
    pub fn apps_under(&self, group: &AppId) -> impl Iterator<Item = &App> {
        let prefix = format!("{}/", group.as_str().trim_end_matches('/'));
        let own = self.app(group).into_iter();
        let from = AppId::from(prefix.as_str());
        let below = self.apps.range(from..).map(|(id, app)| (id, app.as_ref()));
        own.chain(
            below
                .take_while(move |(id, _)| id.as_str().starts_with(&prefix))
                .map(|(_, app)| app),
        )
    }

    /// An instance.
    pub fn instance(&self, uuid: Uuid) -> Option<&Instance> {
        self.instances.get(self.slot(uuid)?)
    }

    /// The instance of a task.
    pub fn instance_of_task(&self, task_id: &TaskId) -> Option<&Instance> {
        self.by_task(task_id)
    }

    /// The instances of an app: outdated ones last, each by what they are good for, then oldest first.
    pub fn instances(&self, app: &AppId) -> impl Iterator<Item = &Instance> {
        let slots = self.app(app).into_iter().flat_map(|app| app.roster.slots());
        slots.filter_map(|slot| self.instances.get(slot))
    }

    /// The instances of all apps.
    pub fn all_instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.iter().map(|(_, instance)| instance)
    }

    /// How many instances there are of all apps.
    pub fn instance_count(&self) -> usize {
        self.instances.len()
    }

    /// The running deployments, oldest first.
    pub fn deployments(&self) -> Vec<&Deployment> {
        let mut deployments: Vec<&Deployment> = self.deployments.values().map(Arc::as_ref).collect();
        deployments.sort_by_key(|d| (d.started_at, d.id.clone()));
        deployments
    }

    /// A running deployment.
    pub fn deployment(&self, id: &DeploymentId) -> Option<&Deployment> {
        self.deployments.get(id).map(Arc::as_ref)
    }

    /// Tasks that run without an instance and are being killed.
    pub fn orphans(&self) -> impl Iterator<Item = &TaskId> {
        self.orphans.iter()
    }

    /// The apps that wait for places or for a launch delay.
    pub fn queue(&self, now: Timestamp) -> Vec<Queued<'_>> {
        self.apps()
            .map(|app| self.queued(app, now))
            .filter(|q| q.count > 0 || q.delayed_until.is_some())
            .collect()
    }

    fn queued<'a>(&'a self, app: &'a App, now: Timestamp) -> Queued<'a> {
        let oldest = app.roster.first(false, Class::Scheduled, 1);
        Queued {
            app,
            count: app.roster.count(|c| c == Class::Scheduled),
            since: oldest.first().map(|slot| self.instances[*slot].scheduled_at),
            delayed_until: app.delayed_until(now),
            refused: app.refused.as_ref(),
        }
    }
}

impl App {
    /// How many instances it has.
    pub fn counts(&self) -> Counts {
        let count = |class: Class| self.roster.count(|c| c == class);
        let gated = !self.spec().health_checks.is_empty();
        let (ready, unhealthy) = (count(Class::Ready), count(Class::Unhealthy));
        let killing = count(Class::Doomed);
        Counts {
            staged: count(Class::Launching) + count(Class::Staging),
            running: ready + unhealthy + count(Class::Unproven) + count(Class::Unknown),
            healthy: if gated { ready } else { 0 },
            unhealthy,
            scheduled: count(Class::Scheduled),
            unreachable: count(Class::Unreachable) + count(Class::Inactive),
            killing,
            outdated: self.roster.count_of(true, |_| true),
            ready,
        }
    }
}
