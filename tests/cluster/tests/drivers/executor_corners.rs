//! Executors on native drivers at an agent, and what well-behaved ones do not do.

use std::net::SocketAddr;

use cluster::{Cluster, request, until};
use wire_mesos::{
    WireMessage,
    internal::{
        ExecutorRegisteredMessage, ExecutorReregisteredMessage, ExecutorToFrameworkMessage, FrameworkToExecutorMessage,
        LaunchTasksMessage, ReconnectExecutorMessage, RegisterExecutorMessage, ReregisterExecutorMessage,
        ResourceOffersMessage, RunTaskMessage, ShutdownExecutorMessage, StatusUpdate,
        StatusUpdateAcknowledgementMessage, StatusUpdateMessage, UnregisterFrameworkMessage,
    },
    protobuf::from_protobuf,
    v1::{
        AgentId, CommandInfo, ExecutorId, ExecutorInfo, Filters, FrameworkId, FrameworkInfo, Offer, Resource, TaskId,
        TaskInfo, TaskState, TaskStatus, value,
    },
};

use super::native::Driver;

/// A framework with one task in an executor that waits to be played by the test.
pub struct Pair {
    pub scheduler: Driver,
    pub framework_id: FrameworkId,
    pub agent_id: AgentId,
}

pub fn executor_id() -> ExecutorId {
    ExecutorId { value: "e".into() }
}

fn task_id() -> TaskId {
    TaskId { value: "t".into() }
}

fn scalar(name: &str, amount: f64) -> Resource {
    Resource {
        name: name.into(),
        r#type: value::Type::Scalar as i32,
        scalar: Some(value::Scalar { value: amount }),
        ..Default::default()
    }
}

impl Pair {
    /// Launches the task on the agent of this host name; its executor runs a command.
    pub fn launch(cluster: &Cluster, hostname: &str, command: &str) -> Self {
        let scheduler = Driver::new(cluster);
        let framework = FrameworkInfo {
            user: "root".into(),
            name: "pair".into(),
            ..Default::default()
        };
        let id = FrameworkId {
            value: scheduler.register(&framework),
        };
        let offer = until("an offer", || {
            let offers = scheduler.expect::<ResourceOffersMessage>().offers.into_iter();
            let mut fitting = offers.filter(|offer| hostname.is_empty() || offer.hostname == hostname);
            fitting.next()
        });
        let pair = Self {
            scheduler,
            framework_id: id,
            agent_id: offer.agent_id.clone(),
        };
        pair.accept(offer, command);
        pair
    }

    fn accept(&self, offer: Offer, command: &str) {
        let executor = ExecutorInfo {
            executor_id: executor_id(),
            command: Some(CommandInfo {
                value: Some(command.into()),
                ..Default::default()
            }),
            resources: vec![scalar("cpus", 0.1), scalar("mem", 32.0)],
            ..Default::default()
        };
        let task = TaskInfo {
            name: "t".into(),
            task_id: task_id(),
            agent_id: offer.agent_id,
            resources: vec![scalar("cpus", 0.1), scalar("mem", 32.0)],
            executor: Some(executor),
            ..Default::default()
        };
        let launch = LaunchTasksMessage {
            framework_id: self.framework_id.clone(),
            tasks: vec![task],
            filters: Filters::default(),
            offer_ids: vec![offer.id],
        };
        assert_eq!(self.scheduler.post(&launch), 202);
    }

    fn register(&self) -> RegisterExecutorMessage {
        RegisterExecutorMessage {
            framework_id: self.framework_id.clone(),
            executor_id: executor_id(),
        }
    }

    fn update(&self, state: TaskState, uuid: u8) -> StatusUpdate {
        StatusUpdate {
            framework_id: self.framework_id.clone(),
            executor_id: Some(executor_id()),
            agent_id: Some(self.agent_id.clone()),
            timestamp: 1.0,
            uuid: Some(vec![uuid; 16]),
            latest_state: None,
            status: TaskStatus {
                task_id: task_id(),
                state: state as i32,
                ..Default::default()
            },
        }
    }

    /// The scheduler hears of a state, and acknowledges it.
    fn hears(&self, state: TaskState) {
        let update = self.scheduler.expect::<StatusUpdateMessage>().update;
        assert_eq!(update.status.state(), state, "{update:?}");
        let acknowledgement = StatusUpdateAcknowledgementMessage {
            agent_id: self.agent_id.clone(),
            framework_id: self.framework_id.clone(),
            task_id: task_id(),
            uuid: update.uuid.expect("a uuid"),
        };
        self.scheduler.post(&acknowledgement);
    }
}

fn agent(cluster: &Cluster) -> SocketAddr {
    let state = cluster.mesos("GET", "/state", None).json();
    let pid = state["slaves"][0]["pid"].as_str().expect("an agent");
    pid.trim_start_matches("slave(1)@").parse().expect("an address")
}

/// The very next message, which must be of this kind.
fn next<M: WireMessage>(driver: &Driver) -> M {
    let (_, name, body) = driver.receive();
    assert_eq!(name, M::full_name());
    from_protobuf(&body).expect("a message")
}

fn posted(update: StatusUpdate) -> StatusUpdateMessage {
    StatusUpdateMessage { update, pid: None }
}

#[test]
fn an_executor_is_who_registered_first_and_comes_back_when_its_link_breaks() {
    let cluster = Cluster::start(1);
    let pair = Pair::launch(&cluster, "", "exec sleep 1000");
    let executor = Driver::executor(agent(&cluster));
    until("the task is on its agent", || {
        executor.post(&pair.register());
        let (_, name, _) = executor.receive();
        // Before the task is there, nobody is wanted.
        (name == "mesos.internal.ExecutorRegisteredMessage").then_some(())
    });
    assert_eq!(next::<RunTaskMessage>(&executor).task.task_id, task_id());
    // One that asks twice is answered twice, and given its task once.
    executor.post(&pair.register());
    let registered: ExecutorRegisteredMessage = next(&executor);
    assert_eq!(registered.executor_info.executor_id, executor_id());

    let stranger = Driver::executor(agent(&cluster));
    stranger.post(&pair.register());
    stranger.expect::<ShutdownExecutorMessage>();
    stranger.post(&posted(pair.update(TaskState::TaskFailed, 1)));

    executor.post(&posted(pair.update(TaskState::TaskRunning, 2)));
    let acknowledged: StatusUpdateAcknowledgementMessage = next(&executor);
    assert_eq!(acknowledged.uuid, [2; 16]);
    pair.hears(TaskState::TaskRunning);

    let data = b"from below".to_vec();
    executor.post(&ExecutorToFrameworkMessage {
        agent_id: pair.agent_id.clone(),
        framework_id: pair.framework_id.clone(),
        executor_id: executor_id(),
        data: data.clone(),
    });
    assert_eq!(pair.scheduler.expect::<ExecutorToFrameworkMessage>().data, data);
    let data = b"from above".to_vec();
    pair.scheduler.post(&FrameworkToExecutorMessage {
        agent_id: pair.agent_id.clone(),
        framework_id: pair.framework_id.clone(),
        executor_id: executor_id(),
        data: data.clone(),
    });
    assert_eq!(next::<FrameworkToExecutorMessage>(&executor).data, data);

    executor.cut();
    assert_eq!(next::<ReconnectExecutorMessage>(&executor).agent_id, pair.agent_id);
    executor.post(&ReregisterExecutorMessage {
        framework_id: pair.framework_id.clone(),
        executor_id: executor_id(),
        tasks: Vec::new(),
        updates: vec![
            pair.update(TaskState::TaskRunning, 2),
            pair.update(TaskState::TaskFinished, 3),
        ],
    });
    executor.expect::<ExecutorReregisteredMessage>();
    for uuid in [2, 3] {
        let acknowledged: StatusUpdateAcknowledgementMessage = next(&executor);
        assert_eq!(acknowledged.uuid, [uuid; 16]);
    }
    pair.hears(TaskState::TaskFinished);

    let framework_id = pair.framework_id.clone();
    pair.scheduler.post(&UnregisterFrameworkMessage { framework_id });
    executor.expect::<ShutdownExecutorMessage>();
}

#[test]
fn wrong_messages_to_an_agent_are_dropped_or_refused() {
    let cluster = Cluster::start(1);
    let agent = agent(&cluster);
    let driver = Driver::executor(agent);
    driver.post(&RegisterExecutorMessage {
        framework_id: FrameworkId { value: "f".into() },
        executor_id: executor_id(),
    });
    let refused: ShutdownExecutorMessage = next(&driver);
    assert_eq!(refused.executor_id, Some(executor_id()));
    let pid = driver.route.from.to_string();
    assert_eq!(driver.send(&raw(&pid, "RegisterExecutorMessage")), 202);
    assert_eq!(driver.send(&raw(&pid, "NonsenseMessage")), 202);
    assert_eq!(driver.send(&raw("nobody", "RegisterExecutorMessage")), 404);
    for path in ["/slave(1)/nothing", "/slave(1)/mesos.internal.RegisterExecutorMessage"] {
        assert_eq!(request(agent, "GET", path, None).expect("it answers").status, 404);
    }
}

fn raw(from: &str, name: &str) -> Vec<u8> {
    let head = format!("POST /slave(1)/mesos.internal.{name} HTTP/1.1\r\nHost: \r\nLibprocess-From: {from}\r\n");
    (head + "Content-Length: 4\r\n\r\n\u{7}???").into_bytes()
}
