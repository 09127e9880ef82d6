//! An app whose put was answered is there after everything that may happen, in that version or a later one.

use std::collections::BTreeMap;

use base_clock::Timestamp;
use base_ids::AppId;
use core_apps::{Apps, Command, Event};

/// Versions that clients were told of.
#[derive(Debug, Default)]
pub(crate) struct Acked {
    versions: BTreeMap<AppId, Timestamp>,
}

impl Acked {
    /// A request is on its way. One that may remove apps ends what was promised about them, whether it succeeds or not.
    pub(crate) fn asked(&mut self, state: &Apps, command: &core_control::Command) {
        match command {
            core_control::Command::Apps(Command::DeleteApps { ids, .. }) => {
                self.versions.retain(|id, _| !ids.contains(id));
            }
            // Ending the first deployment of an app takes the app away.
            core_control::Command::Apps(Command::CancelDeployment { id, .. }) => {
                let apps = state
                    .deployment(id)
                    .into_iter()
                    .flat_map(|deployment| deployment.before.iter());
                for (app, _) in apps.filter(|(_, before)| before.is_none()) {
                    self.versions.remove(app);
                }
            }
            _ => {}
        }
    }

    /// A put of an app was answered: with these facts, or with none because nothing had to change.
    pub(crate) fn put(&mut self, id: &AppId, events: &[core_control::Event], state: Option<&Apps>) {
        let put = events.iter().rev().find_map(|event| match event {
            core_control::Event::Apps(Event::AppPut { spec }) if spec.id == *id => Some(spec.version),
            _ => None,
        });
        let current = || state?.app(id).map(|app| app.spec().version);
        if let Some(version) = put.or_else(current) {
            let known = self.versions.entry(id.clone()).or_insert(version);
            *known = version.max(*known);
        }
    }

    pub(crate) fn check(&self, state: &Apps) -> Result<(), String> {
        for (id, version) in &self.versions {
            match state.app(id) {
                None => return Err(format!("the acknowledged app {id} is lost")),
                Some(app) if app.spec().version < *version => {
                    let found = app.spec().version;
                    return Err(format!(
                        "version {version} of {id} was acknowledged, and {found} is the latest"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}
