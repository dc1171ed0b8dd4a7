//! `agentgen gen` beside tonic-prost-build with protox, on one contract of 10
//! services with 6 rpcs each and 60 messages, of which each service has its own
//! six, which refer to each other. The fastest of many interleaved
//! rounds is what counts, as both run on one thread and noise only adds.

use std::path::Path;
use std::time::{Duration, Instant};

use agentgen_codegen::Generator;

#[path = "shared/contract.rs"]
mod contract;

const ROUNDS: usize = 20;

/// How much longer generation may take, though it emits far more.
const LIMIT: f64 = 1.3;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let proto = folder.path().join("bench.proto");
    std::fs::write(&proto, contract::text()).expect("a file");
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        ours = ours.min(time(|| agentgen(&proto, &folder.path().join("ours"))));
        theirs = theirs.min(time(|| tonic(&proto, &folder.path().join("theirs"))));
    }
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("agentgen {ours:?}, tonic-prost-build {theirs:?}, ratio {ratio:.2} of {LIMIT}");
    assert!(ratio <= LIMIT, "generation takes too long");
}

fn time(work: impl FnOnce()) -> Duration {
    let (cpu, wall) = (cpu(), Instant::now());
    work();
    match (cpu, self::cpu()) {
        (Some(start), Some(end)) => end.saturating_sub(start),
        _ => wall.elapsed(),
    }
}

/// The time this thread has run on a processor, where the system tells it:
/// unlike wall time, it does not hold what other processes take.
fn cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// All Rust, the served documents included.
fn agentgen(proto: &Path, out: &Path) {
    let _ = std::fs::remove_dir_all(out);
    Generator::new().proto(proto).out_dir(out).generate().expect("it can be emitted");
}

fn tonic(proto: &Path, out: &Path) {
    let _ = std::fs::remove_dir_all(out);
    std::fs::create_dir_all(out).expect("a folder");
    let folder = proto.parent().expect("it lies in a folder");
    let set = protox::compile([proto], [folder]).expect("it compiles");
    tonic_prost_build::configure().out_dir(out).compile_fds(set).expect("it can be emitted");
}
