//! An agent's reservations cannot grow without end.

use base_ids::AgentId;
use core_master::{Command, Digest, JoinAgent, Master, Proof, Reject};
use model_resources::{Label, Operation, Reservation, Resource, Resources, Role, Scalar};

use crate::support::{TOKEN, World, hello};

/// A sliver of memory with a label of 64 KiB.
fn reserve(number: u32) -> Operation {
    let mut reservation = Reservation::dynamic(Role::new("x").unwrap(), None);
    let label = Label {
        key: format!("{number}"),
        value: Some("v".repeat(64 << 10)),
    };
    reservation.labels = [label].into_iter().collect();
    let memory = Resource::new(model_resources::Name::Mem, Scalar::from_units(1)).with_reservation(reservation);
    Operation::Reserve {
        source: Resources::new(),
        resources: memory.into(),
    }
}

#[test]
fn the_reservations_of_an_agent_have_a_limit() {
    let mut world = World::with(Master::default(), |_| {});
    let join = Command::JoinAgent(JoinAgent {
        hello: hello("cpus:4;mem:512"),
        proof: Proof::JoinToken(TOKEN),
        new_credential: Some(Digest([9; 32])),
        connection: 1,
    });
    world.submit(join).unwrap();
    let agent_id = AgentId::from("C-S0");
    let mut convert = |operation| {
        let agent_id = agent_id.clone();
        world
            .submit(Command::ConvertResources { agent_id, operation })
            .map(drop)
    };
    for number in 0..3 {
        convert(reserve(number)).unwrap();
    }
    let refused = convert(reserve(3));
    assert!(matches!(refused, Err(Reject::OperationConflict(_))), "{refused:?}");
    let Operation::Reserve { resources, .. } = reserve(0) else {
        unreachable!()
    };
    convert(Operation::Unreserve { resources }).unwrap();
    convert(reserve(3)).unwrap();
}
