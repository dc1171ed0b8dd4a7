//! F10: the wall clock jumps, of workers that share a file, and of a server.
//! Monotonic clocks go on, as they do on a machine whose time is set.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::crew::Crew;
use super::local::SOON;
use super::place::Place;
use super::preload::library;
use super::work::Kind::{Early, Flaky, Key, Plain};
use crate::server::{self, Server};
use crate::sqlite::fresh_file;

/// An hour ahead, a day ahead, an hour behind: no later jump makes up for the last.
const JUMPS: [&str; 3] = ["3600", "86400", "-3600"];

/// A wall clock that a file moves (`shifted.c`).
fn clock(name: &str) -> (PathBuf, [(&'static str, String); 2]) {
    let file = fresh_file(&format!("clock-{name}"));
    set(&file, "0");
    let environment =
        [("LD_PRELOAD", library("shifted")), ("CLOCK_SHIFT", file.display().to_string())];
    (file, environment)
}

fn set(file: &Path, time: &str) {
    std::fs::write(file, time).expect("the clock is set");
}

/// Leases, pauses and delays end in time, whatever the clock says.
async fn jumps_stall_nothing(mut case: Case, mut crew: Crew, clock: PathBuf) {
    let broker = case.open().await;
    case.publish(&broker).await;
    let mut rng = case.rng.fork();
    for jump in JUMPS {
        crew.hire(1);
        tokio::time::sleep(Duration::from_millis(700)).await;
        // What it holds is to come back by the end of its lease.
        crew.kill_any(&mut rng);
        set(&clock, jump);
    }
    crew.replace();
    let drained = case.drained(&broker, &mut crew, async |_| {});
    let in_time = tokio::time::timeout(SOON, drained).await;
    assert!(in_time.is_ok(), "stalled: {:?}", broker.depth("probe.run").await);
    let cut_off = crew.deaths * CONCURRENCY * 2;
    crew.dismiss().await;
    case.check(&broker, Allowed { cut_off, at_once: CONCURRENCY }).await;
}

const KINDS: [(super::work::Kind, usize); 4] = [(Plain, 200), (Early, 1), (Flaky, 20), (Key, 40)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jumps_of_its_processes_stall_no_file() {
    let (file, environment) = clock("sqlite");
    let case = Case::new(Place::sqlite(), &KINDS);
    let mut crew = case.crew(CONCURRENCY);
    for (name, value) in environment {
        crew = crew.with(name, &value);
    }
    jumps_stall_nothing(case, crew, file).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jumps_of_its_server_stall_no_redis() {
    let (file, environment) = clock("redis");
    let server = Server::start("redis-clock", move |port, folder| {
        let mut command = server::redis_command(port, folder);
        command.envs(environment.iter().map(|(name, value)| (*name, value.as_str())));
        command
    });
    let case = Case::new(Place::at("redis://127.0.0.1:PORT", server), &KINDS);
    let crew = case.crew(CONCURRENCY);
    jumps_stall_nothing(case, crew, file).await;
}
