//! How many findings each rule has between two releases.

use std::collections::BTreeMap;

use serde_json::Value;

/// A line for each rule, from a JSON report.
pub(crate) fn table(json: &[u8]) -> String {
    let report: Value = serde_json::from_slice(json).expect("a report in JSON");
    let mut rules: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for finding in report["findings"].as_array().into_iter().flatten() {
        let level = ["error", "warning", "info"].iter().position(|it| finding["level"] == *it);
        let counts = rules.entry(finding["rule"].as_str().unwrap_or_default()).or_default();
        counts[level.expect("a level")] += 1;
    }
    let line = |name: &str, [errors, warnings, infos]: [usize; 3]| {
        format!("{name:32} {errors:7} {warnings:8} {infos:6}\n")
    };
    let sum = |at: usize| rules.values().map(|counts| counts[at]).sum();
    let mut table = format!("{:32} {:>7} {:>8} {:>6}\n", "", "errors", "warnings", "infos");
    table.extend(rules.iter().map(|(name, counts)| line(name, *counts)));
    table + &line("all rules", [sum(0), sum(1), sum(2)])
}
