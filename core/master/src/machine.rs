use base_clock::Timestamp;
use core_allocator::Allocator;
use core_machine::{Ctx, Machine, Violation};

use crate::{Command, Config, Effect, Event, Key, Master, Reject};

impl Machine for Master {
    type Command = Command;
    type Reject = Reject;
    type Event = Event;
    type Key = Key;
    type Effect = Effect;
    type Index = Allocator;
    type Config = Config;

    fn decide(&self, index: &Allocator, cx: &mut Ctx<'_, Config>, command: Command) -> Result<Vec<Event>, Reject> {
        self.decide_command(index, cx, command)
    }

    fn apply(&mut self, at: Timestamp, event: &Event) {
        self.apply_event(at, event);
    }

    fn is_soft(event: &Event) -> bool {
        event.is_soft()
    }

    fn touched(&self, event: &Event, keys: &mut Vec<Key>) {
        self.touched_keys(event, keys);
    }

    fn work(&self, now: Timestamp, config: &Config, key: &Key, effects: &mut Vec<Effect>) {
        self.work_on(now, config, key, effects);
    }

    fn keys(&self) -> Vec<Key> {
        self.all_keys()
    }

    fn deadline(&self, _: &Config) -> Option<Timestamp> {
        if !self.soft.began {
            return Some(Timestamp::EPOCH);
        }
        let timer = self.soft.timers.get_min().map(|(at, _)| *at);
        let failover = self.deadlines.get_min().map(|(at, _)| *at);
        let redelivery = self.soft.redelivery.next();
        let operations = self.soft.operation_redelivery.next();
        let drained = self.soft.drained.get_min().map(|_| Timestamp::EPOCH);
        let (inverse, prune) = (self.soft.inverse.next(), self.soft.prune_at);
        let filter = self.soft.filters.next_end();
        [timer, failover, redelivery, operations, filter, drained, inverse, prune]
            .into_iter()
            .flatten()
            .min()
    }

    fn tick() -> Command {
        Command::Tick
    }

    fn index(&self, config: &Config) -> Allocator {
        self.build_index(config)
    }

    fn fold(&self, index: &mut Allocator, event: &Event) {
        self.fold_event(index, event);
    }

    fn check(&self, keys: &[Key]) -> Result<(), Violation> {
        self.check_keys(keys)
    }
}
