use base_clock::Timestamp;
use imbl::{OrdMap, OrdSet};

use crate::{Condition, Instance};

/// What an instance is good for, in the order in which instances are given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Waits for a place.
    Scheduled,
    /// Perhaps lost with its agent.
    Unreachable,
    /// On its way to its agent.
    Launching,
    /// Prepared by its agent.
    Staging,
    /// Runs and is not healthy.
    Unhealthy,
    /// Runs, but its health check never said that it is healthy.
    Unproven,
    /// Runs; its health was not heard since the start of this process.
    Unknown,
    /// Runs, and is healthy or has no health check: only these count for the floor.
    Ready,
    /// Lost with its agent; another one takes its place.
    Inactive,
    /// Being killed.
    Doomed,
}

const CLASSES: usize = 10;

impl Class {
    pub(crate) const ALL: [Self; CLASSES] = [
        Self::Scheduled,
        Self::Unreachable,
        Self::Launching,
        Self::Staging,
        Self::Unhealthy,
        Self::Unproven,
        Self::Unknown,
        Self::Ready,
        Self::Inactive,
        Self::Doomed,
    ];

    pub(crate) fn of(instance: &Instance) -> Self {
        if instance.doom.is_some() {
            return Self::Doomed;
        }
        match instance.condition {
            Condition::Scheduled => Self::Scheduled,
            Condition::Provisioned => Self::Launching,
            Condition::Staging | Condition::Starting => Self::Staging,
            Condition::Unreachable => Self::Unreachable,
            Condition::UnreachableInactive => Self::Inactive,
            Condition::Killing => Self::Doomed,
            Condition::Running if !instance.gated => Self::Ready,
            Condition::Running if !instance.heard => Self::Unknown,
            Condition::Running => match instance.health {
                None => Self::Unproven,
                Some(health) if health.healthy => Self::Ready,
                Some(_) => Self::Unhealthy,
            },
        }
    }

    /// Whether it counts towards the wanted number of instances.
    pub(crate) fn is_alive(self) -> bool {
        !matches!(self, Self::Inactive | Self::Doomed)
    }

    /// Whether it certainly serves nobody.
    pub(crate) fn is_worthless(self) -> bool {
        !matches!(self, Self::Unknown | Self::Ready | Self::Doomed)
    }
}

type Rank = (bool, Class, Timestamp, u32);

/// An app's instances, counted and ordered by whether they are out of date and what they are good for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    counts: [[u32; CLASSES]; 2],
    ranks: OrdSet<Rank>,
    versions: OrdMap<Timestamp, u32>,
}

impl Roster {
    pub fn insert(&mut self, slot: u32, instance: &Instance, config: Timestamp) {
        let rank = rank(slot, instance, config);
        if self.ranks.insert(rank).is_none() {
            self.counts[usize::from(rank.0)][rank.1 as usize] += 1;
            *self.versions.entry(instance.version).or_insert(0) += 1;
        }
    }

    pub fn remove(&mut self, slot: u32, instance: &Instance, config: Timestamp) {
        let rank = rank(slot, instance, config);
        if self.ranks.remove(&rank).is_some() {
            self.counts[usize::from(rank.0)][rank.1 as usize] -= 1;
            let left = self.versions.get(&instance.version).map_or(0, |n| n - 1);
            if left == 0 {
                self.versions.remove(&instance.version);
            } else {
                self.versions.insert(instance.version, left);
            }
        }
    }

    pub fn contains(&self, slot: u32, instance: &Instance, config: Timestamp) -> bool {
        self.ranks.contains(&rank(slot, instance, config))
    }

    /// How many there are of some classes, whatever their version.
    pub fn count(&self, is: impl Fn(Class) -> bool) -> u32 {
        self.count_of(false, &is) + self.count_of(true, is)
    }

    /// How many of the outdated or of the current ones are of some classes.
    pub fn count_of(&self, outdated: bool, is: impl Fn(Class) -> bool) -> u32 {
        let counts = &self.counts[usize::from(outdated)];
        Class::ALL
            .into_iter()
            .filter(|c| is(*c))
            .map(|c| counts[c as usize])
            .sum()
    }

    pub fn len(&self) -> usize {
        self.ranks.len()
    }

    pub fn uses(&self, version: Timestamp) -> bool {
        self.versions.contains_key(&version)
    }

    pub fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranks.iter().map(|rank| rank.3)
    }

    /// The slots of one class, oldest first, or youngest first.
    pub fn slots_of(&self, outdated: bool, class: Class, youngest_first: bool) -> Vec<u32> {
        let from = (outdated, class, Timestamp::from_micros(i64::MIN), 0);
        let to = (outdated, class, Timestamp::MAX, u32::MAX);
        let mut slots: Vec<u32> = self.ranks.range(from..=to).map(|rank| rank.3).collect();
        if youngest_first {
            slots.reverse();
        }
        slots
    }

    /// The first slots of one class, oldest first.
    pub fn first(&self, outdated: bool, class: Class, count: usize) -> Vec<u32> {
        let from = (outdated, class, Timestamp::from_micros(i64::MIN), 0);
        let to = (outdated, class, Timestamp::MAX, u32::MAX);
        self.ranks.range(from..=to).take(count).map(|rank| rank.3).collect()
    }
}

fn rank(slot: u32, instance: &Instance, config: Timestamp) -> Rank {
    (
        instance.config != config,
        Class::of(instance),
        instance.scheduled_at,
        slot,
    )
}
