//! Server CPU time per request, ours beside hand-written servers, in one run:
//!
//! ```sh
//! cargo bench -p agentgen --bench transport
//! ```
//!
//! Each server is a process of its own with one thread. What counts is the
//! processor time it used, not the throughput: that is steadier where other
//! programs run too. A ratio of 1 is that of tonic (gRPC) or axum (REST).

#[path = "../../tests/transports/contract.rs"]
mod contract;
mod load;
mod servers;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use servers::SERVERS;

/// Requests in one round of one server.
const REQUESTS: usize = 30_000;
const ROUNDS: usize = 7;

/// A server process.
struct Running {
    child: Child,
    port: u16,
}

impl Running {
    fn start(name: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("a path of this program"));
        let child = command.args(["serve", name]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.spawn().expect("a server process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a port");
        Self { child, port: line.trim().parse().expect("a port") }
    }

    /// User and system time so far, in clock ticks.
    fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("a running process");
        // The fields after the name, which may itself hold spaces.
        let fields = stat.rsplit_once(')').expect("the name").1.split_whitespace();
        fields.skip(11).take(2).map(|field| field.parse::<u64>().expect("ticks")).sum()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, name] = arguments.as_slice()
        && command == "serve"
    {
        return servers::serve(name);
    }
    let running: Vec<_> = SERVERS.iter().map(|server| Running::start(server.name)).collect();
    let mut ticks = vec![Vec::new(); SERVERS.len()];
    // The first round warms up.
    for round in 0..=ROUNDS {
        for ((server, process), ticks) in SERVERS.iter().zip(&running).zip(&mut ticks) {
            let before = process.ticks();
            load::run(server.protocol, process.port, REQUESTS);
            if round > 0 {
                ticks.push(process.ticks() - before);
            }
        }
    }
    for (server, own) in SERVERS.iter().zip(&ticks) {
        let base = SERVERS.iter().position(|other| other.name == server.beside).unwrap_or(0);
        let ratios = own.iter().zip(&ticks[base]).map(|(own, base)| ratio(*own, *base)).collect();
        // A tick is 10 ms.
        let micros = median(own.iter().map(|own| ratio(*own * 10_000, REQUESTS as u64)).collect());
        println!(
            "{:<14} {micros:6.1} us/request   {:.3} of {}",
            server.name,
            median(ratios),
            server.beside
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "ticks are small numbers")]
fn ratio(left: u64, right: u64) -> f64 {
    left as f64 / right as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
