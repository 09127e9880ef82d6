//! The table of one program.

use std::time::Instant;

use crate::floor::Floor;
use crate::usage;

/// A figure and what it is held against.
pub struct Row<'a> {
    /// What was measured.
    pub what: String,
    /// The figure, with its spread.
    pub figure: String,
    /// The target of the first release; empty for none.
    pub first: &'a str,
    /// The project's target; empty for none.
    pub target: &'a str,
    /// What the bare machine needs for the like.
    pub floor: String,
}

/// Prints the machine at the start and the table at the end.
pub struct Report {
    floor: Floor,
    rows: Vec<String>,
    started: Instant,
}

impl Report {
    /// Measures the floor and prints what the figures are made on.
    ///
    /// # Errors
    /// The floor can't be measured.
    pub fn begin(what: &str) -> anyhow::Result<Self> {
        let floor = Floor::measure(&std::env::temp_dir())?;
        println!("# {what}\n\n{}\n\nFloor: {floor}\n", machine());
        Ok(Self {
            floor,
            rows: Vec::new(),
            started: Instant::now(),
        })
    }

    /// The floor, as it was at the start.
    pub fn floor(&self) -> &Floor {
        &self.floor
    }

    /// Adds a row, and prints its figure at once.
    pub fn row(&mut self, row: Row<'_>) {
        eprintln!("{}: {}", row.what, row.figure);
        let cells = [&row.what, &row.figure, row.first, row.target, &row.floor];
        self.rows.push(format!("| {} |", cells.join(" | ")));
    }

    /// A figure without a target, whose floor is said elsewhere.
    pub fn detail(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.row(Row {
            what: what.into(),
            figure: figure.into(),
            first: "",
            target: "",
            floor: String::new(),
        });
    }

    /// Prints the table, and what the program itself used.
    pub fn end(self) {
        println!("| what | figure | first target | target | floor |\n|---|---|---|---|---|");
        self.rows.iter().for_each(|row| println!("{row}"));
        println!(
            "\n{:.1} s, {:.1} CPU-seconds, {:.1} s waited for a core, peak RSS {:.0} MiB; load at the end {}",
            self.started.elapsed().as_secs_f64(),
            usage::cpu_seconds(),
            usage::waited_seconds(),
            usage::peak_rss_mib(),
            load()
        );
    }
}

/// One line about this machine, its load included.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':')
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let memory = value(&read("/proc/meminfo"), "MemTotal");
    let memory_gib = memory
        .split(' ')
        .next()
        .and_then(|kib| kib.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
        / 1024.0;
    format!(
        "Machine: {} cores of {}, {memory_gib:.1} GiB, Linux {}; load at the start {}",
        std::thread::available_parallelism().map_or(0, usize::from),
        value(&read("/proc/cpuinfo"), "model name"),
        read("/proc/sys/kernel/osrelease").trim(),
        load()
    )
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}
