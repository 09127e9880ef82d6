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

use model_cluster::Label;

use crate::v1;

pub use demands::constraints_to_wire;
pub use domain::{domain_to_wire, parse_domain};
pub use executor::{executor_from_wire, executor_to_wire, of_framework};
pub use framework::{framework_from_wire, framework_to_wire};
pub use machine::{machine_from_wire, machine_to_wire, schedule_from_wire, schedule_to_wire, unavailability_to_wire};
pub use operation::{operation_from_wire, operation_id_from_wire, operation_status_to_wire};
pub use quota::{quota_from_wire, quota_request_from_wire, quota_to_wire};
pub use status::{status_from_wire, status_to_wire};
pub use task::{TaskDetails, command_from_wire, group_from_wire, task_details, task_from_wire, task_to_wire};

fn labels_from(wire: Option<&v1::Labels>) -> Vec<Label> {
    let labels = wire.map(|labels| labels.labels.as_slice()).unwrap_or_default();
    labels
        .iter()
        .map(|label| Label {
            key: label.key.clone(),
            value: label.value.clone(),
        })
        .collect()
}

fn labels_to(labels: &[Label]) -> Option<v1::Labels> {
    let wire = |label: &Label| v1::Label {
        key: label.key.clone(),
        value: label.value.clone(),
    };
    (!labels.is_empty()).then(|| v1::Labels {
        labels: labels.iter().map(wire).collect(),
    })
}
