use model_resources::{Label, Labels};

use crate::v1;

/// Labels on the wire; `None` when there are none.
pub fn labels_to_wire(labels: &Labels) -> Option<v1::Labels> {
    let one = |label: &Label| v1::Label {
        key: label.key.clone(),
        value: label.value.clone(),
    };
    (!labels.is_empty()).then(|| v1::Labels {
        labels: labels.as_slice().iter().map(one).collect(),
    })
}

/// Reads labels; absent ones are none.
pub fn labels_from_wire(wire: Option<&v1::Labels>) -> Labels {
    let one = |label: &v1::Label| Label {
        key: label.key.clone(),
        value: label.value.clone(),
    };
    wire.into_iter().flat_map(|wire| &wire.labels).map(one).collect()
}
