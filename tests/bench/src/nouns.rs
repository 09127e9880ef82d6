//! The agents, frameworks, apps and tasks of the worlds.

use base_clock::Timestamp;
use base_ids::{AgentId, AppId, FrameworkId, TaskId};
use core_master::{Command, Digest, Face, JoinAgent, Launch, Proof, Subscribe};
use model_app::{AppSpec, Program};
use model_cluster::{self as cluster, AgentSpec, FrameworkSpec, Label, TaskSpec};
use model_resources::{Attributes, Resources, Role, Scalar};
use wire_link::{Hello, PROTOCOL};

/// The hash of the token with which every agent joins.
pub const JOIN_TOKEN: Digest = Digest([7; 32]);
/// What every agent has.
pub const AGENT_RESOURCES: &str = "cpus:24;mem:65536;disk:100000;ports:[31000-32000]";
/// How many labels an app's and a task's definition have.
pub const LABELS: usize = 10;

/// An agent that was never there before.
pub fn join(number: usize) -> Command {
    join_with(number, AGENT_RESOURCES)
}

/// The same with other resources.
pub fn join_with(number: usize, has: &str) -> Command {
    let hello = hello(number, has);
    Command::JoinAgent(JoinAgent {
        hello,
        proof: Proof::JoinToken(JOIN_TOKEN),
        new_credential: Some(Digest([9; 32])),
        connection: number as u64 + 1,
    })
}

/// How such an agent introduces itself.
pub fn hello(number: usize, has: &str) -> Hello {
    let spec = AgentSpec {
        hostname: format!("host{number}"),
        ip: [127, 0, 0, 1].into(),
        port: 5051,
        resources: resources(has),
        attributes: Attributes::default(),
        domain: None,
        version: "1.0.0".into(),
        boot_id: "0b0e5a4e-7e64-4d4b-9f55-6ab2b1f1d0a1".into(),
    };
    Hello {
        protocol: PROTOCOL,
        agent_id: None,
        cluster_id: None,
        epoch: 0,
        index: 0,
        policy: None,
        leadership: 0,
        spec,
    }
}

/// An agent that runs nothing yet.
pub fn report(agent_id: AgentId) -> Command {
    Command::AgentReport {
        agent_id,
        tasks: Vec::new(),
    }
}

/// A framework's subscription.
pub fn subscribe(number: usize, role: Role, face: Face) -> Command {
    let spec = FrameworkSpec {
        name: format!("framework{number}"),
        user: String::new(),
        roles: vec![role],
        suppressed: Vec::new(),
        capabilities: Vec::new(),
        failover_timeout_ms: 0,
        checkpoint: true,
        hostname: None,
        principal: None,
        webui_url: None,
        labels: Vec::new(),
        multi_role: true,
        minimums: Default::default(),
        constraints: Default::default(),
    };
    let framework_id = Some(framework_id(number));
    Command::Subscribe(Subscribe {
        framework_id,
        spec,
        face,
        force: true,
        connection: number as u64 + 1,
    })
}

/// The id of a framework.
pub fn framework_id(number: usize) -> FrameworkId {
    FrameworkId::from(format!("framework{number}"))
}

/// An app of sleeping commands with a port each and ten labels.
pub fn app(id: &str, instances: u32) -> AppSpec {
    let program = Program::Shell("sleep 100000".into());
    let mut app = AppSpec::new(AppId::from(id), Some(program), Role::any(), Timestamp::EPOCH);
    app.instances = instances;
    app.cpus = Scalar::from_millis(100);
    app.mem = Scalar::from_units(32);
    app.labels = (0..LABELS)
        .map(|n| (format!("LABEL_{n}"), format!("value-{n}-of-{id}")))
        .collect();
    app
}

/// A task for an agent, as a framework of its own would commit it.
pub fn launch(number: usize, agent_id: AgentId) -> Launch {
    let port = 31_000 + number / 1000 % 1000;
    let label = |n: usize| Label {
        key: format!("LABEL_{n}"),
        value: Some(format!("value-{n}-of-task-{number}")),
    };
    let task = TaskSpec {
        task_id: TaskId::from(format!("web.{number:08}")),
        name: "web".into(),
        resources: resources(&format!("cpus:0.1;mem:32;ports:[{port}-{port}]")),
        command: cluster::Command {
            program: cluster::Program::Shell("sleep 100000".into()),
            env: Default::default(),
            user: None,
            uris: Vec::new(),
        },
        health_check: None,
        kill_grace_ms: None,
        labels: (0..LABELS).map(label).collect(),
        discovery: None,
        data: None,
        executor: None,
        group: Vec::new(),
        max_run_ms: None,
    };
    Launch {
        agent_id,
        role: None,
        task,
    }
}

/// Resources from text that is known to be good.
pub fn resources(text: &str) -> Resources {
    Resources::parse(text).expect("the text is a constant of the benchmarks")
}
