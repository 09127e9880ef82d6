//! `Resource`: one line of what an agent has.
use std::cmp::Ordering;
use std::fmt;

use crate::{Disk, Name, Reservation, Role, Scalar, SourceKind, Value};

/// An amount of one resource with everything that tells it apart from other amounts of the same name.
///
/// The usual case, a plain amount, is four words and needs no heap; the rare properties live in a boxed `Detail`.
/// Equality is that of Mesos: see `Disk` for what it ignores.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Resource {
    /// What it is called.
    #[n(0)]
    pub name: Name,
    /// How much there is.
    #[n(1)]
    pub value: Value,
    /// The role that the resource is offered or given to.
    #[n(2)]
    pub allocation_role: Option<Role>,
    /// Never holds a default `Detail`, so that equal resources are equal in memory.
    #[n(3)]
    #[cbor(decode_with = "decode_detail")]
    detail: Option<Box<Detail>>,
}

/// The rare properties of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, minicbor::Encode, minicbor::Decode)]
pub struct Detail {
    /// The reservation stack, the current reservation last; empty if unreserved.
    #[n(0)]
    pub reservations: Vec<Reservation>,
    /// The resource provider that it comes from; the agent itself if none.
    #[n(1)]
    pub provider_id: Option<String>,
    /// For `disk` only.
    #[n(2)]
    pub disk: Option<Disk>,
    /// True when it may be taken back at any time.
    #[n(3)]
    pub revocable: bool,
    /// Zero if not shared, else how many uses this stands for (one, when seen alone).
    #[n(4)]
    pub shared: u32,
}

static PLAIN: Detail = Detail {
    reservations: Vec::new(),
    provider_id: None,
    disk: None,
    revocable: false,
    shared: 0,
};

/// How amounts at the same place add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Amounts merge and split.
    Divisible,
    /// Each is a thing of its own: MOUNT and BLOCK disks, RAW disks with an id, persistent volumes.
    Exclusive,
    /// Equal ones are one thing with a use count.
    Shared,
}

impl Resource {
    /// A plain, unreserved amount.
    pub fn new(name: impl Into<Name>, value: impl Into<Value>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            allocation_role: None,
            detail: None,
        }
    }

    /// The rare properties; all at their defaults for a plain amount.
    pub fn detail(&self) -> &Detail {
        self.detail.as_deref().unwrap_or(&PLAIN)
    }

    /// Changes the rare properties.
    pub fn update(&mut self, change: impl FnOnce(&mut Detail)) {
        let mut detail = self.detail.take().unwrap_or_default();
        change(&mut detail);
        self.detail = Some(detail).filter(|d| **d != PLAIN);
    }

    /// The same with `reservation` pushed on the stack. Not validated.
    pub fn with_reservation(mut self, reservation: Reservation) -> Self {
        self.update(|d| d.reservations.push(reservation));
        self
    }

    /// The same with another disk.
    pub fn with_disk(mut self, disk: impl Into<Option<Disk>>) -> Self {
        self.update(|d| d.disk = disk.into());
        self
    }

    /// The same, revocable or not.
    pub fn with_revocable(mut self, revocable: bool) -> Self {
        self.update(|d| d.revocable = revocable);
        self
    }

    /// The same, shared with a use count of one, or not shared.
    pub fn with_shared(mut self, shared: bool) -> Self {
        self.update(|d| d.shared = shared.into());
        self
    }

    /// The same from another resource provider.
    pub fn with_provider(mut self, id: Option<String>) -> Self {
        self.update(|d| d.provider_id = id);
        self
    }

    /// The same, allocated to `role`, or to nobody.
    pub fn with_allocation(mut self, role: Option<Role>) -> Self {
        self.allocation_role = role;
        self
    }

    /// The same with another amount.
    pub fn with_value(mut self, value: impl Into<Value>) -> Self {
        self.value = value.into();
        self
    }

    /// True when there is nothing of it.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// True when it is a plain amount: no reservation, disk, provider, allocation, and neither revocable nor shared.
    pub fn is_plain(&self) -> bool {
        self.detail.is_none() && self.allocation_role.is_none()
    }

    /// The current reservation, the last of the stack.
    pub fn reservation(&self) -> Option<&Reservation> {
        self.detail().reservations.last()
    }

    /// The role that it is reserved for; none if unreserved.
    pub fn reserved_role(&self) -> Option<&Role> {
        self.reservation().map(|r| &r.role)
    }

    /// True when it is reserved for some role.
    pub fn is_reserved(&self) -> bool {
        self.reservation().is_some()
    }

    /// True when its current reservation was made at run time.
    pub fn is_dynamically_reserved(&self) -> bool {
        self.reservation().is_some_and(Reservation::is_dynamic)
    }

    /// True when reservations are stacked.
    pub fn is_refined(&self) -> bool {
        self.detail().reservations.len() > 1
    }

    /// True when it may be taken back at any time.
    pub fn is_revocable(&self) -> bool {
        self.detail().revocable
    }

    /// True for a shared volume.
    pub fn is_shared(&self) -> bool {
        self.detail().shared > 0
    }

    /// How many uses of a shared resource this stands for; zero if it is not shared.
    pub fn shared_count(&self) -> u32 {
        self.detail().shared
    }

    /// The disk, for `disk` resources that say more than their size.
    pub fn disk(&self) -> Option<&Disk> {
        self.detail().disk.as_ref()
    }

    /// True for a persistent volume, shared or not.
    pub fn is_persistent_volume(&self) -> bool {
        self.disk().is_some_and(|d| d.persistence.is_some())
    }

    /// The id of the persistent volume, if it is one.
    pub fn persistence_id(&self) -> Option<&str> {
        Some(&self.disk()?.persistence.as_ref()?.id)
    }

    /// The kind of the disk's source; none for the root disk and for other resources.
    pub fn source_kind(&self) -> Option<SourceKind> {
        Some(self.disk()?.source.as_ref()?.kind)
    }

    /// True when `role` may be offered it: it is unreserved, or reserved for `role` or one of its ancestors.
    pub fn is_allocatable_to(&self, role: &Role) -> bool {
        self.reserved_role().is_none_or(|reserved| reserved.covers(role))
    }

    /// True when an agent must remember it over a restart: its own, and dynamically reserved or a persistent volume.
    pub fn needs_checkpoint(&self) -> bool {
        self.detail().provider_id.is_none() && (self.is_dynamically_reserved() || self.is_persistent_volume())
    }

    /// The same without persistence, volume and sharing: the space that a persistent volume lies on.
    pub fn without_volume(mut self) -> Self {
        self.update(|d| {
            d.shared = 0;
            d.disk = d.disk.take().and_then(|disk| {
                disk.source.is_some().then_some(Disk {
                    persistence: None,
                    volume: None,
                    source: disk.source,
                })
            });
        });
        self
    }

    /// Cuts a scalar down to `target`. False, and unchanged, when it is larger and cannot be divided.
    pub fn shrink(&mut self, target: Scalar) -> bool {
        match self.value {
            Value::Scalar(amount) if amount <= target => true,
            Value::Scalar(_) if self.nature() == Nature::Divisible => {
                self.value = Value::Scalar(target);
                true
            }
            _ => false,
        }
    }

    /// True when `other` is part of this: the same but for the amount, and no more of it.
    pub fn contains(&self, other: &Resource) -> bool {
        self.cmp_place(other) == Ordering::Equal && self.covers(other)
    }

    /// True when there is as much of it as of `other`, which is at the same place.
    pub(crate) fn covers(&self, other: &Resource) -> bool {
        match self.nature() {
            Nature::Divisible => self.value.contains(&other.value),
            Nature::Exclusive => true,
            Nature::Shared => self.shared_count() >= other.shared_count(),
        }
    }

    pub(crate) fn nature(&self) -> Nature {
        match self.detail.as_deref() {
            None => Nature::Divisible,
            Some(d) if d.shared > 0 => Nature::Shared,
            Some(d) if d.disk.as_ref().is_some_and(Disk::is_exclusive) => Nature::Exclusive,
            Some(_) => Nature::Divisible,
        }
    }

    /// The order within `Resources`: equal means that the two add up to one, or are one and the same thing.
    pub(crate) fn cmp_place(&self, other: &Resource) -> Ordering {
        let plain = self
            .name
            .cmp(&other.name)
            .then_with(|| self.value.kind().cmp(&other.value.kind()));
        if self.is_plain() && other.is_plain() {
            return plain;
        }
        plain
            .then_with(|| self.allocation_role.cmp(&other.allocation_role))
            .then_with(|| self.cmp_detail(other))
    }

    fn cmp_detail(&self, other: &Resource) -> Ordering {
        if self.detail.is_none() && other.detail.is_none() {
            return Ordering::Equal;
        }
        self.detail()
            .cmp_kind(other.detail())
            .then_with(|| match self.nature() {
                Nature::Divisible => Ordering::Equal,
                Nature::Exclusive | Nature::Shared => self.value.cmp(&other.value),
            })
    }
}

impl Detail {
    /// Compares all but the use count.
    fn cmp_kind(&self, other: &Detail) -> Ordering {
        (
            &self.reservations,
            &self.provider_id,
            &self.disk,
            self.revocable,
            self.shared > 0,
        )
            .cmp(&(
                &other.reservations,
                &other.provider_id,
                &other.disk,
                other.revocable,
                other.shared > 0,
            ))
    }
}

impl PartialOrd for Resource {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Resource {
    /// By place, then amount.
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_place(other)
            .then_with(|| self.value.cmp(&other.value))
            .then_with(|| self.shared_count().cmp(&other.shared_count()))
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::text::print_resource(self, f)
    }
}

fn decode_detail<'b, C>(
    d: &mut minicbor::Decoder<'b>,
    cx: &mut C,
) -> Result<Option<Box<Detail>>, minicbor::decode::Error> {
    let detail: Option<Box<Detail>> = d.decode_with(cx)?;
    Ok(detail.filter(|d| **d != PLAIN))
}
