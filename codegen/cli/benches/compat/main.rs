//! Comparison of whole trees beside the anchor: the public googleapis tree
//! against itself, against itself with 200 files changed, against itself with
//! a file changed that nearly all import; as images and as folders; and a pair
//! of one file each. Then how many findings its releases give.
//!
//! Both programs run as processes of their own, one after the other, in the
//! same run; what counts is the ratio of their processor time and of their peak
//! memory. The first run installs both and builds the images, which takes some
//! minutes and needs `npm`.

mod counts;
mod measure;
mod mutate;
mod setup;
mod tree;

use std::path::Path;
use std::process::Command;

use measure::{Usage, measure};
use setup::{RELEASES, Setup};

/// How often each pair is compared, unless `AGENTGEN_BENCH_ROUNDS` says it; the
/// least of each counts, as noise only adds.
const ROUNDS: usize = 3;

/// The share of the anchor's processor time and memory that comparing images
/// may take.
const LIMIT: f64 = 0.1;

fn main() {
    let setup = Setup::ready();
    let image = |name: &str| setup.image(name);
    let tree = |name: &str| setup.tree(name);
    println!(
        "{:22} {:>9} {:>9} {:>6}   {:>9} {:>9} {:>6}",
        "", "CPU s", "anchor", "ratio", "peak MB", "anchor", "ratio"
    );
    let base = setup::NEWEST;
    let mut held = true;
    for (title, old, new, limited) in [
        ("images, equal", image(base), image(base), true),
        ("images, 200 changed", image(base), image("mutated"), true),
        ("images, all affected", image(base), image("common"), true),
        ("folders, 200 changed", tree(base), tree("mutated"), false),
        ("one file", tree("tiny/old"), tree("tiny/new"), false),
    ] {
        held &= compare_beside(&setup, title, &old, &new) || !limited;
    }
    for pair in RELEASES.windows(2) {
        let json = ours(&image(pair[0]), &image(pair[1]), "json").output().expect("it runs");
        let anchor = setup.anchor(&image(pair[0]), &image(pair[1])).output().expect("it runs");
        let annotations = String::from_utf8_lossy(&anchor.stdout).lines().count();
        println!("\n{} -> {}, where the anchor says {annotations}:", pair[0], pair[1]);
        print!("{}", counts::table(&json.stdout));
    }
    assert!(held, "comparing images takes more than {LIMIT} of the anchor's time or memory");
}

/// Prints a line; whether both ratios are within the limit.
fn compare_beside(setup: &Setup, title: &str, old: &Path, new: &Path) -> bool {
    let (mut mine, mut theirs) = (Usage::MAX, Usage::MAX);
    let rounds = std::env::var("AGENTGEN_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok());
    for _ in 0..rounds.unwrap_or(ROUNDS) {
        mine = mine.min(measure(&mut ours(old, new, "text"), &[0, 1]));
        theirs = theirs.min(measure(&mut setup.anchor(old, new), &[0, 100]));
    }
    let time = mine.cpu.as_secs_f64() / theirs.cpu.as_secs_f64();
    let memory = mine.peak_mb() / theirs.peak_mb();
    println!(
        "{title:22} {:9.3} {:9.3} {time:6.3}   {:9.1} {:9.1} {memory:6.3}",
        mine.cpu.as_secs_f64(),
        theirs.cpu.as_secs_f64(),
        mine.peak_mb(),
        theirs.peak_mb(),
    );
    time <= LIMIT && memory <= LIMIT
}

/// `agentgen`, asked to compare.
fn ours(old: &Path, new: &Path, format: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agentgen"));
    command.arg("check-compat").arg(old).arg(new).args(["--format", format]);
    command
}
