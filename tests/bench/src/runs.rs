//! Numbers over several runs, as text.

use std::time::{Duration, Instant};

/// The share below which `rank` of the sorted numbers lie; 0 for none.
pub fn percentile(sorted: &[f64], rank: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last as f64 * rank).round() as usize)
        .copied()
        .unwrap_or(0.0)
}

/// Sorts numbers, smallest first.
pub fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// `12.3 µs (11.0 to 15.2, 5 runs)`: the median of all runs, the smallest and the largest.
pub fn spread(numbers: &[f64], unit: &str) -> String {
    let all = sorted(numbers.to_vec());
    let [low, median, high] = [0.0, 0.5, 1.0].map(|rank| short(percentile(&all, rank)));
    match all.len() {
        1 => format!("{median} {unit} (1 run)"),
        runs => format!("{median} {unit} ({low} to {high}, {runs} runs)"),
    }
}

/// `p50 1.2 ms, p99 3.4 ms, worst 5.0 ms of 200`.
pub fn percentiles(numbers: Vec<f64>, unit: &str) -> String {
    let all = sorted(numbers);
    let [p50, p99, worst] = [0.5, 0.99, 1.0].map(|rank| short(percentile(&all, rank)));
    format!(
        "p50 {p50} {unit}, p99 {p99} {unit}, worst {worst} {unit} of {}",
        all.len()
    )
}

/// Three digits that count, and thousands in groups.
pub fn short(number: f64) -> String {
    match number.abs() {
        n if n >= 10_000.0 => grouped(number.round() as i64),
        n if n >= 100.0 => format!("{number:.0}"),
        n if n >= 10.0 => format!("{number:.1}"),
        n if n >= 0.1 || n == 0.0 => format!("{number:.2}"),
        _ => format!("{number:.4}"),
    }
}

fn grouped(number: i64) -> String {
    let digits = number.abs().to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    format!("{}{}", if number < 0 { "-" } else { "" }, groups.join(","))
}

/// How long `work` takes, in seconds, and what it gives.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// A duration in milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The number given as argument `index` (from 1), or a default.
pub fn argument(index: usize, default: usize) -> usize {
    let text = std::env::args().nth(index);
    text.and_then(|text| text.replace('_', "").parse().ok())
        .unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let all: Vec<String> = [0.0, 0.012, 1.234, 12.34, 123.4, 1234.5, 1_234_567.0].map(short).into();
        assert_eq!(all, ["0.00", "0.0120", "1.23", "12.3", "123", "1234", "1,234,567"]);
    }

    #[test]
    fn spreads_and_percentiles() {
        assert_eq!(spread(&[3.0, 1.0, 2.0], "ms"), "2.00 ms (1.00 to 3.00, 3 runs)");
        assert_eq!(
            percentiles(vec![5.0], "ms"),
            "p50 5.00 ms, p99 5.00 ms, worst 5.00 ms of 1"
        );
    }
}
