//! Processor time of a server per request: through generated code, beside
//! servers written by hand on tonic and on axum, and beside other projects that
//! serve REST from a gRPC contract, in one run; then the memory of a stream on
//! which nothing happens.
//!
//! ```sh
//! cargo bench -p agentgen-tests --bench transport
//! ```
//!
//! Each server is a process of its own with one thread. What counts is the
//! processor time it used, not the throughput: that is steadier where other
//! programs run too. The rounds are short and alternate, and each gives one
//! ratio, so that a disturbance spoils a round and not the run; a ratio of 1
//! is the processor time of the peer.
//!
//! `… --bench transport -- 101 SSE` runs so many rounds of one row alone.

mod agent;
mod by_hand;
mod load;
mod process;

use load::Load;
use process::Running;

/// Rounds, unless the command line says otherwise.
const ROUNDS: usize = 41;

/// How many streams are opened to measure the memory of one.
const IDLE: u32 = 1_000;

/// What is measured, and the server it is measured beside.
type Pair = (Load, &'static str);

const PAIRS: &[Pair] = &[
    (Load::GRPC, "tonic"),
    (Load::GRPC, "tonic with limits"),
    (Load::REST, "axum"),
    (Load::REST, "axum with limits"),
    (Load::REST, "axum with limits and ids"),
    (Load::REST, "rest_over_grpc"),
    (Load::REST, "rest_over_grpc with limits and ids"),
    (Load::REST, "grpc-gateway"),
    (Load::GRPC_STREAM, "tonic"),
    (Load::SSE, "axum"),
    (Load::ONE_SSE, "axum"),
    (Load::MANY_SSE, "axum"),
    (Load::PACED_SSE, "axum"),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, name] = arguments.as_slice()
        && command == "serve"
    {
        return process::serve(name);
    }
    let rounds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let named = |pair: &&Pair| arguments.iter().any(|argument| argument == pair.0.name);
    let asked: Vec<_> = PAIRS.iter().filter(named).collect();
    let pairs = if asked.is_empty() { PAIRS.iter().collect() } else { asked };
    println!("{:<18}{:>12}{:>12}{:>9}", "us/request", "agentgen", "peer", "ratio");
    for pair in pairs {
        report(pair, &costs(pair, rounds));
    }
    for name in ["agentgen", "axum"] {
        let kibibytes = Running::start(name).memory_of_a_stream(IDLE);
        println!("{name}: {kibibytes:.1} KiB of memory for each of {IDLE} idle streams");
    }
}

/// What a request cost agentgen and the peer, by rounds.
fn costs((load, peer): &Pair, rounds: usize) -> Vec<(f64, f64)> {
    let (own, peer) = (Running::start("agentgen"), Running::start(peer));
    // The first round warms up. Whoever comes second in a round finds a warmer
    // machine: they take turns.
    let round = |round| {
        if round % 2 == 0 {
            let own = own.cost(*load);
            (own, peer.cost(*load))
        } else {
            let peer = peer.cost(*load);
            (own.cost(*load), peer)
        }
    };
    (0..=rounds).map(round).skip(1).collect()
}

/// Prints microseconds a request and the median of the rounds' ratios.
fn report((load, peer): &Pair, costs: &[(f64, f64)]) {
    let own = median(costs.iter().map(|cost| cost.0));
    let theirs = median(costs.iter().map(|cost| cost.1));
    let ratio = median(costs.iter().map(|cost| cost.0 / cost.1));
    println!("{:<18}{own:>12.2}{theirs:>12.2}{ratio:>9.3} of {peer}", load.name);
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
