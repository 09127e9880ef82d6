//! Reservations and volumes on an agent: what the master orders, what is made and wiped, and what the master hears.

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, Principal};
use core_agent::{Agent, Command, Config, Effect, Event, Reject};
use core_machine::{Driver, Machine, Random};
use model_resources::{Disk, Name, Persistence, Reservation, Resource, Resources, Role, Scalar};
use wire_link::{Hold, Holdings, Welcome};

struct World {
    driver: Driver<Agent>,
    journal: Vec<Event>,
}

impl World {
    fn new() -> Self {
        let driver = Driver::new(Agent::default(), Config::default(), Random::seeded(1));
        let mut world = Self {
            driver,
            journal: Vec::new(),
        };
        let welcome = Welcome {
            agent_id: AgentId::from("c1-S0"),
            cluster_id: ClusterId::from("c1"),
            credential: None,
            epoch: 2,
            index: 0,
            ping_interval_ms: 15_000,
        };
        world.tell(Command::Join(welcome)).unwrap();
        world
    }

    fn tell(&mut self, command: Command) -> Result<Vec<Effect>, Reject> {
        let now = Timestamp::from_millis(1_000);
        let events = self.driver.decide(now, &Principal::from("test"), command)?;
        self.journal.extend(events);
        let keys = self.driver.take_touched();
        self.driver.check(&keys).unwrap();
        Ok(self.driver.work(&keys))
    }

    fn hold(&mut self, holdings: &Holdings, epoch: u64) -> Result<Vec<Effect>, Reject> {
        let (index, holdings) = (40, holdings.clone());
        self.tell(Command::Hold(Hold { epoch, index, holdings }))
    }

    fn wiped(&self) -> Vec<String> {
        self.driver.state().wiped().map(|volume| volume.id.to_owned()).collect()
    }
}

fn volume(id: &str) -> Resource {
    let persistence = Some(Persistence {
        id: id.into(),
        principal: None,
    });
    Resource::new(Name::Disk, Scalar::from_units(8))
        .with_reservation(Reservation::dynamic(Role::new("db").unwrap(), None))
        .with_disk(Disk {
            persistence,
            volume: None,
            source: None,
        })
}

fn volumes(ids: &[&str]) -> Resources {
    ids.iter().map(|id| volume(id)).collect()
}

#[test]
fn what_is_held_is_said_once_it_is_made() {
    let mut world = World::new();
    let first = Holdings::default().next(volumes(&["a", "b"]));
    assert_eq!(world.hold(&first, 2), Ok(vec![Effect::MakeVolumes(1)]));
    assert_eq!(world.driver.state().held(), None);
    assert_eq!(world.hold(&first, 2), Ok(vec![]), "an order may come twice");
    assert_eq!(world.tell(Command::VolumesMade(0)), Ok(vec![]));
    assert_eq!(
        world.tell(Command::VolumesMade(1)),
        Ok(vec![Effect::SendHeld(first.clone())])
    );
    assert_eq!(world.driver.state().held(), Some(&first));
    assert_eq!(
        world.driver.state().seen(),
        (2, 40),
        "a master that is behind has forgotten them"
    );
}

#[test]
fn destroyed_volumes_are_wiped_also_when_they_are_created_again() {
    let mut world = World::new();
    let first = Holdings::default().next(volumes(&["a", "b", "c"]));
    world.hold(&first, 2).unwrap();
    world.tell(Command::VolumesMade(1)).unwrap();
    let without = first.next(volumes(&["a"]));
    let again = without.next(volumes(&["a", "b"]));
    // The agent never heard of the version between.
    assert_eq!(world.hold(&again, 2), Ok(vec![Effect::MakeVolumes(3)]));
    assert_eq!(world.wiped(), ["b", "c"]);
    assert_eq!(world.hold(&without, 2), Ok(vec![]), "an order may come late");
    let none = again.next(Resources::new());
    world.hold(&none, 2).unwrap();
    assert_eq!(
        world.wiped(),
        ["b", "c", "a", "b"],
        "nothing is forgotten before it is done"
    );
    world.tell(Command::VolumesMade(4)).unwrap();
    assert_eq!(world.wiped(), [] as [&str; 0]);
}

#[test]
fn a_replaced_leader_changes_nothing() {
    let mut world = World::new();
    let holdings = Holdings::default().next(volumes(&["a"]));
    let stale = Err(Reject::StaleEpoch { given: 1, seen: 2 });
    assert_eq!(world.hold(&holdings, 1), stale);
    assert_eq!(world.driver.state().volumes().count(), 0);
}

#[test]
fn a_restart_in_the_middle_makes_them_again() {
    let mut world = World::new();
    let first = Holdings::default().next(volumes(&["a"]));
    world.hold(&first, 2).unwrap();
    world.tell(Command::VolumesMade(1)).unwrap();
    world.hold(&first.next(Resources::new()), 2).unwrap();
    let bytes = minicbor::to_vec(world.driver.state()).unwrap();
    let decoded: Agent = minicbor::decode(&bytes).unwrap();
    assert_eq!(decoded, *world.driver.state());
    let mut replayed = Agent::default();
    for event in &world.journal {
        replayed.apply(Timestamp::EPOCH, event);
    }
    assert_eq!(replayed, decoded);
    let mut effects = Vec::new();
    for key in decoded.keys() {
        decoded.work(Timestamp::EPOCH, &Config::default(), &key, &mut effects);
    }
    assert_eq!(effects, [Effect::MakeVolumes(2)]);
}
