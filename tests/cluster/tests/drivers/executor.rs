//! An executor of mesos-go talks with an agent that is only this test: what it posts is read as calls of the v1 API, and
//! events of that API make it work.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use wire_mesos::{
    driver::{
        Route,
        executor::{Addressee, post_event, post_reconnect, read},
    },
    v1::{
        self, AgentId, ExecutorId, FrameworkId, TaskId, TaskState,
        executor::{Call, Event, call, event},
    },
};

use super::native::Driver;

struct Executor {
    agent: Driver,
    process: Child,
    to: Option<Addressee>,
    /// One connection: on several, a later event could be heard first.
    link: Option<TcpStream>,
}

fn executor_id() -> ExecutorId {
    ExecutorId { value: "e".into() }
}

impl Executor {
    fn start(program: &str) -> Self {
        let agent = Driver::process("slave(1)");
        let process = Command::new(program)
            .env("MESOS_SLAVE_PID", agent.route.from.to_string())
            .env("MESOS_SLAVE_ID", "s")
            .env("MESOS_FRAMEWORK_ID", "f")
            .env("MESOS_EXECUTOR_ID", "e")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the executor starts");
        Self {
            agent,
            process,
            to: None,
            link: None,
        }
    }

    /// Its next call; where it listens is noted.
    fn hear(&mut self, kind: call::Type) -> Call {
        let (from, name, body) = self.agent.receive();
        let call = read(&name, &body, &executor_id()).expect("a call");
        assert_eq!(
            (call.framework_id.value.as_str(), call.executor_id.value.as_str()),
            ("f", "e")
        );
        assert_eq!(call.r#type(), kind, "{call:?}");
        if self.link.is_none() {
            self.link = Some(TcpStream::connect(from.address).expect("the executor listens"));
        }
        let route = Route {
            from: self.agent.route.from.clone(),
            to: from,
        };
        self.to = Some(Addressee {
            route,
            framework: framework(),
            agent_id: agent_id(),
            executor_id: executor_id(),
        });
        call
    }

    fn to(&self) -> &Addressee {
        self.to.as_ref().expect("it was heard of")
    }

    fn tell(&self, again: bool, event: &Event) {
        let post = post_event(self.to(), again, event).expect("drivers hear of it");
        self.send(&post);
    }

    fn send(&self, post: &[u8]) {
        let mut link = self.link.as_ref().expect("it was heard of");
        link.write_all(post).expect("the executor reads");
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn framework() -> v1::FrameworkInfo {
    v1::FrameworkInfo {
        user: "root".into(),
        name: "native".into(),
        id: Some(FrameworkId { value: "f".into() }),
        ..Default::default()
    }
}

fn agent_id() -> AgentId {
    AgentId { value: "s".into() }
}

fn of_type(kind: event::Type) -> Event {
    Event {
        r#type: Some(kind as i32),
        ..Event::default()
    }
}

fn subscribed() -> Event {
    let subscribed = event::Subscribed {
        executor_info: v1::ExecutorInfo {
            executor_id: executor_id(),
            // Required in the days of this driver.
            command: Some(v1::CommandInfo::default()),
            ..Default::default()
        },
        framework_info: framework(),
        agent_info: v1::AgentInfo {
            hostname: "node".into(),
            ..Default::default()
        },
        container_id: None,
    };
    Event {
        subscribed: Some(subscribed),
        ..of_type(event::Type::Subscribed)
    }
}

fn launch(task: &str) -> Event {
    let task = v1::TaskInfo {
        name: "native".into(),
        task_id: TaskId { value: task.into() },
        agent_id: agent_id(),
        data: Some(b"opaque".to_vec()),
        ..Default::default()
    };
    Event {
        launch: Some(event::Launch { task }),
        ..of_type(event::Type::Launch)
    }
}

/// A status, checked and acknowledged.
fn acknowledge(executor: &mut Executor, state: TaskState) -> v1::TaskStatus {
    let status = executor.hear(call::Type::Update).update.expect("update").status;
    assert_eq!((status.state(), status.task_id.value.as_str()), (state, "t"));
    let acknowledged = event::Acknowledged {
        task_id: status.task_id.clone(),
        uuid: status.uuid.clone().expect("a uuid"),
    };
    executor.tell(
        false,
        &Event {
            acknowledged: Some(acknowledged),
            ..of_type(event::Type::Acknowledged)
        },
    );
    status
}

#[test]
fn an_executor_of_mesos_go_registers_runs_talks_kills_and_comes_back() {
    if std::env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == "mesos_go")) {
        println!("left out by HARMONY_SKIP=mesos_go");
        return;
    }
    let program = std::env::var("HARMONY_GO_MESOS_EXECUTOR")
        .expect("HARMONY_GO_MESOS_EXECUTOR is not set: run `cargo xtask test`");
    let mut executor = Executor::start(&program);
    executor.hear(call::Type::Subscribe);
    executor.tell(false, &subscribed());
    executor.tell(false, &launch("t"));
    let status = acknowledge(&mut executor, TaskState::TaskRunning);
    assert_eq!(status.data.as_deref(), Some(&b"opaque"[..]));

    let message = event::Message { data: b"ping".to_vec() };
    executor.tell(
        false,
        &Event {
            message: Some(message),
            ..of_type(event::Type::Message)
        },
    );
    let message = executor.hear(call::Type::Message).message.expect("message");
    assert_eq!(message.data, b"heard ping");

    // The agent comes back while a status is not acknowledged.
    let task_id = TaskId { value: "t".into() };
    let kill = event::Kill {
        task_id,
        kill_policy: None,
    };
    executor.tell(
        false,
        &Event {
            kill: Some(kill),
            ..of_type(event::Type::Kill)
        },
    );
    let killed = executor.hear(call::Type::Update).update.expect("update");
    executor.send(&post_reconnect(&executor.to().route, &agent_id()));
    let subscribe = executor.hear(call::Type::Subscribe).subscribe.expect("subscribe");
    assert_eq!(subscribe.unacknowledged_updates, [killed]);
    executor.tell(true, &subscribed());

    executor.tell(false, &of_type(event::Type::Shutdown));
    assert!(executor.process.wait().expect("it ends").success());
    let mut said = String::new();
    let mut out = executor.process.stdout.take().expect("its output");
    out.read_to_string(&mut said).expect("its output");
    assert!(
        said.contains("registered e native node") && said.contains("reregistered node"),
        "{said}"
    );
}
