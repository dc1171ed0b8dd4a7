//! What a contract costs to compile: a crate of 10 services and 60 messages and
//! an application that serves them, beside tonic-prost-build alone, with axum handlers
//! for the same rpcs, and with these and a queue.
//!
//! `cargo bench -p agentgen-codegen --bench compile` compares debug builds,
//! `… -- release` release builds and the size of the programs; names of variants
//! behind `--` choose them. What counts is the processor time of cargo with
//! everything it runs, dependencies built before; the least of several interleaved
//! rounds, as noise only adds.

mod by_hand;
mod measure;
mod ours;
mod table;
mod workspace;

#[path = "../shared/contract.rs"]
mod contract;

use measure::Costs;
use workspace::{Variant, Workspace};

/// How often everything is built, unless `AGENTGEN_BENCH_ROUNDS` says it.
const ROUNDS: usize = 3;

const VARIANTS: [Variant; 8] = [
    by_hand::TONIC,
    by_hand::TONIC_AND_AXUM,
    by_hand::EVERY_TRANSPORT,
    ours::GRPC,
    ours::HTTP,
    ours::TRANSPORTS,
    ours::ALL,
    ours::MACRO,
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_known = |word: &String| {
        word.starts_with('-') || word == "release" || VARIANTS.iter().any(|it| it.name == word)
    };
    if let Some(unknown) = arguments.iter().find(|word| !is_known(word)) {
        let names = VARIANTS.map(|variant| variant.name).join(", ");
        panic!("`{unknown}` is neither `release` nor one of the variants {names}");
    }
    let said = |name: &str| arguments.iter().any(|argument| argument == name);
    let rounds = std::env::var("AGENTGEN_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok());
    let release = said("release");
    let workspace = Workspace::new(release);
    let all = !VARIANTS.iter().any(|variant| said(variant.name));
    let chosen = VARIANTS.into_iter().filter(|variant| all || said(variant.name));
    let mut measured: Vec<(Variant, Costs)> = chosen.map(|variant| (variant, Costs::MAX)).collect();
    for (variant, _) in &measured {
        workspace.write(variant);
    }
    // The first build is that of the dependencies.
    for (variant, _) in &measured {
        workspace.build(variant);
    }
    for round in 0..rounds.unwrap_or(ROUNDS) {
        for (variant, least) in &mut measured {
            *least = least.min(measure::costs(&workspace, variant, round));
        }
    }
    table::print(&measured);
    assert!(table::judge(&measured, release), "ours takes too long to compile");
}
