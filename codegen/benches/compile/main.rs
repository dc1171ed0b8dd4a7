//! What a contract costs to compile: a crate of 10 services and 60 messages and
//! an application that serves them, beside tonic-prost-build alone and beside
//! tonic-prost-build with axum handlers for the same rpcs.
//!
//! `cargo bench -p agentgen-codegen --bench compile` compares debug builds,
//! `… -- release` release builds and the size of the programs. What counts is
//! the processor time of cargo with everything it runs, dependencies built
//! before; the least of several interleaved rounds, as noise only adds.

mod by_hand;
mod measure;
mod ours;
mod table;
mod workspace;

#[path = "../shared/contract.rs"]
mod contract;

use measure::Costs;
use workspace::Workspace;

/// How often everything is built, unless `AGENTGEN_BENCH_ROUNDS` says it.
const ROUNDS: usize = 3;

fn main() {
    let release = std::env::args().any(|argument| argument == "release");
    let rounds = std::env::var("AGENTGEN_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok());
    let workspace = Workspace::new(release);
    let variants = [
        by_hand::TONIC,
        by_hand::TONIC_AND_AXUM,
        ours::GRPC,
        ours::TRANSPORTS,
        ours::ALL,
        ours::MACRO,
    ];
    for variant in &variants {
        workspace.write(variant);
    }
    // The first build is that of the dependencies.
    for variant in &variants {
        workspace.build(variant);
    }
    let mut costs = [Costs::MAX; 6];
    for round in 0..rounds.unwrap_or(ROUNDS) {
        for (variant, least) in variants.iter().zip(&mut costs) {
            *least = least.min(measure::costs(&workspace, variant, round));
        }
    }
    table::print(&variants, &costs);
    let [_, by_hand, _, transports, _, in_macro] = &costs;
    assert!(table::judge(by_hand, transports, in_macro, release), "ours takes too long to compile");
}
