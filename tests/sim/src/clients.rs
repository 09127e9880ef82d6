//! People and programs that use the app scheduler, good and bad requests.

use std::collections::BTreeSet;

use base_clock::Timestamp;
use base_fault::Class;
use base_ids::AppId;
use core_apps::{Command, PutMode};
use core_control::Control;
use model_app::{
    AppSpec, Backoff, Constraint, HealthCheck, HealthProtocol, KillSelection, Operator, Program, Unreachable,
    UpgradeStrategy,
};
use model_resources::{Role, Scalar};
use rand::Rng;
use rand::seq::IndexedRandom;

use crate::engine::{Answer, Failure};
use crate::master::{Client, Reply};
use crate::world::{Event, SECOND, World};

const MAX_APPS: usize = 12;

impl World {
    pub(crate) fn clients(&mut self) {
        if !self.stormy {
            return;
        }
        if let Some((command, client)) = self.think() {
            self.after(
                1000,
                300_000,
                Event::Request {
                    command: core_control::Command::Apps(command),
                    client,
                },
            );
        }
        self.after(SECOND / 2, 6 * SECOND, Event::Clients);
    }

    /// A client thinks of something to ask for, from what it sees now.
    fn think(&mut self) -> Option<(Command, Client)> {
        let state = self.master.state()?.apps.clone();
        let known: Vec<AppSpec> = state.apps().map(|app| AppSpec::clone(app.spec())).collect();
        let force = self.rng.random_bool(0.4);
        let any = known.choose(&mut self.rng).cloned();
        let Some(any) = any.filter(|_| known.len() > 2) else {
            return Some(self.create(force));
        };
        let ids = vec![any.id.clone()];
        Some(match self.rng.random_range(0..100) {
            0..20 if known.len() < MAX_APPS => self.create(force),
            0..40 => self.change(any, force, |spec, rng| spec.instances = rng.random_range(0..6)),
            40..62 => self.change(any, force, |spec, rng| {
                let release = rng.random_range(0..1000).to_string();
                spec.labels.insert("release".to_owned(), release);
                if rng.random_bool(0.3) {
                    spec.instances = rng.random_range(1..6);
                }
            }),
            62..70 => (Command::RestartApps { ids, force }, Client::Other),
            70..76 => (Command::DeleteApps { ids, force }, Client::Other),
            76..88 => {
                let all: Vec<_> = state.instances(&any.id).map(|instance| instance.uuid).collect();
                let instances = all.choose_multiple(&mut self.rng, 2).copied().collect();
                let scale = self.rng.random_bool(0.3);
                (
                    Command::KillInstances {
                        instances,
                        scale,
                        wipe: false,
                        force,
                    },
                    Client::Other,
                )
            }
            88..92 => {
                let deployments = state.deployments();
                let deployment = deployments.choose(&mut self.rng)?;
                (
                    Command::CancelDeployment {
                        id: deployment.id.clone(),
                        force,
                    },
                    Client::Other,
                )
            }
            92..94 => (Command::ResetDelay { app: any.id }, Client::Other),
            _ => self.err(any),
        })
    }

    fn create(&mut self, force: bool) -> (Command, Client) {
        let number: u32 = self.rng.random_range(0..100_000);
        let mut specs = vec![self.invent(&format!("/app{number}"))];
        if self.rng.random_bool(0.2) {
            let mut second = self.invent(&format!("/group{number}/front"));
            second.dependencies = BTreeSet::from([specs[0].id.clone()]);
            specs.push(second);
        }
        let ids = specs.iter().map(|spec| spec.id.clone()).collect();
        (
            Command::PutApps {
                specs,
                mode: PutMode::Create,
                force,
            },
            Client::Put(ids),
        )
    }

    fn change(
        &mut self,
        mut spec: AppSpec,
        force: bool,
        change: impl FnOnce(&mut AppSpec, &mut rand_chacha::ChaCha8Rng),
    ) -> (Command, Client) {
        change(&mut spec, &mut self.rng);
        let ids = vec![spec.id.clone()];
        (
            Command::PutApps {
                specs: vec![spec],
                mode: PutMode::Upsert,
                force,
            },
            Client::Put(ids),
        )
    }

    /// A request that must be refused.
    fn err(&mut self, spec: AppSpec) -> (Command, Client) {
        match self.rng.random_range(0..3) {
            0 => {
                let ids = vec![AppId::from("/nobody/has/this")];
                (Command::DeleteApps { ids, force: true }, Client::Wrong(Class::NotFound))
            }
            1 => {
                let specs = vec![self.invent("/twice"), self.invent("/twice")];
                (
                    Command::PutApps {
                        specs,
                        mode: PutMode::Upsert,
                        force: true,
                    },
                    Client::Wrong(Class::Invalid),
                )
            }
            _ => {
                let mut spec = spec;
                spec.id = AppId::from("/nobody/has/this");
                let specs = vec![spec];
                (
                    Command::PutApps {
                        specs,
                        mode: PutMode::Update,
                        force: true,
                    },
                    Client::Wrong(Class::NotFound),
                )
            }
        }
    }

    fn invent(&mut self, id: &str) -> AppSpec {
        let rng = &mut self.rng;
        let text = if rng.random_bool(0.1) { "crash" } else { "serve" };
        let program = Some(Program::Shell(text.to_owned()));
        let mut spec = AppSpec::new(AppId::from(id), program, Role::any(), Timestamp::EPOCH);
        spec.instances = rng.random_range(1..6);
        spec.cpus = Scalar::from_millis(rng.random_range(1..8) * 100);
        spec.mem = Scalar::from_units(rng.random_range(1..8) * 32);
        if rng.random_bool(0.03) {
            spec.cpus = Scalar::from_units(1000);
        }
        spec.backoff = Backoff {
            seconds: 1,
            factor: 1.5,
            max_seconds: 30,
        };
        spec.kill_grace_seconds = rng.random_bool(0.5).then(|| rng.random_range(1..10));
        spec.upgrade = UpgradeStrategy {
            minimum_health_capacity: [0.0, 0.5, 1.0, 1.0][rng.random_range(0..4)],
            maximum_over_capacity: [0.0, 0.5, 1.0][rng.random_range(0..3)],
        };
        spec.unreachable = rng.random_bool(0.8).then(|| Unreachable {
            inactive_after_seconds: rng.random_range(0..60),
            expunge_after_seconds: rng.random_range(60..200),
        });
        if rng.random_bool(0.5) {
            spec.kill_selection = KillSelection::OldestFirst;
        }
        if rng.random_bool(0.5) {
            let protocol = if rng.random_bool(0.5) {
                HealthProtocol::MesosHttp
            } else {
                HealthProtocol::Http
            };
            let mut check = HealthCheck::new(protocol);
            (check.delay_seconds, check.interval_seconds, check.grace_period_seconds) = (1, 5, 10);
            spec.health_checks.push(check);
        }
        if rng.random_bool(0.15) {
            let field = "@hostname".to_owned();
            spec.constraints.push(Constraint {
                field,
                operator: Operator::Unique,
                value: None,
            });
        }
        spec
    }

    pub(crate) fn request(&mut self, command: core_control::Command, client: Client) {
        let Some(engine) = &self.master.engine else { return };
        self.oracles.acked.asked(&engine.driver.state().apps, &command);
        if let Some(strike) = self.master.aimed.take() {
            self.master.disk.arm(strike);
        }
        self.note(format_args!("a client asks: {}", Request(&command)));
        self.ask("client", command, Reply::Client(client));
    }

    pub(crate) fn client_answered(&mut self, client: &Client, answer: &Answer<Control>) {
        match (client, answer) {
            (Client::Put(ids), Ok(outcome)) => {
                let state = self.master.state().map(|state| &state.apps);
                for id in ids {
                    self.oracles.acked.put(id, &outcome.events, state);
                }
                self.note(format_args!("a client's put is done: {ids:?}"));
            }
            (Client::Wrong(class), Err(Failure::Rejected(reject))) if reject.class() == *class => {}
            (Client::Wrong(class), Ok(_) | Err(Failure::Rejected(_))) => {
                self.fail(format!("a request that must be refused as {class:?} was not"));
            }
            (_, Err(failure)) => self.note(format_args!("a client hears {failure:?}")),
            (_, Ok(_)) => {}
        }
    }
}

/// A request in a few words.
struct Request<'a>(&'a core_control::Command);

impl std::fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let core_control::Command::Apps(command) = self.0 else {
            return Ok(());
        };
        match command {
            Command::PutApps { specs, mode, force } => {
                let specs: Vec<_> = specs
                    .iter()
                    .map(|spec| format!("{} x{}", spec.id, spec.instances))
                    .collect();
                write!(f, "put {specs:?} {mode:?} force {force}")
            }
            other => write!(f, "{other:?}"),
        }
    }
}
