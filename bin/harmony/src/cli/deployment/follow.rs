//! Following deployments to their end.
//!
//! Marathon tells the end of a deployment only in its event stream; in the list it is just gone. So the stream is read
//! for the end and the list for the way there, and where there is no stream the apps themselves say how it went.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use base_fault::Class;
use serde_json::Value;

use super::list::actions;
use super::progress::{self, Ready};
use crate::cli::app;
use crate::client::{Client, Event, Events, Face};
use crate::failure::Failure;
use crate::screen::Progress;

const PAUSE: Duration = Duration::from_millis(300);
/// How long the event of an end may lag behind the list.
const LAG: Duration = Duration::from_secs(2);

/// After this without progress the user is told where to look.
const STALL: Duration = Duration::from_secs(10);

/// The last word on a deployment; a failure has its reason.
type End = Result<(), String>;

/// Follows deployments from the moment it is made.
pub struct Follower<'a> {
    client: &'a Client,
    events: Option<Events>,
    ends: BTreeMap<String, End>,
    apps: BTreeSet<String>,
    bar: Progress,
    /// What was ready when, and whether the user was told that nothing moves since.
    last: (Ready, Instant, bool),
}

impl<'a> Follower<'a> {
    /// Begins to listen.
    pub fn new(client: &'a Client) -> Self {
        let events = client.events(&["deployment_success", "deployment_failed"]).ok();
        let (ends, apps, last) = (
            BTreeMap::new(),
            BTreeSet::new(),
            (Ready::default(), Instant::now(), false),
        );
        Self {
            client,
            events,
            ends,
            apps,
            bar: Progress::bar(),
            last,
        }
    }

    /// Follows these to their end.
    ///
    /// # Errors
    /// Which fail, each with its reason; the cluster is no longer reached.
    pub fn follow(&mut self, ids: &[String]) -> anyhow::Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut gone_since = None;
        loop {
            let list = self.client.marathon("/v2/deployments")?;
            let under_way: Vec<&Value> = list
                .as_array()
                .into_iter()
                .flatten()
                .filter(|it| ids.iter().any(|id| it["id"] == **id))
                .collect();
            self.show(&under_way)?;
            self.listen();
            let is_told = ids.iter().all(|id| self.ends.contains_key(id));
            if under_way.is_empty() {
                let since = *gone_since.get_or_insert_with(Instant::now);
                if is_told || self.events.is_none() || since.elapsed() > LAG {
                    break;
                }
            }
        }
        self.bar.finish();
        self.judge(ids)
    }

    /// Takes what the stream has, waiting a little for it.
    fn listen(&mut self) {
        let Some(events) = &mut self.events else {
            return self.client.pause(PAUSE);
        };
        let asked = Instant::now();
        while let Some(event) = self.client.next_event(events, PAUSE.saturating_sub(asked.elapsed())) {
            note(&mut self.ends, &event);
        }
        if asked.elapsed() < PAUSE {
            // The stream ended before its time: from here on the list alone tells.
            self.events = None;
        }
    }

    fn show(&mut self, under_way: &[&Value]) -> anyhow::Result<()> {
        for deployment in under_way {
            let apps = deployment["affectedApps"].as_array().into_iter().flatten();
            self.apps.extend(apps.filter_map(Value::as_str).map(str::to_owned));
        }
        let mut sum = Ready::default();
        for app in &self.apps {
            let Ready { ready, wanted } = self.ready(app)?.unwrap_or_default();
            sum = Ready {
                ready: sum.ready + ready,
                wanted: sum.wanted + wanted,
            };
        }
        let doing: Vec<String> = under_way.iter().map(|deployment| actions(deployment)).collect();
        if !doing.is_empty() {
            let message = format!("{} ({} of {} instances ready)", doing.join(", "), sum.ready, sum.wanted);
            self.bar.show(sum.ready, sum.wanted, &message);
            self.mind(sum);
        }
        Ok(())
    }

    /// Says once what to do when nothing moves for a while.
    fn mind(&mut self, now: Ready) {
        let (before, since, is_told) = self.last;
        if before != now {
            self.last = (now, Instant::now(), false);
        } else if !is_told && since.elapsed() > STALL {
            self.last.2 = true;
            for app in &self.apps {
                self.bar.say(&format!(
                    "nothing moves: `harmony explain {app}` says why; Ctrl-C leaves it going"
                ));
            }
        }
    }

    /// How far an app is; `None` if there is none (any more).
    fn ready(&self, id: &str) -> anyhow::Result<Option<Ready>> {
        let path = format!("/v2/apps/{}", app::path(id));
        let answer = self.client.ask(Face::Marathon, io_httpd::Method::GET, &path, None)?;
        if answer.status.is_success() {
            Ok(Some(progress::of(&answer.json()?["app"])))
        } else {
            Ok(None)
        }
    }

    fn judge(&self, ids: &[String]) -> anyhow::Result<()> {
        let mut failed = Vec::new();
        for id in ids {
            let end = match self.ends.get(id) {
                Some(end) => end.clone(),
                None => self.apps_tell()?,
            };
            failed.extend(end.err().map(|why| format!("deployment {id} failed: {why}")));
        }
        if failed.is_empty() {
            return Ok(());
        }
        let next = match self.apps.first() {
            Some(app) => format!(
                "`harmony explain {app}` says why instances wait; `harmony app show {app}` shows the last failure"
            ),
            None => "`harmony app list` shows how the apps are".to_owned(),
        };
        Err(Failure::new(Class::Internal, all_of(&failed, ids.len()))
            .next(next)
            .into())
    }

    /// The end of a deployment that nobody told: well if its apps are as they should be.
    fn apps_tell(&self) -> anyhow::Result<End> {
        for app in &self.apps {
            if let Some(Ready { ready, wanted }) = self.ready(app)?.filter(|it| it.ready < it.wanted) {
                return Ok(Err(format!(
                    "it is over, and {app} has {ready} of {wanted} instances ready"
                )));
            }
        }
        Ok(Ok(()))
    }
}

/// Marathon's `deployment_success` and `deployment_failed` carry the id; ours has a reason too.
fn note(ends: &mut BTreeMap<String, End>, event: &Event) {
    let Some(id) = event.data["id"].as_str() else { return };
    let end = match event.kind.as_str() {
        "deployment_success" => Ok(()),
        "deployment_failed" => {
            let reason = event.data["reason"].as_str().or_else(|| event.data["message"].as_str());
            Err(reason.unwrap_or("it was cancelled, or replaced by another").to_owned())
        }
        _ => return,
    };
    ends.insert(id.to_owned(), end);
}

/// What failed, and how many that is of several.
fn all_of(failed: &[String], many: usize) -> String {
    let list = failed.join("; ");
    if many == 1 {
        list
    } else {
        format!("{} of {many} deployments failed: {list}", failed.len())
    }
}

#[cfg(test)]
mod tests {
    use super::all_of;

    #[test]
    fn the_ones_that_failed_are_named() {
        let failed = ["deployment d1 failed: no progress".to_owned()];
        assert_eq!(all_of(&failed, 1), failed[0]);
        assert_eq!(
            all_of(&failed, 3),
            "1 of 3 deployments failed: deployment d1 failed: no progress"
        );
    }
}
