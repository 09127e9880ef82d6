//! Reservations and volumes on an agent: what the master orders, what is made and wiped, and what the master hears.

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, Principal};
use core_agent::{Agent, Command, Config, Effect, Event, Reject};
use core_machine::{Driver, Machine, Random};
use model_resources::{Disk, Name, Persistence, Reservation, Resource, Resources, Role, Scalar};
use wire_link::{Failure, Hold, Holdings, Unmade, Welcome};

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
            leadership: 2,
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

    fn orphans(&self) -> Vec<String> {
        let orphans = self.driver.state().orphans().iter();
        orphans.map(|volume| volume.birth.id.clone()).collect()
    }

    fn wiped(&self) -> Vec<String> {
        self.driver
            .state()
            .wiped()
            .iter()
            .map(|volume| volume.birth.id.clone())
            .collect()
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
    let first = Holdings::default().next(2, volumes(&["a", "b"]));
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
    let first = Holdings::default().next(2, volumes(&["a", "b", "c"]));
    world.hold(&first, 2).unwrap();
    world.tell(Command::VolumesMade(1)).unwrap();
    let without = first.next(2, volumes(&["a"]));
    let again = without.next(2, volumes(&["a", "b"]));
    // The agent never heard of the version between.
    assert_eq!(world.hold(&again, 2), Ok(vec![Effect::MakeVolumes(3)]));
    assert_eq!(world.wiped(), ["b", "c"]);
    assert_eq!(world.hold(&without, 2), Ok(vec![]), "an order may come late");
    let none = again.next(2, Resources::new());
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
    let holdings = Holdings::default().next(2, volumes(&["a"]));
    let stale = Err(Reject::StaleEpoch { given: 1, seen: 2 });
    assert_eq!(world.hold(&holdings, 1), stale);
    assert_eq!(world.driver.state().volumes().count(), 0);
}

#[test]
fn a_restart_in_the_middle_makes_them_again() {
    let mut world = World::new();
    let first = Holdings::default().next(2, volumes(&["a"]));
    world.hold(&first, 2).unwrap();
    world.tell(Command::VolumesMade(1)).unwrap();
    world.hold(&first.next(2, Resources::new()), 2).unwrap();
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

#[test]
fn a_volume_that_is_merely_unlisted_is_kept() {
    let mut world = World::new();
    let first = Holdings::default().next(2, volumes(&["a", "b", "c"]));
    world.hold(&first, 2).unwrap();
    world.tell(Command::VolumesMade(1)).unwrap();
    // A journal that never heard of them, in which `b` was created anew.
    let other = Holdings::default().following(9, 7, volumes(&["b"]), &[]);
    assert_eq!(world.hold(&other, 2), Ok(vec![Effect::MakeVolumes(9)]));
    assert_eq!(world.wiped(), [] as [&str; 0]);
    assert_eq!(world.orphans(), ["a", "b", "c"]);
    let state = world.driver.state();
    let born = state.birth_of_new(state.volumes().next().unwrap()).cloned();
    assert_eq!(
        born,
        other.born.first().cloned(),
        "the new one must not get the data of the old one"
    );
    world.tell(Command::VolumesMade(9)).unwrap();
    let aside: Vec<bool> = world
        .driver
        .state()
        .orphans()
        .iter()
        .map(|orphan| orphan.aside)
        .collect();
    assert_eq!(aside, [false, true, false]);
    // The first journal is back: it wants `a` and has destroyed `b`; of `c` it says nothing.
    let back = first
        .next(2, volumes(&["a", "c"]))
        .following(10, 2, volumes(&["a"]), &[]);
    let back = Holdings {
        destroyed: back
            .destroyed
            .into_iter()
            .filter(|death| death.birth.id == "b")
            .collect(),
        ..back
    };
    world.hold(&back, 2).unwrap();
    assert_eq!(world.wiped(), ["b"]);
    assert_eq!(world.orphans(), ["c", "b"], "and the second `b` is nobody's");
    let state = world.driver.state();
    assert_eq!(
        state.birth_of_new(state.volumes().next().unwrap()),
        None,
        "it has its data"
    );
}

#[test]
fn what_fails_is_told_until_other_holdings_come() {
    let mut world = World::new();
    let first = Holdings::default().next(2, volumes(&["a", "b"]));
    world.hold(&first, 2).unwrap();
    let failures = vec![Failure {
        birth: first.born[1].clone(),
        resource: volume("b"),
        why: "No space left on device".into(),
    }];
    let unmade = Unmade {
        holdings: first.clone(),
        failures: failures.clone(),
    };
    let failed = Command::VolumesFailed(1, failures);
    assert_eq!(world.tell(failed.clone()), Ok(vec![Effect::SendUnmade(unmade.clone())]));
    assert_eq!(world.tell(failed), Ok(vec![]));
    assert_eq!(world.driver.state().unmade(), Some(unmade));
    assert_eq!(world.driver.state().held(), None);
    let second = first.next(2, volumes(&["a"]));
    assert_eq!(world.hold(&second, 2), Ok(vec![Effect::MakeVolumes(2)]));
    assert_eq!(world.driver.state().unmade(), None);
    assert!(world.driver.state().wiped()[0].fresh, "nothing of it was ever there");
    assert_eq!(world.tell(Command::VolumesMade(2)), Ok(vec![Effect::SendHeld(second)]));
}
