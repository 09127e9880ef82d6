use core_authorizer::{Action, Object};
use model_resources::{Operation, Resource, Resources};

/// What an operation asks for: each must be allowed (`src/master/authorization.cpp` of Mesos). Without a resource, any.
pub(crate) fn asks(operation: &Operation) -> Vec<(Action, Option<Resource>)> {
    let each = |action: Action, resources: &Resources| -> Vec<_> {
        resources
            .iter()
            .map(|resource| (action, Some(resource.clone())))
            .collect()
    };
    let or_any = |action: Action, asks: Vec<_>| if asks.is_empty() { vec![(action, None)] } else { asks };
    match operation {
        Operation::Reserve { source, resources } if source.is_empty() => each(Action::ReserveResources, resources),
        Operation::Reserve { source, resources } => rereserve(source, resources),
        Operation::Unreserve { resources } => each(Action::UnreserveResources, resources),
        Operation::Create { volumes } => or_any(Action::CreateVolume, each(Action::CreateVolume, volumes)),
        Operation::Destroy { volumes } => {
            let volumes = volumes.filter(Resource::is_persistent_volume);
            or_any(Action::DestroyVolume, each(Action::DestroyVolume, &volumes))
        }
        Operation::GrowVolume { volume, .. } | Operation::ShrinkVolume { volume, .. } => {
            vec![(Action::ResizeVolume, Some(volume.clone()))]
        }
    }
}

/// As an object of the authoriser.
pub(crate) fn is_of(resource: Option<&Resource>) -> Object<'_> {
    resource.map_or(Object::Any, Object::Resource)
}

/// From one stack of reservations to another: each that is taken off down to what both share must be allowed, and each that is
/// put on.
fn rereserve(source: &Resources, target: &Resources) -> Vec<(Action, Option<Resource>)> {
    let stack = |resources: &Resources| {
        let first = resources.iter().next();
        first
            .map(|resource| resource.detail().reservations.clone())
            .unwrap_or_default()
    };
    let (from, to) = (stack(source), stack(target));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let cut = |resources: &Resources, action: Action, depth: usize| -> Vec<_> {
        let cut = resources.iter().cloned().map(|mut resource| {
            resource.update(|detail| detail.reservations.truncate(depth));
            (action, Some(resource))
        });
        cut.collect()
    };
    let off = (shared + 1..=from.len()).rev();
    let mut asks: Vec<_> = off
        .flat_map(|depth| cut(source, Action::UnreserveResources, depth))
        .collect();
    asks.extend((shared + 1..=to.len()).flat_map(|depth| cut(target, Action::ReserveResources, depth)));
    asks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpus(reservations: &str) -> Resources {
        let text = format!(
            r#"[{{"name": "cpus", "type": "SCALAR", "scalar": {{"value": 1}}, "reservations": [{reservations}]}}]"#
        );
        Resources::parse(&text).unwrap()
    }

    #[test]
    fn from_one_reservation_to_another_both_are_asked_for() {
        let (a, b, c) = (
            r#"{"type": "DYNAMIC", "role": "a", "principal": "p"}"#,
            r#"{"type": "DYNAMIC", "role": "a/b", "principal": "q"}"#,
            r#"{"type": "DYNAMIC", "role": "a/c", "principal": "r"}"#,
        );
        let operation = Operation::Reserve {
            source: cpus(&format!("{a}, {b}")),
            resources: cpus(&format!("{a}, {c}")),
        };
        let seen: Vec<_> = asks(&operation)
            .into_iter()
            .map(|(action, resource)| (action, resource.unwrap().reserved_role().unwrap().to_string()))
            .collect();
        assert_eq!(
            seen,
            [
                (Action::UnreserveResources, "a/b".to_owned()),
                (Action::ReserveResources, "a/c".to_owned())
            ]
        );
        let fresh = Operation::Reserve {
            source: Resources::new(),
            resources: cpus(a),
        };
        assert_eq!(asks(&fresh).len(), 1);
        let nothing = Operation::Destroy { volumes: cpus(a) };
        assert_eq!(asks(&nothing), [(Action::DestroyVolume, None)]);
    }
}
