//! One fact of each kind, with every field set.

mod hard;
mod operators;
mod soft;

use std::sync::Arc;

use base_clock::Timestamp;
use base_ids::{AgentId, ExecutorId, FrameworkId, OfferId, OperationId, Principal, TaskId, Uuid};
use core_master::{Digest, Drop, Event, ExecutorEvent, Face, Leadership, Offer, Refusal, Removal};
use model_cluster::{
    AgentSpec, AttributeConstraint, Capability, Command, Domain, ExecutorKind, ExecutorSpec, FrameworkSpec, Label,
    OperationState, OperationStatus, Predicate, Program, Quota, Reason, Selector, Source, TaskSpec, TaskState,
    TaskStatus,
};
use model_resources::{
    Attributes, Disk, Mode, Name, Operation, Persistence, Quantities, Reservation, Resource, Resources, Role, Scalar,
    Volume,
};
use wire_link::Holdings;

/// All of them, by name.
pub fn all() -> Vec<(&'static str, Event)> {
    hard::all()
        .into_iter()
        .chain(soft::all())
        .chain(operators::all())
        .collect()
}

fn agent_id() -> AgentId {
    AgentId::from("C-S1")
}

fn framework_id() -> FrameworkId {
    FrameworkId::from("C-0002")
}

fn task_id() -> TaskId {
    TaskId::from("web.1")
}

fn operation_id() -> OperationId {
    OperationId::from("reserve-1")
}

fn operation_status() -> Arc<OperationStatus> {
    let status = OperationStatus::new(operation_id(), OperationState::Finished);
    Arc::new(OperationStatus {
        converted: holdings().resources,
        uuid: Some(uuid()),
        ..status.because("why").on(agent_id())
    })
}

/// A volume of 64 MiB with the id `data`, on disk that is reserved for the role.
fn holdings() -> Holdings {
    let disk = Disk {
        persistence: Some(Persistence {
            id: "data".into(),
            principal: Some(Principal::from("p")),
        }),
        volume: Some(Volume {
            mode: Mode::ReadWrite,
            container_path: "path".into(),
            host_path: None,
        }),
        source: None,
    };
    let volume = Resource::new(Name::Disk, Scalar::from_units(64))
        .with_reservation(Reservation::dynamic(role(), Some(Principal::from("p"))))
        .with_disk(disk);
    Holdings::default().next(7, volume.into())
}

fn role() -> Role {
    Role::new("eng/web").unwrap()
}

fn time() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_123)
}

fn uuid() -> Uuid {
    Uuid::from_random(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)
}

fn resources() -> Resources {
    Resources::parse("cpus:1.5;mem:512;ports:[31000-31001]").unwrap()
}

fn label() -> Label {
    Label {
        key: "k".into(),
        value: Some("v".into()),
    }
}

fn offer() -> Offer {
    Offer {
        number: 1_000_000_007,
        offer_id: OfferId::from("C-O1000000007"),
        framework_id: framework_id(),
        agent_id: agent_id(),
        role: role(),
        resources: resources(),
        expires: Some(time()),
        framework: 3,
        agent: 4,
        made: time(),
    }
}

fn agent() -> Arc<AgentSpec> {
    Arc::new(AgentSpec {
        hostname: "host".into(),
        ip: [10, 0, 0, 1].into(),
        port: 5051,
        resources: resources(),
        attributes: "rack:r1".parse::<Attributes>().unwrap(),
        domain: Some(Domain {
            region: "eu".into(),
            zone: "eu-1".into(),
        }),
        version: "0.1.0".into(),
        boot_id: "boot".into(),
    })
}

fn framework() -> Arc<FrameworkSpec> {
    Arc::new(FrameworkSpec {
        name: "name".into(),
        user: "nobody".into(),
        roles: vec![role()],
        suppressed: vec![role()],
        capabilities: vec![Capability::PartitionAware, Capability::MultiRole],
        failover_timeout_ms: 60_000,
        checkpoint: true,
        hostname: Some("h".into()),
        principal: Some(Principal::from("p")),
        webui_url: Some("http://h".into()),
        labels: vec![label()],
        multi_role: true,
        minimums: [(role(), vec![Quantities::parse("cpus:1").unwrap()])].into(),
        constraints: [(
            role(),
            vec![vec![AttributeConstraint {
                selector: Selector::Attribute("rack".into()),
                predicate: Predicate::TextMatches("r[12]".into()),
            }]],
        )]
        .into(),
    })
}

fn task() -> Arc<TaskSpec> {
    Arc::new(TaskSpec {
        task_id: task_id(),
        name: "web".into(),
        resources: resources(),
        command: Command {
            program: Program::Shell("true".into()),
            env: Default::default(),
            user: None,
            uris: Vec::new(),
        },
        health_check: None,
        kill_grace_ms: Some(1000),
        labels: vec![label()].into(),
        discovery: None,
        data: Some(vec![1, 2]),
        executor: Some(Box::new(executor())),
        group: vec![task_id()],
        max_run_ms: Some(60_000),
    })
}

fn executor() -> ExecutorSpec {
    ExecutorSpec {
        executor_id: ExecutorId::from("e"),
        kind: ExecutorKind::Custom,
        command: Some(Command {
            program: Program::Shell("true".into()),
            env: Default::default(),
            user: None,
            uris: Vec::new(),
        }),
        resources: resources(),
        shutdown_grace_ms: Some(5000),
        name: Some("executor".into()),
        source: Some("source".into()),
        data: Some(vec![4]),
        labels: vec![label()],
        discovery: None,
    }
}

fn status() -> Arc<TaskStatus> {
    let status = TaskStatus::new(task_id(), TaskState::Failed, Source::Agent, time());
    let mut status = status.because(Reason::ContainerLimitationMemory, "too much");
    (status.uuid, status.healthy, status.exit_code) = (Some(uuid()), Some(false), Some(137));
    (status.data, status.labels) = (Some(vec![3]), vec![label()]);
    status.executor_id = Some(ExecutorId::from("e"));
    Arc::new(status)
}
