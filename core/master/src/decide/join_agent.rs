use std::sync::Arc;

use base_ids::AgentId;
use wire_link::{Hello, PROTOCOL, ReconfigurationPolicy};

use super::{Cx, Decided};
use crate::{Config, Digest, Drop, Event, JoinAgent, Master, Proof, Reject};

/// How many tasks a refusal names.
const NAMED: usize = 5;

impl Master {
    pub(super) fn join_agent(&self, cx: &Cx<'_>, join: JoinAgent) -> Decided {
        check_hello(cx.config, &join.hello)?;
        let (agent_id, mut events) = match (join.proof, &join.hello.agent_id) {
            (Proof::JoinToken(token), None) => self.join_new_agent(cx.config, token, &join)?,
            (Proof::Credential(credential), Some(agent_id)) => {
                (agent_id.clone(), self.join_known_agent(agent_id, credential, &join)?)
            }
            _ => return Err(Reject::WrongProof),
        };
        events.push(Event::AgentConnected {
            agent_id,
            connection: join.connection,
            ping_at: cx.now + cx.config.ping_interval,
        });
        Ok(events)
    }

    fn join_new_agent(
        &self,
        config: &Config,
        token: Digest,
        join: &JoinAgent,
    ) -> Result<(AgentId, Vec<Event>), Reject> {
        if config.join_token != Some(token) {
            return Err(Reject::BadToken);
        }
        let credential = join.new_credential.ok_or(Reject::NoCredential)?;
        if self.hard.agents.len() >= config.max_agents {
            return Err(Reject::Limit {
                what: "agents",
                limit: config.max_agents,
            });
        }
        let agent_id = AgentId::from(format!("{}-S{}", config.cluster_id, self.hard.next_agent));
        let spec = Arc::new(join.hello.spec.clone());
        let joined = Event::AgentJoined {
            agent_id: agent_id.clone(),
            spec,
            credential,
        };
        Ok((agent_id, vec![joined]))
    }

    fn join_known_agent(&self, agent_id: &AgentId, shown: Digest, join: &JoinAgent) -> Decided {
        let (slot, agent) = self.find_agent(agent_id)?;
        if agent.credential != shown {
            return Err(Reject::BadCredential(agent_id.clone()));
        }
        let spec = &join.hello.spec;
        self.check_policy(agent_id, join.hello.policy.unwrap_or(ReconfigurationPolicy::Any), spec)?;
        let total = agent
            .total_of(&spec.resources)
            .map_err(|why| Reject::InvalidAgent(why.to_string()))?;
        let same = agent.strained && agent.spec.resources == spec.resources;
        let used = agent.needed();
        if !same && !total.supports(&used) {
            let used = used.into_owned();
            return Err(Reject::AgentShrunk {
                agent_id: agent_id.clone(),
                missing: &used - &total,
                used,
                tasks: self
                    .live_tasks(agent)
                    .map(|task| task.spec.task_id.clone())
                    .take(NAMED)
                    .collect(),
            });
        }
        let credential = join.new_credential.unwrap_or(shown);
        let mut events = Vec::new();
        if *agent.spec != *spec || credential != shown {
            events.extend(self.drop_agent_offers(slot, Drop::AgentLost));
            let spec = Arc::new(spec.clone());
            events.push(Event::AgentUpdated {
                agent_id: agent_id.clone(),
                spec,
                credential,
            });
        } else {
            // What it has beyond is sure on one connection only.
            events.extend(self.drop_revocable_offers(slot));
        }
        if agent.unreachable_since.is_some() {
            events.push(Event::AgentReturned {
                agent_id: agent_id.clone(),
            });
        }
        Ok(events)
    }
}

fn check_hello(config: &Config, hello: &Hello) -> Result<(), Reject> {
    if hello.protocol > PROTOCOL || hello.protocol + 1 < PROTOCOL {
        return Err(Reject::Protocol {
            got: hello.protocol,
            ours: PROTOCOL,
        });
    }
    if let Some(got) = hello.cluster_id.as_ref().filter(|got| **got != config.cluster_id) {
        return Err(Reject::ForeignCluster {
            got: got.clone(),
            ours: config.cluster_id.clone(),
        });
    }
    if config.require_agent_domain && hello.spec.domain.is_none() {
        return Err(Reject::InvalidAgent(
            "this master takes only agents with a fault domain; start it with --region and --zone, or --domain".into(),
        ));
    }
    if hello.spec.hostname.is_empty() {
        return Err(Reject::InvalidAgent("its hostname is empty".into()));
    }
    hello
        .spec
        .resources
        .validate()
        .map_err(|why| Reject::InvalidAgent(why.to_string()))?;
    match hello.spec.resources.iter().find(|r| r.allocation_role.is_some()) {
        Some(given) => Err(Reject::InvalidAgent(format!(
            "its resource '{given}' is allocated to a role"
        ))),
        None => Ok(()),
    }
}
