use minicbor::{Decode, Encode};

/// A health check, run on the task's agent in the task's network. Only changes of health travel.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct HealthCheck {
    /// What is asked.
    #[n(0)]
    pub probe: Probe,
    /// Wait before the first probe, in milliseconds.
    #[n(1)]
    pub delay_ms: u64,
    /// Between probes, in milliseconds.
    #[n(2)]
    pub interval_ms: u64,
    /// A probe that takes longer has failed, in milliseconds.
    #[n(3)]
    pub timeout_ms: u64,
    /// Failures within this time after the start do not count until the first success, in milliseconds.
    #[n(4)]
    pub grace_period_ms: u64,
    /// How many failures in a row make the task unhealthy and are the end of it; 0 never ends it at the framework's
    /// level, and at the first failure at the agent's (as Marathon and Mesos read it).
    #[n(5)]
    pub consecutive_failures: u32,
    /// Who ends an unhealthy task.
    #[n(6)]
    pub enforcer: Enforcer,
}

/// Who ends an unhealthy task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Enforcer {
    /// The agent (COMMAND and the MESOS_ forms).
    #[n(0)]
    Agent,
    /// The framework's scheduler (Marathon's HTTP, HTTPS and TCP).
    #[n(1)]
    Framework,
}

/// What a health check asks.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Probe {
    /// A GET; 200 to 399 is healthy.
    #[n(0)]
    Http {
        /// http or https (whose certificate is not verified, as in Mesos and Marathon).
        #[n(0)]
        scheme: Scheme,
        /// The port on the task's address.
        #[n(1)]
        port: u16,
        /// Path and query, with the leading slash.
        #[n(2)]
        path: String,
    },
    /// A connection that is accepted.
    #[n(1)]
    Tcp {
        /// The port on the task's address.
        #[n(0)]
        port: u16,
    },
    /// A command that exits with 0, run beside the task with its environment.
    #[n(2)]
    Command {
        /// For `/bin/sh -c`.
        #[n(0)]
        shell: String,
    },
}

/// The scheme of an HTTP probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Scheme {
    /// Plain.
    #[n(0)]
    Http,
    /// TLS without verification.
    #[n(1)]
    Https,
}
