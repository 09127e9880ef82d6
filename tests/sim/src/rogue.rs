//! A framework that breaks every rule: it may not harm the pool, nor its neighbours.
//!
//! It knows more than a framework should, for it looks into the master's state. Whatever comes of its calls is judged: no
//! fact about another framework, no launch that was not its to make. It never acknowledges, and answers few offers. Only
//! histories of even seeds have one.

use std::collections::BTreeSet;

use base_ids::{AgentId, FrameworkId, OfferId, TaskId, Uuid};
use core_control::{Command, Control, Event as Fact};
use core_master::{Command as Pool, Event as PoolEvent, Face, Launch, Master, Offer, OfferOperation, Subscribe, Task};
use model_cluster::FrameworkSpec;
use model_resources::{Name, Resource, Resources, Role, Scalar};
use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

use crate::engine::Answer;
use crate::fault::Fault;
use crate::framework::{self, Framework};
use crate::master::Reply;
use crate::world::{Event, SECOND, World};

const DECK: [Fault; 12] = [
    Fault::OfferTwice,
    Fault::ForeignOffer,
    Fault::UnknownIds,
    Fault::Overuse,
    Fault::NegativeResources,
    Fault::ForeignRole,
    Fault::DuplicateTask,
    Fault::ForeignKill,
    Fault::NeverAck,
    Fault::WrongAck,
    Fault::DoubleSubscribe,
    Fault::AfterTeardown,
];

/// What it remembers.
pub(crate) struct Rogue {
    spec: FrameworkSpec,
    /// The frameworks that it is, the one that it uses last.
    ids: Vec<FrameworkId>,
    /// Those that it ever was.
    all: BTreeSet<FrameworkId>,
    /// Offers on which it has launched something.
    used: BTreeSet<OfferId>,
    deck: Vec<Fault>,
    /// Misdeeds that found no opportunity when it was their turn.
    owed: Vec<Fault>,
    launched: u64,
}

/// What may come of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    /// The most tasks that it may launch.
    launches: usize,
    /// On this offer, once.
    offer: Option<OfferId>,
}

impl Rogue {
    pub(crate) fn new(rng: &mut ChaCha8Rng) -> Self {
        let mut spec = Framework::new(99, rng).spec().clone();
        spec.failover_timeout_ms = 20_000;
        Self {
            spec,
            ids: Vec::new(),
            all: BTreeSet::new(),
            used: BTreeSet::new(),
            deck: Vec::new(),
            owed: Vec::new(),
            launched: 0,
        }
    }

    /// Whether it has left the pool.
    pub(crate) fn is_gone(&self) -> bool {
        self.ids.is_empty()
    }

    fn launch(&mut self, agent_id: &AgentId, resources: Resources) -> Launch {
        self.launched += 1;
        let task_id = TaskId::from(format!("rogue-{}", self.launched));
        Launch {
            agent_id: agent_id.clone(),
            role: None,
            task: framework::task(task_id, "serve", resources),
        }
    }
}

impl World {
    pub(crate) fn rogue_acts(&mut self) {
        self.after(SECOND / 4, 2 * SECOND, Event::Rogue);
        let (Some(state), Some(rogue)) = (self.master.state().cloned(), &mut self.rogue) else {
            return;
        };
        let stands = |id: &FrameworkId| state.master.framework(id).is_some_and(|known| known.removed.is_none());
        rogue.ids.retain(stands);
        if !self.stormy {
            for framework_id in rogue.ids.clone() {
                self.commit_misdeed(Pool::Teardown { framework_id }, Bound::default());
            }
            return;
        }
        let own = rogue.ids.last().cloned();
        let Some(id) = own.filter(|id| state.master.framework_connection(id).is_some()) else {
            let known = rogue.ids.last().cloned();
            return self.rogue_subscribes(known, true);
        };
        if rogue.deck.is_empty() {
            rogue.deck = DECK.to_vec();
            rogue.deck.shuffle(&mut self.rng);
        }
        let mut due = std::mem::take(&mut rogue.owed);
        due.extend(rogue.deck.pop());
        due.dedup();
        for misdeed in due {
            if self.misbehave(misdeed, &id, &state.master).is_some() {
                self.note(format_args!("misdeed: {}", misdeed.name()));
                self.count(misdeed);
            } else if let Some(rogue) = &mut self.rogue {
                rogue.owed.push(misdeed);
            }
        }
    }

    /// `None` without an opportunity.
    fn misbehave(&mut self, misdeed: Fault, id: &FrameworkId, master: &Master) -> Option<()> {
        match misdeed {
            Fault::OfferTwice => self.use_offer_twice(id, &self.own_offer(id, master)?),
            Fault::ForeignOffer => self.use_foreign_offer(id, master),
            Fault::UnknownIds => self.name_unknown_ids(id),
            Fault::Overuse | Fault::NegativeResources | Fault::ForeignRole => {
                let offer = self.own_offer(id, master)?;
                self.lie_about_resources(misdeed, &offer)
            }
            Fault::DuplicateTask => self.launch_twice(&self.own_offer(id, master)?),
            Fault::ForeignKill => self.kill_foreign_task(id, master),
            Fault::NeverAck => master
                .tasks()
                .any(|(_, task)| is_of(master, task, id) && !task.unacknowledged.is_empty())
                .then_some(()),
            Fault::WrongAck => self.acknowledge_wrongly(id, master),
            Fault::DoubleSubscribe => {
                let force = self.rng.random_bool(0.3);
                self.rogue_subscribes(Some(id.clone()), force);
                self.rogue_subscribes(None, false);
                Some(())
            }
            _ => self.call_after_teardown(id, master),
        }
    }

    /// An offer that it has, and that no call on its way uses.
    fn own_offer(&self, id: &FrameworkId, master: &Master) -> Option<Offer> {
        let used = &self.rogue.as_ref()?.used;
        let mut own = master.offers().filter(|offer| offer.framework_id == *id);
        own.find(|offer| !used.contains(&offer.offer_id) && offer.resources.contains(&little()))
            .cloned()
    }

    fn use_offer_twice(&mut self, id: &FrameworkId, offer: &Offer) -> Option<()> {
        for _ in 0..2 {
            let launch = self.rogue.as_mut()?.launch(&offer.agent_id, little());
            let framework_id = id.clone();
            let offer_ids = vec![offer.offer_id.clone(); 2];
            let bound = Bound {
                launches: 1,
                offer: Some(offer.offer_id.clone()),
            };
            self.commit_misdeed(
                Pool::Accept {
                    framework_id,
                    offer_ids,
                    operations: vec![OfferOperation::Launch(launch)],
                    refuse: None,
                },
                bound,
            );
        }
        Some(())
    }

    fn use_foreign_offer(&mut self, id: &FrameworkId, master: &Master) -> Option<()> {
        let foreign: Vec<&Offer> = master.offers().filter(|offer| offer.framework_id != *id).collect();
        let offer = foreign.choose(&mut self.rng)?;
        let launch = self.rogue.as_mut()?.launch(&offer.agent_id, little());
        let offer_ids = vec![offer.offer_id.clone()];
        self.accept(id, offer_ids.clone(), vec![launch], 0);
        self.decline(id, offer_ids);
        Some(())
    }

    fn name_unknown_ids(&mut self, id: &FrameworkId) -> Option<()> {
        let nowhere = AgentId::from("sim-S999");
        let launch = self.rogue.as_mut()?.launch(&nowhere, little());
        let offer_ids = vec![OfferId::from("sim-O999999999999"), OfferId::from("nonsense")];
        let task_id = TaskId::from("nobody's");
        for framework_id in [id.clone(), FrameworkId::from("sim-9999")] {
            self.accept(&framework_id, offer_ids.clone(), vec![launch.clone()], 0);
            self.decline(&framework_id, offer_ids.clone());
            self.kill_as(&framework_id, &task_id, Some(nowhere.clone()));
            let tasks = vec![(task_id.clone(), None), (task_id.clone(), Some(nowhere.clone()))];
            self.commit_misdeed(Pool::Reconcile { framework_id, tasks }, Bound::default());
        }
        Some(())
    }

    /// More than there is, less than nothing, and what belongs to another role: none of it is launched.
    fn lie_about_resources(&mut self, lie: Fault, offer: &Offer) -> Option<()> {
        let rogue = self.rogue.as_mut()?;
        let cpus = |amount| Resource::new(Name::Cpus, amount);
        let others = Role::new("others").expect("this is a role");
        let mut resources = offer.resources.clone();
        match lie {
            Fault::Overuse => resources.insert(cpus(Scalar::from_millis(1))),
            Fault::NegativeResources => {
                // Our arithmetic keeps no amount below zero, so nothing is left to launch with.
                resources = Resources::new();
                resources.insert(cpus(Scalar::from_millis(-1000)));
            }
            _ => resources = resources.map(|resource| resource.with_allocation(Some(others.clone()))),
        }
        let launch = rogue.launch(&offer.agent_id, resources);
        self.accept(&offer.framework_id, vec![offer.offer_id.clone()], vec![launch], 0);
        Some(())
    }

    fn launch_twice(&mut self, offer: &Offer) -> Option<()> {
        let launch = self.rogue.as_mut()?.launch(&offer.agent_id, little());
        let launches = vec![launch.clone(), launch];
        self.accept(&offer.framework_id, vec![offer.offer_id.clone()], launches, 1);
        Some(())
    }

    fn kill_foreign_task(&mut self, id: &FrameworkId, master: &Master) -> Option<()> {
        let foreign: Vec<&Task> = tasks_of_others(master, id);
        let task = foreign.choose(&mut self.rng)?;
        self.kill_as(id, &task.spec.task_id, Some(task.agent_id.clone()));
        Some(())
    }

    fn acknowledge_wrongly(&mut self, id: &FrameworkId, master: &Master) -> Option<()> {
        let foreign = tasks_of_others(master, id);
        let waits = |task: &&Task| !task.unacknowledged.is_empty();
        let own = master
            .tasks()
            .map(|(_, task)| task)
            .filter(|task| is_of(master, task, id));
        let wrong = own
            .filter(waits)
            .map(|task| (task, Uuid::from_random(self.rng.random())));
        let stolen = foreign
            .into_iter()
            .filter_map(|task| Some((task, task.unacknowledged.first()?.uuid?)));
        let calls: Vec<Pool> = wrong
            .collect::<Vec<_>>()
            .into_iter()
            .chain(stolen)
            .map(|(task, uuid)| Pool::Acknowledge {
                framework_id: id.clone(),
                agent_id: task.agent_id.clone(),
                task_id: task.spec.task_id.clone(),
                uuid,
            })
            .collect();
        if calls.is_empty() {
            return None;
        }
        for call in calls {
            self.commit_misdeed(call, Bound::default());
        }
        Some(())
    }

    fn call_after_teardown(&mut self, id: &FrameworkId, master: &Master) -> Option<()> {
        let offer = self.own_offer(id, master)?;
        let framework_id = id.clone();
        self.commit_misdeed(Pool::Teardown { framework_id }, Bound::default());
        let launch = self.rogue.as_mut()?.launch(&offer.agent_id, little());
        // A teardown that the disk had no room for leaves the framework as it was.
        let bound = Bound {
            launches: 1,
            offer: Some(offer.offer_id.clone()),
        };
        self.commit_misdeed(
            Pool::Accept {
                framework_id: id.clone(),
                offer_ids: vec![offer.offer_id],
                operations: vec![OfferOperation::Launch(launch)],
                refuse: None,
            },
            bound,
        );
        self.kill_as(id, &TaskId::from("rogue-1"), None);
        self.rogue_subscribes(Some(id.clone()), true);
        Some(())
    }

    fn accept(&mut self, id: &FrameworkId, offer_ids: Vec<OfferId>, launches: Vec<Launch>, most: usize) {
        let command = Pool::Accept {
            framework_id: id.clone(),
            offer_ids,
            operations: launches.into_iter().map(OfferOperation::Launch).collect(),
            refuse: None,
        };
        let bound = Bound {
            launches: most,
            offer: None,
        };
        self.commit_misdeed(command, bound);
    }

    fn decline(&mut self, id: &FrameworkId, offer_ids: Vec<OfferId>) {
        let framework_id = id.clone();
        let command = Pool::Decline {
            framework_id,
            offer_ids,
            refuse: None,
        };
        self.commit_misdeed(command, Bound::default());
    }

    fn kill_as(&mut self, id: &FrameworkId, task_id: &TaskId, agent_id: Option<AgentId>) {
        let command = Pool::Kill {
            framework_id: id.clone(),
            task_id: task_id.clone(),
            agent_id,
            grace: None,
        };
        self.commit_misdeed(command, Bound::default());
    }

    fn rogue_subscribes(&mut self, framework_id: Option<FrameworkId>, force: bool) {
        let connection = self.network.next_number();
        let Some(rogue) = &self.rogue else { return };
        let command = Pool::Subscribe(Subscribe {
            framework_id,
            spec: rogue.spec.clone(),
            face: Face::Offers,
            force,
            connection,
        });
        self.commit_misdeed(command, Bound::default());
    }

    fn commit_misdeed(&mut self, command: Pool, bound: Bound) {
        self.ask("rogue", Command::Master(command), Reply::Rogue(bound));
    }

    /// Judges what came of a call.
    pub(crate) fn rogue_answered(&mut self, bound: Bound, answer: Answer<Control>) {
        let (Ok(outcome), Some(rogue)) = (answer, &mut self.rogue) else {
            return;
        };
        let mut launches = 0;
        let mut harm = None;
        for fact in &outcome.events {
            let Fact::Master(event) = fact else { continue };
            match event {
                PoolEvent::FrameworkConnected { framework_id, .. } if rogue.all.insert(framework_id.clone()) => {
                    rogue.ids.insert(0, framework_id.clone());
                }
                PoolEvent::TaskLaunched { .. } => launches += 1,
                _ => {}
            }
        }
        for fact in &outcome.events {
            let is_foreign = owner(fact).is_some_and(|id| !rogue.all.contains(id));
            if is_foreign || matches!(fact, Fact::Apps(_)) {
                harm = Some(format!("the rogue's call changed what is another's: {fact:?}"));
            }
        }
        let twice = launches > 0 && bound.offer.is_some_and(|offer| !rogue.used.insert(offer));
        if launches > bound.launches || twice {
            harm = Some(format!(
                "the rogue launched {launches} tasks, and {} were its to launch, offer used twice: {twice}",
                bound.launches
            ));
        }
        if let Some(harm) = harm {
            self.fail(harm);
        }
    }
}

/// Whom a fact concerns.
fn owner(fact: &Fact) -> Option<&FrameworkId> {
    let Fact::Master(event) = fact else { return None };
    match event {
        PoolEvent::FrameworkSubscribed { framework_id, .. }
        | PoolEvent::FrameworkUpdated { framework_id, .. }
        | PoolEvent::FrameworkDisconnected { framework_id, .. }
        | PoolEvent::FrameworkReconnected { framework_id }
        | PoolEvent::FrameworkRemoved { framework_id, .. }
        | PoolEvent::FrameworkCompleted { framework_id }
        | PoolEvent::TaskLaunched { framework_id, .. }
        | PoolEvent::TaskAdopted { framework_id, .. }
        | PoolEvent::TaskKillRequested { framework_id, .. }
        | PoolEvent::StatusRecorded { framework_id, .. }
        | PoolEvent::StatusAcknowledged { framework_id, .. }
        | PoolEvent::TaskCompleted { framework_id, .. }
        | PoolEvent::FrameworkConnected { framework_id, .. }
        | PoolEvent::Filtered { framework_id, .. }
        | PoolEvent::Revived { framework_id, .. }
        | PoolEvent::Suppressed { framework_id, .. }
        | PoolEvent::ReconcileAsked { framework_id, .. }
        | PoolEvent::LaunchRefused { framework_id, .. } => Some(framework_id),
        PoolEvent::OfferDropped { offer, .. } => Some(&offer.framework_id),
        _ => None,
    }
}

/// What nearly every offer has room for.
pub(crate) fn little() -> Resources {
    let mut resources = Resources::new();
    resources.insert(Resource::new(Name::Cpus, Scalar::from_millis(100)));
    resources.insert(Resource::new(Name::Mem, Scalar::from_units(32)));
    resources
}

fn is_of(master: &Master, task: &Task, id: &FrameworkId) -> bool {
    master
        .framework_at(task.framework)
        .is_some_and(|framework| framework.framework_id == *id)
}

fn tasks_of_others<'a>(master: &'a Master, id: &FrameworkId) -> Vec<&'a Task> {
    let tasks = master.tasks().map(|(_, task)| task);
    tasks.filter(|task| !is_of(master, task, id)).collect()
}
