use wire_link::Welcome;

use crate::{Agent, Event, Reject};

impl Agent {
    /// A cluster takes the agent in. An agent never changes its cluster: its tasks belong to the first.
    pub(super) fn join(&self, welcome: Welcome) -> Result<Vec<Event>, Reject> {
        if let Some(own) = self.cluster_id.as_ref().filter(|own| **own != welcome.cluster_id) {
            return Err(Reject::ForeignCluster {
                own: own.to_string(),
                given: welcome.cluster_id.to_string(),
            });
        }
        let mut events = self.see_epoch(welcome.epoch, welcome.index, welcome.leadership)?;
        let known = self.agent_id.as_ref() == Some(&welcome.agent_id) && welcome.credential.is_none();
        if !known {
            events.push(Event::Joined {
                agent_id: welcome.agent_id,
                cluster_id: welcome.cluster_id,
                credential: welcome.credential,
            });
        }
        Ok(events)
    }

    /// Only a new epoch is a fact worth a write: the index of a ping within an epoch is not.
    pub(super) fn see_epoch(&self, epoch: u64, index: u64, leadership: u64) -> Result<Vec<Event>, Reject> {
        self.fresh(epoch)?;
        Ok(if epoch > self.epoch {
            vec![Event::EpochSeen {
                epoch,
                index,
                leadership,
            }]
        } else {
            Vec::new()
        })
    }

    /// Refuses the orders of a leader that another has replaced.
    pub(super) fn fresh(&self, epoch: u64) -> Result<(), Reject> {
        if epoch < self.epoch {
            Err(Reject::StaleEpoch {
                given: epoch,
                seen: self.epoch,
            })
        } else {
            Ok(())
        }
    }
}
