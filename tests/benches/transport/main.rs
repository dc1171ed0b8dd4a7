//! Processor time of a server per request: through generated code, beside
//! servers written by hand on tonic and on axum, in one run.
//!
//! ```sh
//! cargo bench -p agentgen-tests --bench transport
//! ```
//!
//! Each server is a process of its own with one thread. What counts is the
//! processor time it used, not the throughput: that is steadier where other
//! programs run too. The rounds are short and alternate, and each gives one
//! ratio, so that a disturbance spoils a round and not the run; a ratio of 1
//! is the processor time of the server written by hand.
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

/// What is measured, and what it is measured beside.
struct Pair {
    load: Load,
    requests: u32,
    by_hand: &'static str,
}

const PAIRS: [Pair; 6] = [
    Pair { load: Load::GrpcUnary, requests: 4_000, by_hand: "tonic" },
    Pair { load: Load::GrpcUnary, requests: 4_000, by_hand: "tonic with limits" },
    Pair { load: Load::RestUnary, requests: 4_000, by_hand: "axum" },
    Pair { load: Load::RestUnary, requests: 4_000, by_hand: "axum with limits" },
    Pair { load: Load::GrpcStream, requests: 1_000, by_hand: "tonic" },
    Pair { load: Load::RestStream, requests: 1_000, by_hand: "axum" },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, name] = arguments.as_slice()
        && command == "serve"
    {
        return process::serve(name);
    }
    let rounds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let named = |pair: &&Pair| arguments.iter().any(|argument| argument == pair.load.name());
    let asked: Vec<_> = PAIRS.iter().filter(named).collect();
    let pairs = if asked.is_empty() { PAIRS.iter().collect() } else { asked };
    let servers = ["agentgen", "tonic", "tonic with limits", "axum", "axum with limits"]
        .map(|name| (name, Running::start(name)));
    let server = |name| &servers.iter().find(|own| own.0 == name).expect("a server").1;
    let mut costs = vec![Vec::with_capacity(rounds); pairs.len()];
    for round in 0..=rounds {
        for (pair, costs) in pairs.iter().zip(&mut costs) {
            let cost = |name| server(name).cost(pair.load, pair.requests);
            // Whoever comes second finds a warmer machine: they take turns.
            let (own, by_hand) = if round % 2 == 0 {
                let own = cost("agentgen");
                (own, cost(pair.by_hand))
            } else {
                let by_hand = cost(pair.by_hand);
                (cost("agentgen"), by_hand)
            };
            // The first round warms up.
            if round > 0 {
                costs.push((own, by_hand));
            }
        }
    }
    println!("{:<14}{:>14}{:>14}{:>9}", "us/request", "agentgen", "by hand", "ratio");
    for (pair, costs) in pairs.iter().zip(&costs) {
        report(pair, costs);
    }
}

/// Prints microseconds a request and the median of the rounds' ratios.
fn report(pair: &Pair, costs: &[(f64, f64)]) {
    let own = median(costs.iter().map(|cost| cost.0));
    let by_hand = median(costs.iter().map(|cost| cost.1));
    let ratio = median(costs.iter().map(|cost| cost.0 / cost.1));
    let (name, peer) = (pair.load.name(), pair.by_hand);
    println!("{name:<14}{own:>14.2}{by_hand:>14.2}{ratio:>9.3} of {peer}");
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
