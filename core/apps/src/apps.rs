use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AppId, DeploymentId, TaskId, Uuid};
use base_slab::{Finder, Slab};
use core_machine::{Ctx, Machine, Violation};
use imbl::{OrdMap, OrdSet};
use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};

use crate::{
    App, Command, Condition, Config, Deployment, Effect, Event, Instance, Key, Reject, apply, check, codec, decide,
    instance::parse_instance_id,
    roster::Roster,
    timers::{Timer, Timers},
    work,
};

/// The app scheduler.
#[derive(Clone, Debug, Default)]
pub struct Apps {
    pub(crate) apps: OrdMap<AppId, Arc<App>>,
    pub(crate) instances: Slab<Instance>,
    pub(crate) deployments: OrdMap<DeploymentId, Arc<Deployment>>,
    pub(crate) orphans: OrdSet<TaskId>,
    // What follows from the above.
    pub(crate) by_uuid: Finder,
    pub(crate) timers: Timers,
    /// Apps that something happened to since they were last settled.
    pub(crate) unsettled: OrdSet<AppId>,
}

impl Machine for Apps {
    type Command = Command;
    type Reject = Reject;
    type Event = Event;
    type Key = Key;
    type Effect = Effect;
    type Index = ();
    type Config = Config;

    fn decide(&self, _: &(), cx: &mut Ctx<'_, Config>, command: Command) -> Result<Vec<Event>, Reject> {
        decide::decide(self, cx, command)
    }

    fn apply(&mut self, at: Timestamp, event: &Event) {
        apply::apply(self, at, event);
    }

    fn is_soft(event: &Event) -> bool {
        matches!(
            event,
            Event::HealthSeen { .. }
                | Event::PlacementRefused { .. }
                | Event::AppWoken { .. }
                | Event::AppsSettled { .. }
                | Event::Resumed
        )
    }

    fn touched(&self, event: &Event, keys: &mut Vec<Key>) {
        work::touched(self, event, keys);
    }

    fn work(&self, now: Timestamp, config: &Config, key: &Key, effects: &mut Vec<Effect>) {
        let _ = config;
        work::work(self, now, key, effects);
    }

    fn keys(&self) -> Vec<Key> {
        let apps = self.apps.keys().cloned().map(Key::App);
        let instances = self.instances.iter().map(|(_, i)| Key::Instance(i.uuid));
        let deployments = self.deployments.keys().cloned().map(Key::Deployment);
        let orphans = self.orphans.iter().cloned().map(Key::Orphan);
        apps.chain(instances).chain(deployments).chain(orphans).collect()
    }

    /// At once while something is unsettled.
    fn deadline(&self, config: &Config) -> Option<Timestamp> {
        let _ = config;
        if self.unsettled.is_empty() {
            self.timers.next()
        } else {
            Some(Timestamp::EPOCH)
        }
    }

    fn tick() -> Command {
        Command::Tick
    }

    fn index(&self, config: &Config) {
        let _ = config;
    }

    fn fold(&self, index: &mut (), event: &Event) {
        let _ = (index, event);
    }

    fn check(&self, keys: &[Key]) -> Result<(), Violation> {
        keys.iter().try_for_each(|key| check::check(self, key))
    }
}

impl Apps {
    /// The slot of an instance.
    pub(crate) fn slot(&self, uuid: Uuid) -> Option<u32> {
        self.by_uuid
            .find(&uuid, |slot| self.instances.get(slot).is_some_and(|i| i.uuid == uuid))
    }

    /// The instance of exactly this task: an older or newer incarnation is another task.
    pub(crate) fn by_task(&self, task_id: &TaskId) -> Option<&Instance> {
        let instance = self.instance(parse_instance_id(task_id.as_str())?)?;
        instance.is_task(task_id.as_str()).then_some(instance)
    }

    pub(crate) fn app_mut(&mut self, id: &AppId) -> Option<&mut App> {
        self.apps.get_mut(id).map(Arc::make_mut)
    }

    /// Stores a new instance.
    pub(crate) fn add(&mut self, instance: Instance) {
        if self.slot(instance.uuid).is_some() {
            return;
        }
        let (uuid, app) = (instance.uuid, instance.app.clone());
        let slot = self.instances.insert(instance);
        self.by_uuid.insert(&uuid, slot);
        self.enrol(&app, slot);
    }

    fn enrol(&mut self, app: &AppId, slot: u32) {
        if let Some(app) = self.apps.get_mut(app).map(Arc::make_mut) {
            let config = app.spec().config_version();
            app.roster.insert(slot, &self.instances[slot], config);
        }
    }

    fn strike(&mut self, app: &AppId, slot: u32) {
        if let Some(app) = self.apps.get_mut(app).map(Arc::make_mut) {
            let config = app.spec().config_version();
            app.roster.remove(slot, &self.instances[slot], config);
        }
    }

    /// Changes an instance and all that follows from it.
    pub(crate) fn change(&mut self, uuid: Uuid, change: impl FnOnce(&mut Instance)) {
        let Some(slot) = self.slot(uuid) else { return };
        let app = self.instances[slot].app.clone();
        self.strike(&app, slot);
        if let Some(instance) = self.instances.get_mut(slot) {
            change(instance);
        }
        self.enrol(&app, slot);
        self.watch_unreachable(uuid);
        self.unsettle(&app);
    }

    /// Forgets an instance.
    pub(crate) fn remove(&mut self, uuid: Uuid) {
        let Some(slot) = self.slot(uuid) else { return };
        let app = self.instances[slot].app.clone();
        self.strike(&app, slot);
        self.instances.remove(slot);
        self.by_uuid.remove(&uuid, slot);
        self.timers.set(Timer::Unreachable(uuid), None);
        self.unsettle(&app);
    }

    /// Sorts the instances of an app anew, after its configuration changed.
    pub(crate) fn enrol_all(&mut self, id: &AppId, slots: &[u32]) {
        if let Some(app) = self.app_mut(id) {
            app.roster = Roster::default();
        }
        for slot in slots {
            self.enrol(id, *slot);
        }
    }

    /// Sets the timers of unreachable instances anew, after the app's strategy may have changed.
    pub(crate) fn watch_all(&mut self, slots: &[u32]) {
        for slot in slots {
            self.watch_unreachable(self.instances[*slot].uuid);
        }
    }

    fn watch_unreachable(&mut self, uuid: Uuid) {
        let at = self
            .instance(uuid)
            .and_then(|instance| self.next_of_unreachable(instance));
        self.timers.set(Timer::Unreachable(uuid), at);
    }

    fn next_of_unreachable(&self, instance: &Instance) -> Option<Timestamp> {
        let strategy = self.apps.get(&instance.app)?.spec().unreachable?;
        let seconds = match instance.condition {
            Condition::Unreachable => strategy.inactive_after_seconds,
            Condition::UnreachableInactive => strategy.expunge_after_seconds,
            _ => return None,
        };
        Some(instance.since + std::time::Duration::from_secs(seconds))
    }

    pub(crate) fn unsettle(&mut self, app: &AppId) {
        if !self.unsettled.contains(app) && self.apps.contains_key(app) {
            self.unsettled.insert(app.clone());
        }
    }

    /// Builds what follows from the hard state.
    fn restore(&mut self) {
        for id in self.apps.keys().cloned().collect::<Vec<_>>() {
            let delay = self.apps.get(&id).and_then(|a| a.delay).map(|d| d.until);
            self.timers.set(Timer::Delay(id.clone()), delay);
            self.unsettled.insert(id);
        }
        for (slot, uuid, app) in self
            .instances
            .iter()
            .map(|(s, i)| (s, i.uuid, i.app.clone()))
            .collect::<Vec<_>>()
        {
            self.by_uuid.insert(&uuid, slot);
            self.enrol(&app, slot);
            self.watch_unreachable(uuid);
        }
        for deployment in self.deployments.values() {
            self.timers
                .set(Timer::Progress(deployment.id.clone()), deployment.fails_at());
        }
    }
}

/// Hard state only, as an array: apps with their ids, instances, deployments, orphans. Fields are only ever added at the
/// end.
impl<C> Encode<C> for Apps {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, cx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(4)?;
        let apps: Vec<Arc<App>> = self.apps.values().cloned().collect();
        codec::arcs::encode(&apps, e, cx)?;
        self.instances.encode(e, cx)?;
        let deployments: Vec<Arc<Deployment>> = self.deployments.values().cloned().collect();
        codec::arcs::encode(&deployments, e, cx)?;
        e.array(self.orphans.len() as u64)?;
        self.orphans.iter().try_for_each(|task| task.encode(e, cx))
    }
}

impl<'b, C> Decode<'b, C> for Apps {
    fn decode(d: &mut Decoder<'b>, cx: &mut C) -> Result<Self, decode::Error> {
        let fields = d.array()?.filter(|n| *n >= 4);
        let fields = fields.ok_or_else(|| decode::Error::message("apps are an array of at least four"))?;
        let apps: Vec<Arc<App>> = codec::arcs::decode(d, cx)?;
        if apps.iter().any(|app| app.versions.is_empty()) {
            return Err(decode::Error::message("an app without a version"));
        }
        let instances = Slab::decode(d, cx)?;
        let deployments: Vec<Arc<Deployment>> = codec::arcs::decode(d, cx)?;
        let orphans: Vec<TaskId> = Vec::decode(d, cx)?;
        for _ in 4..fields {
            d.skip()?;
        }
        let mut state = Self {
            apps: apps.into_iter().map(|app| (app.spec().id.clone(), app)).collect(),
            instances,
            deployments: deployments.into_iter().map(|d| (d.id.clone(), d)).collect(),
            orphans: orphans.into_iter().collect(),
            ..Self::default()
        };
        state.restore();
        Ok(state)
    }
}
