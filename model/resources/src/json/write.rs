//! From the model to JSON.
use serde::{Deserialize, Serialize};

use super::read::from_messages;
use super::{
    AllocationJson, DiskJson, EmptyJson, IdJson, KindJson, LabelsJson, ModeJson, PersistenceJson, RangeJson,
    RangesJson, ReservationJson, ReservationKindJson, ResourceJson, RootJson, ScalarJson, SetJson, SourceJson,
    SourceKindJson, VolumeJson,
};
use crate::{
    Disk, Labels, Mode, Ranges, Reservation, ReservationKind, Resource, Resources, Role, Source, SourceKind, Value,
};

/// How reservations are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `role` and `reservation`: for frameworks without RESERVATION_REFINEMENT. Cannot tell stacked reservations.
    PreRefinement,
    /// `reservations` alone: for frameworks with RESERVATION_REFINEMENT.
    PostRefinement,
    /// Both, as Mesos' endpoints answer; stacked reservations by `reservations` alone.
    Endpoint,
}

/// The pre-refinement format cannot tell stacked reservations.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' has stacked reservations, which the format without reservation refinement cannot tell")]
pub struct TooRefined(pub String);

/// The messages for `resources`, one for each entry. Mesos does not tell use counts, so neither does this.
pub fn to_json(resources: &Resources, format: Format) -> Result<Vec<ResourceJson>, TooRefined> {
    resources.iter().map(|r| ResourceJson::write(r, format)).collect()
}

impl ResourceJson {
    /// The message for one resource.
    pub fn write(r: &Resource, format: Format) -> Result<Self, TooRefined> {
        if format == Format::PreRefinement && r.is_refined() {
            return Err(TooRefined(r.to_string()));
        }
        Ok(Self::write_as(r, format))
    }

    fn write_as(r: &Resource, format: Format) -> Self {
        let detail = r.detail();
        let mut message = Self {
            provider_id: detail.provider_id.clone().map(|value| IdJson { value }),
            name: r.name.as_str().to_owned(),
            kind: KindJson::Scalar,
            scalar: None,
            ranges: None,
            set: None,
            role: None,
            allocation_info: r.allocation_role.as_ref().map(|r| AllocationJson {
                role: Some(r.as_str().to_owned()),
            }),
            reservation: None,
            reservations: Vec::new(),
            disk: detail.disk.as_ref().map(DiskJson::write),
            revocable: detail.revocable.then_some(EmptyJson {}),
            shared: r.is_shared().then_some(EmptyJson {}),
        };
        message.set_value(&r.value);
        message.set_reservations(&detail.reservations, format);
        message
    }

    fn set_value(&mut self, value: &Value) {
        match value {
            Value::Scalar(value) => {
                self.kind = KindJson::Scalar;
                self.scalar = Some(ScalarJson { value: *value });
            }
            Value::Ranges(ranges) => {
                self.kind = KindJson::Ranges;
                self.ranges = Some(RangesJson::write(ranges));
            }
            Value::Set(set) => {
                self.kind = KindJson::Set;
                self.set = Some(SetJson {
                    item: set.iter().map(str::to_owned).collect(),
                });
            }
        }
    }

    fn set_reservations(&mut self, stack: &[Reservation], format: Format) {
        if format != Format::PreRefinement {
            self.reservations = stack.iter().map(ReservationJson::write).collect();
        }
        if format == Format::PostRefinement {
            return;
        }
        match stack {
            [] => self.role = Some("*".to_owned()),
            [one] => {
                self.role = Some(one.role.as_str().to_owned());
                self.reservation = one.is_dynamic().then(|| ReservationJson {
                    kind: None,
                    role: None,
                    ..ReservationJson::write(one)
                });
            }
            _ => {}
        }
    }
}

impl ReservationJson {
    fn write(r: &Reservation) -> Self {
        Self {
            kind: Some(match r.kind {
                ReservationKind::Static => ReservationKindJson::Static,
                ReservationKind::Dynamic => ReservationKindJson::Dynamic,
            }),
            role: Some(r.role.as_str().to_owned()),
            principal: r.principal.as_ref().map(|p| p.as_str().to_owned()),
            labels: write_labels(&r.labels),
        }
    }
}

fn write_labels(labels: &Labels) -> Option<LabelsJson> {
    (!labels.is_empty()).then(|| LabelsJson {
        labels: labels.as_slice().to_vec(),
    })
}

impl RangesJson {
    pub(super) fn write(ranges: &Ranges) -> Self {
        Self {
            range: ranges
                .as_slice()
                .iter()
                .map(|r| RangeJson {
                    begin: r.begin,
                    end: r.end,
                })
                .collect(),
        }
    }
}

impl DiskJson {
    fn write(disk: &Disk) -> Self {
        Self {
            persistence: disk.persistence.as_ref().map(|p| PersistenceJson {
                id: p.id.clone(),
                principal: p.principal.as_ref().map(|p| p.as_str().to_owned()),
            }),
            volume: disk.volume.as_ref().map(|v| VolumeJson {
                container_path: v.container_path.clone(),
                host_path: v.host_path.clone(),
                mode: match v.mode {
                    Mode::ReadWrite => ModeJson::Rw,
                    Mode::ReadOnly => ModeJson::Ro,
                },
            }),
            source: disk.source.as_ref().map(SourceJson::write),
        }
    }
}

impl SourceJson {
    fn write(source: &Source) -> Self {
        let root = || source.root.clone().map(|root| RootJson { root: Some(root) });
        let (kind, path, mount) = match source.kind {
            SourceKind::Path => (SourceKindJson::Path, root(), None),
            SourceKind::Mount => (SourceKindJson::Mount, None, root()),
            SourceKind::Block => (SourceKindJson::Block, None, None),
            SourceKind::Raw => (SourceKindJson::Raw, None, None),
        };
        Self {
            kind,
            path,
            mount,
            vendor: source.vendor.clone(),
            id: source.id.clone(),
            metadata: write_labels(&source.metadata),
            profile: source.profile.clone(),
        }
    }
}

impl Serialize for Resource {
    /// The endpoint format.
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        ResourceJson::write_as(self, Format::Endpoint).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Resource {
    /// Any format; validated.
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        ResourceJson::deserialize(d)?
            .read(&Role::any())
            .map_err(serde::de::Error::custom)
    }
}

impl Serialize for Resources {
    /// An array in the endpoint format.
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for Resources {
    /// An array in any format; validated.
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        from_messages(Vec::deserialize(d)?, &Role::any()).map_err(serde::de::Error::custom)
    }
}
