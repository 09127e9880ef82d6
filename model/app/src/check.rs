use minicbor::{Decode, Encode};

use crate::{PortRef, Program, Scheme};

/// A check that only reports its result and never kills (`check`).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Check {
    /// What is asked.
    #[n(0)]
    pub probe: CheckProbe,
    /// Between checks, in seconds.
    #[n(1)]
    pub interval_seconds: u32,
    /// A check that takes longer has no result, in seconds.
    #[n(2)]
    pub timeout_seconds: u32,
    /// Before the first check, in seconds.
    #[n(3)]
    pub delay_seconds: u32,
}

/// What a check asks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum CheckProbe {
    /// A GET whose status code is reported.
    #[n(0)]
    Http {
        /// The port.
        #[n(0)]
        port: Option<PortRef>,
        /// The path; `/` if not given.
        #[n(1)]
        path: Option<String>,
        /// The scheme.
        #[n(2)]
        scheme: Scheme,
    },
    /// A connection.
    #[n(1)]
    Tcp {
        /// The port.
        #[n(0)]
        port: Option<PortRef>,
    },
    /// A command whose exit code is reported.
    #[n(2)]
    Command {
        /// The command.
        #[n(0)]
        program: Program,
    },
}
