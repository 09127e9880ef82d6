//! What the operating system says of the machine as a whole: load, processors, memory. Linux only; zero elsewhere.

use std::fs;

/// The machine at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Machine {
    /// Average load over 1, 5 and 15 minutes.
    pub load: [f64; 3],
    /// Processors that this process may use.
    pub cpus: f64,
    /// All memory, in bytes.
    pub memory_total_bytes: u64,
    /// Memory that nothing uses, in bytes.
    pub memory_free_bytes: u64,
}

impl Machine {
    /// Looks. What cannot be found out is 0.
    pub fn now() -> Self {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        Self {
            load: loads(&load),
            cpus: std::thread::available_parallelism().map_or(0.0, |count| count.get() as f64),
            memory_total_bytes: amount(&memory, "MemTotal:"),
            memory_free_bytes: amount(&memory, "MemFree:"),
        }
    }
}

fn loads(text: &str) -> [f64; 3] {
    let mut words = text.split_whitespace().map(|word| word.parse().unwrap_or(0.0));
    [(); 3].map(|()| words.next().unwrap_or(0.0))
}

/// A line such as `MemTotal:  16384 kB`, in bytes.
fn amount(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_tables_are_read() {
        assert_eq!(loads("0.52 1.00 2.25 1/345 6789\n"), [0.52, 1.0, 2.25]);
        assert_eq!(loads(""), [0.0; 3]);
        let text = "MemTotal:       16384 kB\nMemFree:         1024 kB\n";
        assert_eq!(
            (
                amount(text, "MemTotal:"),
                amount(text, "MemFree:"),
                amount(text, "Other:")
            ),
            (16_777_216, 1_048_576, 0)
        );
    }

    #[test]
    fn this_machine_has_processors() {
        assert!(Machine::now().cpus >= 1.0);
    }
}
