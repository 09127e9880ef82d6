use minicbor::{Decode, Encode};

/// A gate of a deployment: an instance counts only once it answers with one of `statuses`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ReadinessCheck {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// The scheme.
    #[n(1)]
    pub scheme: Scheme,
    /// The path, with the leading slash.
    #[n(2)]
    pub path: String,
    /// The name of the port that is asked.
    #[n(3)]
    pub port_name: String,
    /// Between checks, in seconds.
    #[n(4)]
    pub interval_seconds: u32,
    /// A check that takes longer says "not ready", in seconds.
    #[n(5)]
    pub timeout_seconds: u32,
    /// The status codes that mean "ready".
    #[n(6)]
    pub statuses: Vec<u16>,
    /// Whether the last answer is shown in the deployment.
    #[n(7)]
    pub preserve_last_response: bool,
}

impl Default for ReadinessCheck {
    /// `readinessCheck`: GET / at port `http-api` each 30 s for at most 10 s; 200 means ready.
    fn default() -> Self {
        Self {
            name: "readinessCheck".to_owned(),
            scheme: Scheme::Http,
            path: "/".to_owned(),
            port_name: "http-api".to_owned(),
            interval_seconds: 30,
            timeout_seconds: 10,
            statuses: vec![200],
            preserve_last_response: false,
        }
    }
}

/// The scheme of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Scheme {
    /// Plain.
    #[default]
    #[n(0)]
    Http,
    /// TLS.
    #[n(1)]
    Https,
}
