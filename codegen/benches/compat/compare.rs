//! What is measured: both sides opened, read, paired, and judged by every rule.

use std::collections::BTreeMap;

use agentgen_codegen::compat::input::{Side, select};
use agentgen_codegen::compat::pair::Comparison;
use agentgen_codegen::compat::{rules, walk};

/// Asks this program to compare two sides.
pub(crate) const FLAG: &str = "--compare";

/// Compares and prints how often each rule finds something.
pub(crate) fn compare(old: &str, new: &str) {
    let (old, new) = Side::open_both(old, new, &[]).unwrap_or_else(|error| panic!("{error}"));
    let selection = select(&old, &new).unwrap_or_else(|error| panic!("{error}"));
    let (old, new) = selection.read().unwrap_or_else(|error| panic!("{error}"));
    let comparison = Comparison::new(&old, &new);
    let findings = walk::run(&comparison, rules::all());
    let mut counts = BTreeMap::new();
    for finding in &findings {
        *counts.entry(finding.rule).or_insert(0_usize) += 1;
    }
    println!("  {} of {} files read", new.files.len(), selection.new_side().heads().len());
    for (rule, count) in counts {
        println!("  {count:6} {rule}");
    }
}
