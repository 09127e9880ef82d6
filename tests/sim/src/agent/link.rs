//! An agent's link: dial, introduce, report, then obey.

use core_agent::{Command, Key};
use wire_link::{Hello, PROTOCOL, ToAgent, ToMaster, Update};

use super::{LONGEST_WAIT, PATIENCE, Reply, SHORTEST_WAIT, Session};
use crate::network::End;
use crate::world::{Event, World};

impl World {
    pub(crate) fn dial(&mut self, number: usize, life: u64) {
        let agent = &self.agents[number];
        if life != agent.life || agent.engine.is_none() || agent.session != Session::Idle {
            return;
        }
        if agent.partition.is_some() || self.master.engine.is_none() {
            return self.dial_later(number);
        }
        let connection = self.network.open(number);
        let Some(state) = self.agents[number].state() else {
            return;
        };
        let (epoch, index) = state.seen();
        let hello = ToMaster::Hello(Hello {
            protocol: PROTOCOL,
            agent_id: state.agent_id().cloned(),
            cluster_id: state.cluster_id().cloned(),
            epoch,
            index,
            policy: None,
            spec: self.agents[number].spec.clone(),
            leadership: state.leadership(),
        });
        self.agents[number].session = Session::Greeted(connection);
        self.agents[number].heard = self.now;
        self.agents[number].silence = PATIENCE;
        self.send_master(connection, &hello);
        self.queue.put(
            self.now + PATIENCE,
            Event::Silence {
                agent: number,
                life,
                connection,
            },
        );
    }

    pub(super) fn dial_later(&mut self, number: usize) {
        let agent = &mut self.agents[number];
        let (wait, life) = (agent.wait, agent.life);
        agent.wait = (wait * 2).min(LONGEST_WAIT);
        self.after(wait, wait + 20_000, Event::Dial { agent: number, life });
    }

    pub(super) fn send_master(&mut self, connection: u64, message: &ToMaster) {
        let loose = matches!(message, ToMaster::Update(_) | ToMaster::Pong);
        let mut bytes = Vec::new();
        wire_link::encode(message, &mut bytes);
        self.transmit(connection, End::Master, loose, bytes);
    }

    pub(super) fn is_current(&self, number: usize, connection: u64) -> bool {
        match &self.agents[number].session {
            Session::Idle => false,
            Session::Greeted(own) | Session::Joining(own, _) | Session::Linked(own) => *own == connection,
        }
    }

    /// The end of a connection is noticed; another one is tried.
    pub(crate) fn agent_loses(&mut self, connection: u64) {
        let Some(number) = self.network.connections.get(&connection).map(|link| link.agent) else {
            return;
        };
        if !self.is_current(number, connection) {
            return;
        }
        self.agents[number].session = Session::Idle;
        self.agents[number].uplink = None;
        self.dial_later(number);
    }

    pub(crate) fn silence(&mut self, number: usize, life: u64, connection: u64) {
        let agent = &self.agents[number];
        if life != agent.life || !self.is_current(number, connection) {
            return;
        }
        let until = agent.heard + agent.silence;
        if until > self.now {
            return self.queue.put(
                until,
                Event::Silence {
                    agent: number,
                    life,
                    connection,
                },
            );
        }
        self.note(format_args!("agent {number}: the master is silent"));
        self.break_connection(connection);
        self.agent_loses(connection);
    }

    pub(crate) fn agent_hears(&mut self, connection: u64, bytes: &[u8]) {
        let Some(number) = self.network.connections.get(&connection).map(|link| link.agent) else {
            return;
        };
        if !self.network.carries(connection) || !self.is_current(number, connection) {
            return;
        }
        let message: ToAgent = match wire_link::decode(bytes) {
            Ok(Some((message, used))) if used == bytes.len() => message,
            other => return self.fail(format!("a frame to an agent can't be read: {other:?}")),
        };
        self.agents[number].heard = self.now;
        match (&mut self.agents[number].session, message) {
            (Session::Greeted(_), ToAgent::Welcome(welcome)) => {
                let agent = &mut self.agents[number];
                agent.silence = welcome.ping_interval_ms.max(100) * 1000 * 5;
                agent.session = Session::Joining(connection, Vec::new());
                self.ask_agent(number, Command::Join(welcome), Reply::Joined { connection });
            }
            (Session::Joining(_, waiting), message) => waiting.push(message),
            (Session::Linked(_), message) => self.obey(number, connection, message),
            _ => {
                self.break_connection(connection);
                self.agent_loses(connection);
            }
        }
    }

    pub(super) fn linked(&mut self, number: usize, connection: u64) {
        let Session::Joining(own, waiting) = &mut self.agents[number].session else {
            return;
        };
        if *own != connection {
            return;
        }
        let waiting = std::mem::take(waiting);
        let agent = &mut self.agents[number];
        agent.session = Session::Linked(connection);
        agent.wait = SHORTEST_WAIT;
        self.report_to(number, connection);
        for message in waiting {
            self.obey(number, connection, message);
        }
    }

    /// Tells all that is here, then the updates that nobody has acknowledged.
    pub(super) fn report_to(&mut self, number: usize, connection: u64) {
        if self.agents[number].session != Session::Linked(connection) {
            return;
        }
        self.agents[number].uplink = Some(connection);
        let Some(state) = self.agents[number].state().cloned() else {
            return;
        };
        if let Some(held) = state.held() {
            self.send_master(connection, &ToMaster::Held(held.clone()));
        }
        self.send_master(connection, &ToMaster::Executors(state.executor_report()));
        self.send_master(connection, &ToMaster::Report(state.report()));
        for (key, task) in state.tasks() {
            if let Some(status) = task.unacked.front() {
                let update = Update {
                    framework_id: key.framework_id.clone(),
                    status: status.clone(),
                };
                self.send_master(connection, &ToMaster::Update(update));
            }
        }
        self.tell_agent(number, Command::RepeatEstimate);
    }

    pub(super) fn obey(&mut self, number: usize, connection: u64, message: ToAgent) {
        let command = match message {
            ToAgent::Ping { epoch, index } => {
                self.send_master(connection, &ToMaster::Pong);
                Command::SeeEpoch { epoch, index }
            }
            ToAgent::Run(order) => Command::RunTask(order),
            ToAgent::Hold(order) => Command::Hold(order),
            ToAgent::Kill(order) => {
                return self.ask_agent(number, Command::KillTask(order), Reply::Kill { connection });
            }
            ToAgent::Ack {
                framework_id,
                task_id,
                uuid,
            } => Command::Acknowledge(Key { framework_id, task_id }, uuid),
            // No framework here has executors.
            ToAgent::Welcome(_) | ToAgent::Shutdown(_) | ToAgent::Message(_) => return,
            ToAgent::Refused { .. } => {
                self.break_connection(connection);
                return self.agent_loses(connection);
            }
        };
        self.tell_agent(number, command);
    }
}
