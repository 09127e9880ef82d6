use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

/// A network that an app's instances join.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Network {
    /// The agent's own.
    #[n(0)]
    Host,
    /// A private bridge of the agent with mapped ports (`container/bridge`).
    #[n(1)]
    Bridge {
        /// Free labels.
        #[n(0)]
        labels: BTreeMap<String, String>,
    },
    /// A named network with an address for each instance (`container`).
    #[n(2)]
    Container {
        /// Its name.
        #[n(0)]
        name: String,
        /// Free labels.
        #[n(1)]
        labels: BTreeMap<String, String>,
    },
}
