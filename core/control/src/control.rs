use base_clock::Timestamp;
use core_apps::Apps;
use core_machine::{Ctx, Machine, Violation};
use core_master::Master;

use crate::{Command, Effect, Event, Key, Reject};

/// All state of a master process.
#[derive(Clone, Debug, Default)]
pub struct Control {
    /// The pool.
    pub master: Master,
    /// The app scheduler.
    pub apps: Apps,
}

/// The settings of all machines.
#[derive(Clone, Debug)]
pub struct Config {
    /// The pool's.
    pub master: core_master::Config,
    /// The app scheduler's.
    pub apps: core_apps::Config,
}

/// The indexes of all machines.
pub struct Index {
    /// The pool's.
    pub master: <Master as Machine>::Index,
    /// The app scheduler's.
    pub apps: <Apps as Machine>::Index,
}

impl Control {
    fn tick(&self, index: &Index, cx: &mut Ctx<'_, Config>) -> Result<Vec<Event>, Reject> {
        let config = cx.config;
        let pool = self
            .master
            .decide(&index.master, &mut cx.narrow(&config.master), Master::tick());
        let apps = self
            .apps
            .decide(&index.apps, &mut cx.narrow(&config.apps), Apps::tick());
        let mut events: Vec<Event> = pool.map_err(Reject::Master)?.into_iter().map(Event::Master).collect();
        events.extend(apps.map_err(Reject::Apps)?.into_iter().map(Event::Apps));
        Ok(events)
    }
}

impl Machine for Control {
    type Command = Command;
    type Reject = Reject;
    type Event = Event;
    type Key = Key;
    type Effect = Effect;
    type Index = Index;
    type Config = Config;

    fn decide(&self, index: &Index, cx: &mut Ctx<'_, Config>, command: Command) -> Result<Vec<Event>, Reject> {
        let config = cx.config;
        match command {
            Command::Master(command) => {
                let events = self
                    .master
                    .decide(&index.master, &mut cx.narrow(&config.master), command);
                Ok(events.map_err(Reject::Master)?.into_iter().map(Event::Master).collect())
            }
            Command::Apps(command) => {
                let events = self.apps.decide(&index.apps, &mut cx.narrow(&config.apps), command);
                Ok(events.map_err(Reject::Apps)?.into_iter().map(Event::Apps).collect())
            }
            Command::Tick => self.tick(index, cx),
        }
    }

    fn apply(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Master(event) => self.master.apply(at, event),
            Event::Apps(event) => self.apps.apply(at, event),
        }
    }

    fn is_soft(event: &Event) -> bool {
        match event {
            Event::Master(event) => Master::is_soft(event),
            Event::Apps(event) => Apps::is_soft(event),
        }
    }

    fn touched(&self, event: &Event, keys: &mut Vec<Key>) {
        match event {
            Event::Master(event) => {
                let mut own = Vec::new();
                self.master.touched(event, &mut own);
                keys.extend(own.into_iter().map(Key::Master));
            }
            Event::Apps(event) => {
                let mut own = Vec::new();
                self.apps.touched(event, &mut own);
                keys.extend(own.into_iter().map(Key::Apps));
            }
        }
    }

    fn work(&self, now: Timestamp, config: &Config, key: &Key, effects: &mut Vec<Effect>) {
        match key {
            Key::Master(key) => {
                let mut own = Vec::new();
                self.master.work(now, &config.master, key, &mut own);
                effects.extend(own.into_iter().map(Effect::Master));
            }
            Key::Apps(key) => {
                let mut own = Vec::new();
                self.apps.work(now, &config.apps, key, &mut own);
                effects.extend(own.into_iter().map(Effect::Apps));
            }
        }
    }

    fn keys(&self) -> Vec<Key> {
        let pool = self.master.keys().into_iter().map(Key::Master);
        pool.chain(self.apps.keys().into_iter().map(Key::Apps)).collect()
    }

    fn deadline(&self, config: &Config) -> Option<Timestamp> {
        let deadlines = [self.master.deadline(&config.master), self.apps.deadline(&config.apps)];
        deadlines.into_iter().flatten().min()
    }

    fn tick() -> Command {
        Command::Tick
    }

    fn index(&self, config: &Config) -> Index {
        Index {
            master: self.master.index(&config.master),
            apps: self.apps.index(&config.apps),
        }
    }

    fn fold(&self, index: &mut Index, event: &Event) {
        match event {
            Event::Master(event) => self.master.fold(&mut index.master, event),
            Event::Apps(event) => self.apps.fold(&mut index.apps, event),
        }
    }

    fn check(&self, keys: &[Key]) -> Result<(), Violation> {
        let pool: Vec<_> = keys
            .iter()
            .filter_map(|key| {
                if let Key::Master(key) = key {
                    Some(key.clone())
                } else {
                    None
                }
            })
            .collect();
        let apps: Vec<_> = keys
            .iter()
            .filter_map(|key| {
                if let Key::Apps(key) = key {
                    Some(key.clone())
                } else {
                    None
                }
            })
            .collect();
        self.master.check(&pool)?;
        self.apps.check(&apps)
    }
}
