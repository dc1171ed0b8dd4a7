//! Nothing a stranger can send makes agentgen panic: contract texts, JSON
//! bodies and request paths, mutated from valid ones.
//!
//! Each run takes new inputs and prints its seed first; `AGENTGEN_FUZZ_SEED`
//! repeats a run, `AGENTGEN_FUZZ_ROUNDS` makes it longer (default 2,000).

#[path = "../clients/archive.rs"]
mod archive;
mod contract;
mod json;
mod mutate;
mod path;

use mutate::Mutator;

/// Feeds mutations of `corpus` to `target`.
fn run(name: &str, corpus: &[&[u8]], mut target: impl FnMut(&[u8])) {
    let number = |key: &str| std::env::var(key).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("AGENTGEN_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("{name}: AGENTGEN_FUZZ_SEED={seed}");
    let mut mutator = Mutator::new(seed, corpus);
    for _ in 0..number("AGENTGEN_FUZZ_ROUNDS").unwrap_or(2_000) {
        target(&mutator.next());
    }
}
