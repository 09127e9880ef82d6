use std::time::Duration;

use base_clock::Timestamp;
use base_ids::{AgentId, ClusterId, ExecutorId, FrameworkId, OfferId, OperationId, Principal, TaskId, Uuid};
use core_master::{Command, Digest, Face, JoinAgent, Launch, OfferOperation, Proof, Subscribe};
use model_cluster::{
    AttributeConstraint, Capability, Domain, FrameworkSpec, MachineId, Predicate, Quota, Selector, Source, TaskState,
    TaskStatus, Unavailability, Window,
};
use model_resources::{Name, Quantities, Role, Scalar};
use wire_link::{ExecutorExit, ExecutorReport, Failure, Holdings, Origin, ReconfigurationPolicy, TaskReport, Update};

use crate::{
    executor::executor as spec_of,
    operation::operation,
    support::{TOKEN, World, framework, hello, stacked::stacked, task},
};

pub fn command(world: &World, verb: &str, words: &[&str]) -> Command {
    let option = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let flag = |name: &str| words.contains(&name);
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.contains('=')).collect();
    let connection = option("connection").map_or(1, |n| n.parse().unwrap());
    let first = plain.first().copied().unwrap_or_default();
    let refuse = option("refuse").map(seconds);
    match verb {
        "join" => join(words, first, connection),
        "report" => Command::AgentReport {
            agent_id: agent_id(first),
            tasks: words[1..].iter().map(|word| report(word)).collect(),
        },
        "update" => Command::AgentUpdate {
            agent_id: agent_id(first),
            update: update(world, words),
        },
        "executors" => Command::AgentExecutors {
            agent_id: agent_id(first),
            executors: words[1..].iter().map(|word| executor(word)).collect(),
        },
        "executor_over" => {
            let ExecutorReport {
                framework_id,
                executor_id,
                ..
            } = executor(plain[1]);
            Command::ExecutorExited {
                agent_id: agent_id(first),
                exit: ExecutorExit {
                    framework_id,
                    executor_id,
                    status: plain[2].parse().unwrap(),
                },
            }
        }
        "shutdown" => {
            let ExecutorReport {
                framework_id,
                executor_id,
                ..
            } = executor(plain[1]);
            Command::ShutdownExecutor {
                framework_id,
                agent_id: agent_id(first),
                executor_id,
            }
        }
        "pong" => Command::AgentPong {
            agent_id: agent_id(first),
        },
        "closed" if first.starts_with('S') => Command::AgentClosed {
            agent_id: agent_id(first),
            connection,
        },
        "closed" => Command::FrameworkClosed {
            framework_id: framework_id(first),
            connection,
        },
        "gone" => Command::MarkAgentGone {
            agent_id: agent_id(first),
        },
        "drain" => Command::DrainAgent {
            agent_id: agent_id(first),
            max_grace: option("grace").map(seconds),
            mark_gone: flag("gone"),
        },
        "deactivate" => Command::DeactivateAgent {
            agent_id: agent_id(first),
        },
        "reactivate" => Command::ReactivateAgent {
            agent_id: agent_id(first),
        },
        "schedule" => Command::ScheduleMaintenance {
            windows: words.iter().map(|word| window(word)).collect(),
        },
        "down" => Command::StartMaintenance {
            machines: machines(words),
        },
        "up" => Command::StopMaintenance {
            machines: machines(words),
        },
        "answer" => Command::AnswerInverseOffers {
            framework_id: framework_id(first),
            offer_ids: offers(plain[1]),
            accepted: !flag("no"),
            refuse,
        },
        "subscribe" => {
            let roles: Vec<&str> = option("roles").unwrap_or("*").split(',').collect();
            let failover = option("failover").map_or(Duration::ZERO, seconds);
            let mut spec = framework(&roles, flag("aware"), failover.as_millis() as u64);
            demands(&mut spec, words);
            owner(&mut spec, words);
            if flag("refined") {
                spec.capabilities.push(Capability::ReservationRefinement);
            }
            if flag("shared") {
                spec.capabilities.push(Capability::SharedResources);
            }
            Command::Subscribe(Subscribe {
                framework_id: (first != "new").then(|| framework_id(first)),
                spec,
                face: if flag("watch") { Face::Watch } else { Face::Offers },
                force: flag("force"),
                connection,
            })
        }
        "respecify" => {
            let roles: Vec<&str> = option("roles").unwrap_or("*").split(',').collect();
            let mut spec = framework(&roles, flag("aware"), 0);
            demands(&mut spec, words);
            owner(&mut spec, words);
            spec.suppressed = option("suppressed")
                .map(|text| self::roles(&[text]))
                .unwrap_or_default();
            Command::UpdateFramework {
                framework_id: framework_id(first),
                spec,
            }
        }
        "accept" => Command::Accept {
            framework_id: framework_id(first),
            offer_ids: offers(plain[1]),
            operations: plain[2..].iter().map(|word| offer_operation(word)).collect(),
            refuse,
        },
        "decline" => Command::Decline {
            framework_id: framework_id(first),
            offer_ids: offers(plain[1]),
            refuse,
        },
        "revive" => Command::Revive {
            framework_id: framework_id(first),
            roles: roles(&plain[1..]),
        },
        "suppress" => Command::Suppress {
            framework_id: framework_id(first),
            roles: roles(&plain[1..]),
        },
        "kill" => Command::Kill {
            framework_id: framework_id(first),
            task_id: TaskId::from(plain[1]),
            agent_id: plain.get(2).map(|name| agent_id(name)),
            grace: option("grace").map(seconds),
        },
        "ack" => {
            let known = world.driver.state().task(&framework_id(first), &TaskId::from(plain[1]));
            let waiting = known.map(|task| task.unacknowledged.as_slice()).unwrap_or_default();
            let status = if flag("last") { waiting.last() } else { waiting.first() };
            let unknown = Uuid::from_random(0);
            Command::Acknowledge {
                framework_id: framework_id(first),
                agent_id: agent_id("S0"),
                task_id: TaskId::from(plain[1]),
                uuid: status.and_then(|status| status.uuid).unwrap_or(unknown),
            }
        }
        "reconcile" => Command::Reconcile {
            framework_id: framework_id(first),
            tasks: plain[1..].iter().map(|word| place(word)).collect(),
        },
        "teardown" => Command::Teardown {
            framework_id: framework_id(first),
        },
        "commit" => Command::Commit {
            framework_id: framework_id(first),
            launches: plain[1..].iter().map(|word| launch(word)).collect(),
        },
        "weights" => Command::UpdateWeights {
            weights: words
                .iter()
                .map(|word| word.split_once('=').unwrap())
                .map(|(role, weight)| (Role::new(role).unwrap(), weight.parse().unwrap()))
                .collect(),
        },
        "quota" => Command::UpdateQuota {
            quotas: plain
                .iter()
                .filter(|word| **word != "force")
                .map(|word| quota(word))
                .collect(),
            force: flag("force"),
        },
        "set-quota" => Command::SetQuota {
            role: Role::new(first).unwrap(),
            guarantee: Quantities::parse(plain[1]).unwrap(),
            force: flag("force"),
        },
        "remove-quota" => Command::RemoveQuota {
            role: Role::new(first).unwrap(),
        },
        "holds" => holds(world, first, plain[1].parse().unwrap(), &plain[2..], option("fails")),
        "oversubscribes" => Command::AgentOversubscribes {
            agent_id: agent_id(first),
            resources: plain.get(1).map(|text| stacked(text)).unwrap_or_default(),
        },
        "operate" => Command::ConvertResources {
            agent_id: agent_id(first),
            operation: operation(plain[1], plain[2]),
        },
        "ack_operation" => {
            let id = OperationId::from(plain[1]);
            let known = world.driver.state().operations();
            let uuid = known
                .filter(|(_, known)| known.operation_id == id)
                .find_map(|(_, known)| known.status.uuid);
            Command::AcknowledgeOperation {
                framework_id: framework_id(first),
                operation_id: id,
                uuid: uuid.unwrap_or(Uuid::from_random(0)),
            }
        }
        "reconcile_operations" => Command::ReconcileOperations {
            framework_id: framework_id(first),
            operations: plain[1..]
                .iter()
                .map(|word| place(word))
                .map(|(id, agent)| (OperationId::from(id.as_str()), agent))
                .collect(),
        },
        verb => panic!("no command '{verb}'"),
    }
}

/// `role|guarantees|limits`, such as `a|cpus:1|cpus:2;gpus:0`; either may be empty.
fn quota(word: &str) -> (Role, Quota) {
    let (rest, limits) = word.rsplit_once('|').unwrap();
    let (role, guarantees) = rest.rsplit_once('|').unwrap();
    let limit = |text: &str| {
        let (name, amount) = text.split_once(':').unwrap();
        (Name::new(name), Scalar::from_f64(amount.parse().unwrap()).unwrap())
    };
    let quota = Quota {
        guarantees: Quantities::parse(guarantees).unwrap_or_default(),
        limits: limits.split(';').filter(|text| !text.is_empty()).map(limit).collect(),
    };
    (Role::new(role).unwrap(), quota)
}

pub fn seconds(text: &str) -> Duration {
    Duration::from_secs_f64(text.strip_suffix('s').unwrap().parse().unwrap())
}

/// `can=NAME` adds a capability, `least=AMOUNTS` minimums and `where=ATTRIBUTE~REGEX` a constraint, both for every role.
/// What a framework may not change: `user=eve`, `principal=eve` and `checkpoint=no`.
fn owner(spec: &mut FrameworkSpec, words: &[&str]) {
    for word in words {
        match word.split_once('=') {
            Some(("user", name)) => spec.user = name.to_owned(),
            Some(("principal", name)) => spec.principal = Some(Principal::from(name)),
            Some(("checkpoint", "no")) => spec.checkpoint = false,
            _ => {}
        }
    }
}

fn demands(spec: &mut FrameworkSpec, words: &[&str]) {
    let option = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    match option("can") {
        Some("gpus") => spec.capabilities.push(Capability::GpuResources),
        Some("regions") => spec.capabilities.push(Capability::RegionAware),
        Some("revocable") => spec.capabilities.push(Capability::RevocableResources),
        Some(other) => panic!("no capability '{other}'"),
        None => {}
    }
    for role in &spec.roles {
        if let Some(least) = option("least") {
            let minimums = vec![Quantities::parse(least).unwrap()];
            spec.minimums.insert(role.clone(), minimums);
        }
        if let Some((name, regex)) = option("where").and_then(|text| text.split_once('~')) {
            let selector = Selector::Attribute(name.into());
            let predicate = Predicate::TextMatches(regex.into());
            let group = vec![AttributeConstraint { selector, predicate }];
            spec.constraints.insert(role.clone(), vec![group]);
        }
    }
}

fn join(words: &[&str], resources: &str, connection: u64) -> Command {
    let option = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let mut hello = hello(resources);
    hello.agent_id = option("as").map(agent_id);
    hello.spec.domain = option("region").map(|region| Domain {
        region: region.into(),
        zone: "z".into(),
    });
    hello.spec.attributes = option("attributes").unwrap_or_default().parse().unwrap();
    hello.policy = option("policy").map(|policy| match policy {
        "equal" => ReconfigurationPolicy::Equal,
        "additive" => ReconfigurationPolicy::Additive,
        _ => ReconfigurationPolicy::Any,
    });
    hello.spec.hostname = option("host").unwrap_or("host").into();
    hello.cluster_id = option("cluster").map(ClusterId::from);
    hello.protocol = option("protocol").map_or(hello.protocol, |n| n.parse().unwrap());
    let credential = Digest([9; 32]);
    let proof = match (option("token"), option("credential"), &hello.agent_id) {
        (Some(_), ..) => Proof::JoinToken(Digest([0; 32])),
        (_, Some(_), _) => Proof::Credential(Digest([0; 32])),
        (.., Some(_)) => Proof::Credential(credential),
        (.., None) => Proof::JoinToken(TOKEN),
    };
    let new_credential = hello.agent_id.is_none().then_some(credential);
    Command::JoinAgent(JoinAgent {
        hello,
        proof,
        new_credential,
        connection,
    })
}

/// `F/t=RUNNING`, with the resources after a `:` if the task is to be adopted. With `!+9` or `!-9` behind it
/// all, its last update, with that uuid, said that it is healthy or not, and was acknowledged. A `*` at the end: its launch
/// is in no journal that this one follows.
fn report(word: &str) -> TaskReport {
    let (word, lost) = lost(word);
    let (word, last) = match word.split_once('!') {
        Some((rest, last)) => (rest, Some((last.starts_with('+'), last[1..].parse::<u128>().unwrap()))),
        None => (word, None),
    };
    let (name, state) = word.split_once('=').unwrap();
    let (state, resources) = state.split_once(':').unwrap_or((state, "cpus:1"));
    let (framework, id) = name.split_once('/').unwrap();
    TaskReport {
        framework_id: framework_id(framework),
        task: task(id, resources),
        state: self::state(state),
        last: last.map(|(healthy, uuid)| {
            let mut status = TaskStatus::new(TaskId::from(id), self::state(state), Source::Agent, Timestamp::EPOCH);
            (status.healthy, status.uuid) = (Some(healthy), Some(Uuid::from_random(uuid << 80)));
            status
        }),
        origin: origin(lost),
    }
}

/// The version of this journal, or with resources those that another journal made of it. `fails=db@v:40,db@w:10` are volumes
/// of it that can't be.
fn holds(world: &World, agent: &str, version: u64, made: &[&str], fails: Option<&str>) -> Command {
    let agent_id = agent_id(agent);
    let ours = world.driver.state().agent(&agent_id).unwrap().holdings.clone();
    let holdings = match made.first() {
        Some(text) => ours.following(version, 9, stacked(text), &[]),
        None if version == ours.version => ours.clone(),
        None => Holdings {
            version,
            leadership: world.driver.config().leadership,
            ..Holdings::default()
        },
    };
    let failure = |text: &str| {
        let resource = stacked(text).iter().next().unwrap().clone();
        let (role, id) = (resource.reserved_role().unwrap(), resource.persistence_id().unwrap());
        let born = ours.born(role, id).cloned();
        let dead = ours.destroyed.iter().rev().map(|death| &death.birth);
        let dead = dead.into_iter().find(|birth| birth.role == *role && birth.id == id);
        Failure {
            birth: born.or(dead.cloned()).unwrap(),
            resource: resource.clone(),
            why: "No space left on device".into(),
        }
    };
    Command::AgentHolds {
        agent_id,
        holdings,
        failures: fails.into_iter().flat_map(|all| all.split(',')).map(failure).collect(),
    }
}

fn lost(word: &str) -> (&str, bool) {
    word.strip_suffix('*').map_or((word, false), |word| (word, true))
}

/// A place in this world's journal, or in another one.
fn origin(lost: bool) -> Origin {
    Origin {
        leadership: if lost { 9 } else { 1 },
        index: 10,
    }
}

fn update(world: &World, words: &[&str]) -> Update {
    let (framework, id) = words[1].split_once('/').unwrap();
    let fresh = world.now.as_micros() as u128 + world.journal.len() as u128;
    let option = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let number = option("uuid").map_or(fresh, |n| n.parse().unwrap());
    let mut status = TaskStatus::new(TaskId::from(id), state(words[2]), Source::Agent, world.now);
    status.uuid = Some(Uuid::from_random(number << 80));
    status.healthy = option("healthy").map(|healthy| healthy.parse().unwrap());
    Update {
        framework_id: framework_id(framework),
        status,
    }
}

fn state(name: &str) -> TaskState {
    *TaskState::ALL
        .iter()
        .find(|state| state.name() == format!("TASK_{name}"))
        .unwrap()
}

fn offers(text: &str) -> Vec<OfferId> {
    let id = |n: u64| OfferId::from(format!("C-O{}", 1_000_000_000 + n));
    text.split(',')
        .map(|name| id(name.strip_prefix('O').unwrap().parse().unwrap()))
        .collect()
}

/// `reserve/x!cpus:1`, or with an id `id/reserve/x!cpus:1`; all else is a launch.
fn offer_operation(word: &str) -> OfferOperation {
    const VERBS: [&str; 6] = ["reserve", "unreserve", "create", "destroy", "grow", "shrink"];
    let (first, rest) = word.split_once('/').unwrap_or(("", word));
    let (id, verb, what) = match rest.split_once('/') {
        _ if VERBS.contains(&first) => (None, first, rest),
        Some((verb, what)) if VERBS.contains(&verb) => (Some(OperationId::from(first)), verb, what),
        _ => return OfferOperation::Launch(launch(word)),
    };
    OfferOperation::Convert {
        operation_id: id,
        operation: operation(verb, what),
    }
}

/// `F/e`, with a `*` behind it if its launch is in no journal that this one follows.
fn executor(word: &str) -> ExecutorReport {
    let (word, lost) = lost(word);
    let (framework, id) = word.split_once('/').unwrap();
    ExecutorReport {
        framework_id: framework_id(framework),
        executor_id: ExecutorId::from(id),
        origin: origin(lost),
    }
}

/// `t@S0:cpus:1;mem:32`, then `~e:cpus:0.1` for an executor and `%t,u` for a group.
fn launch(word: &str) -> Launch {
    let (word, group) = word.split_once('%').unwrap_or((word, ""));
    let (word, executor) = word.split_once('~').unwrap_or((word, ""));
    let mut launch = plain_launch(word);
    launch.task.group = group.split(',').filter(|id| !id.is_empty()).map(TaskId::from).collect();
    launch.task.executor = executor
        .split_once(':')
        .map(|(id, resources)| Box::new(spec_of(id, resources)));
    launch
}

fn plain_launch(word: &str) -> Launch {
    let (place_, resources) = word.split_once(':').unwrap();
    let (id, agent) = place(place_);
    let resources = if resources == "nothing" { "" } else { resources };
    Launch {
        agent_id: agent.unwrap(),
        role: None,
        task: task(id.as_str(), resources),
    }
}

fn place(word: &str) -> (TaskId, Option<AgentId>) {
    match word.split_once('@') {
        Some((id, agent)) => (TaskId::from(id), Some(agent_id(agent))),
        None => (TaskId::from(word), None),
    }
}

/// `host@100+60`, a machine that is not there for 60 s from the 100th second of 1970 on; several machines with `,`.
fn window(word: &str) -> Window {
    let (machines, time) = word.split_once('@').unwrap();
    let (start, duration) = time.split_once('+').unwrap_or((time, ""));
    let nanos = |text: &str| text.parse::<i64>().ok().map(|seconds| seconds * 1_000_000_000);
    Window {
        machines: self::machines(&machines.split(',').filter(|name| !name.is_empty()).collect::<Vec<_>>()),
        unavailability: Unavailability {
            start_nanos: nanos(start).unwrap(),
            duration_nanos: nanos(duration),
        },
    }
}

/// Hostnames, or addresses.
fn machines(words: &[&str]) -> Vec<MachineId> {
    let machine = |word: &&str| match word.parse() {
        Ok(ip) => MachineId::new(None, Some(ip)),
        Err(_) => MachineId::new(Some(word).filter(|word| **word != "-").copied(), None),
    };
    words.iter().map(machine).collect()
}

fn roles(words: &[&str]) -> Vec<Role> {
    words.iter().map(|word| Role::new(word).unwrap()).collect()
}

fn agent_id(name: &str) -> AgentId {
    AgentId::from(format!("C-{name}"))
}

fn framework_id(name: &str) -> FrameworkId {
    FrameworkId::from(name)
}
