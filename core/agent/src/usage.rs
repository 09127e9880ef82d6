use model_resources::Resources;

use crate::Owner;

/// What was measured of an agent's machine and of what runs on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// The machine's average load over 1, 5 and 15 minutes.
    pub load: [f64; 3],
    /// What runs: command tasks, and executors with all of their tasks.
    pub used: Vec<Used>,
}

/// What one of them was given and takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    /// Which.
    pub owner: Owner,
    /// What it was given.
    pub allocated: Resources,
    /// How many cores it kept busy since the measurement before; `None` if there was none before.
    pub cpus: Option<f64>,
}
