//! Contract JSON against plain serde structs, side by side: the best of
//! interleaved rounds, which other load on the machine disturbs least.
//!
//! `cargo bench -p agentgen-tests --bench json`

mod contract;
mod plain;

use std::hint::black_box;
use std::time::{Duration, Instant};

use agentgen::codec::json::Options;
use agentgen::codec::{Message, Typed};
use serde::Serialize;
use serde::de::DeserializeOwned;

const ROUNDS: usize = 101;
const ROUND: Duration = Duration::from_millis(4);

fn main() {
    println!("{:<24}{:>12}{:>12}{:>9}", "", "plain ns", "contract ns", "ratio");
    compare::<_, plain::Chat>("chat", &contract::chat());
    compare::<_, plain::Embedding>("embedding 1536", &contract::embedding());
    compare::<_, plain::Document>("document 100 KB", &contract::document());
}

fn compare<M, P>(name: &str, message: &M)
where
    M: Typed + Clone,
    P: From<M> + Serialize + DeserializeOwned,
{
    let theirs = P::from(message.clone());
    let text = serde_json::to_vec(&theirs).expect("JSON");
    let canonical = (message as &dyn Message).to_json().expect("JSON");
    let options = Options::default();

    report(
        &format!("{name}: encode"),
        || drop(black_box(serde_json::to_vec(black_box(&theirs)))),
        || drop(black_box((black_box(message) as &dyn Message).to_json())),
    );
    report(
        &format!("{name}: decode"),
        || drop(black_box(serde_json::from_slice::<P>(black_box(&text)))),
        || drop(black_box(M::TYPE.from_json(black_box(&canonical), &options))),
    );
}

/// Prints nanoseconds a call, and how many times the plain ones.
fn report(name: &str, mut plain: impl FnMut(), mut contract: impl FnMut()) {
    let calls = calls_per_round(&mut plain);
    let (mut best_plain, mut best_contract) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        best_plain = best_plain.min(nanoseconds(calls, &mut plain));
        best_contract = best_contract.min(nanoseconds(calls, &mut contract));
    }
    let ratio = best_contract / best_plain;
    println!("{name:<24}{best_plain:>12.0}{best_contract:>12.0}{ratio:>9.2}");
}

fn calls_per_round(work: &mut impl FnMut()) -> u32 {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < ROUND {
        work();
        calls += 1;
    }
    calls
}

fn nanoseconds(calls: u32, work: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        work();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}
