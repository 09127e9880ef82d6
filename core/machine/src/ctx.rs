use base_clock::Timestamp;
use base_ids::{Principal, Uuid};

use crate::Random;

/// Everything that a decision may use besides the state: the time, who asks, settings, randomness.
pub struct Ctx<'a, C> {
    /// Now; never earlier than at any decision before.
    pub now: Timestamp,
    /// Who asks.
    pub principal: &'a Principal,
    /// The machine's settings.
    pub config: &'a C,
    random: &'a mut Random,
}

impl<'a, C> Ctx<'a, C> {
    /// A context for one decision.
    pub fn new(now: Timestamp, principal: &'a Principal, config: &'a C, random: &'a mut Random) -> Self {
        Self {
            now,
            principal,
            config,
            random,
        }
    }

    /// The same context with a part of the settings, for a machine inside a machine.
    pub fn narrow<'b, D>(&'b mut self, config: &'b D) -> Ctx<'b, D> {
        Ctx {
            now: self.now,
            principal: self.principal,
            config,
            random: self.random,
        }
    }

    /// 64 random bits.
    pub fn random(&mut self) -> u64 {
        self.random.next_u64()
    }

    /// A new v4 uuid.
    pub fn uuid(&mut self) -> Uuid {
        Uuid::from_random((u128::from(self.random()) << 64) | u128::from(self.random()))
    }
}
