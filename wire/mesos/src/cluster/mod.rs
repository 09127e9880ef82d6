//! Between wire messages and the nouns of [`model_cluster`].

mod demands;
mod domain;
mod executor;
mod framework;
mod health;
mod machine;
mod operation;
mod quota;
mod status;
mod task;

use model_cluster::{Label, LabelRef, Pack};

use crate::v1;

pub use demands::constraints_to_wire;
pub use domain::{domain_to_wire, parse_domain};
pub use executor::{executor_from_wire, executor_to_wire, of_framework};
pub use framework::{framework_from_wire, framework_to_wire};
pub use machine::{machine_from_wire, machine_to_wire, schedule_from_wire, schedule_to_wire, unavailability_to_wire};
pub use operation::{operation_from_wire, operation_id_from_wire, operation_status_to_wire};
pub use quota::{quota_from_wire, quota_request_from_wire, quota_to_wire};
pub use status::{status_from_wire, status_to_wire};
pub use task::{
    TaskDetails, command_from_wire, group_from_wire, rare_details, task_details, task_from_wire, task_to_wire,
};

fn labels_from<L: FromIterator<Label>>(wire: Option<&v1::Labels>) -> L {
    let labels = wire.map(|labels| labels.labels.as_slice()).unwrap_or_default();
    labels
        .iter()
        .map(|label| Label {
            key: label.key.clone(),
            value: label.value.clone(),
        })
        .collect()
}

fn labels_to<'a>(labels: impl Iterator<Item = LabelRef<'a>>) -> Option<v1::Labels> {
    let labels: Vec<v1::Label> = labels
        .map(|label| v1::Label {
            key: label.key.to_owned(),
            value: label.value.map(str::to_owned),
        })
        .collect();
    (!labels.is_empty()).then_some(v1::Labels { labels })
}

/// Labels that are a plain list.
fn views(labels: &[Label]) -> impl Iterator<Item = LabelRef<'_>> {
    labels.iter().map(Pack::view)
}
