//! F20: everything at once, for as long as `AGENTGEN_SOAK_MINUTES` says, or a few
//! seconds.

use std::time::{Duration, Instant};

use futures_util::future::join;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::crew::{Crew, signal};
use super::place::Place;
use super::work::Kind::{Bad, Early, Failing, Flaky, Key, Late, Plain, Poison};

const WORKERS: usize = 3;

fn length() -> Duration {
    let minutes = std::env::var("AGENTGEN_SOAK_MINUTES").ok();
    let minutes: Option<f64> = minutes.and_then(|text| text.parse().ok());
    minutes.map_or(Duration::from_secs(3), |minutes| Duration::from_secs_f64(minutes * 60.0))
}

/// Rounds of mixed faults; each is drained and checked by itself.
pub(crate) async fn mixed_faults_lose_nothing(place: impl Fn() -> Place) {
    let since = Instant::now();
    let mut round = 0;
    while round == 0 || since.elapsed() < length() {
        round += 1;
        one_round(place()).await;
        println!("round {round} is whole after {:?}", since.elapsed());
    }
}

async fn one_round(place: Place) {
    let kinds = [
        (Plain, 200),
        (Early, 1),
        (Late, 1),
        (Flaky, 10),
        (Failing, 5),
        (Bad, 10),
        (Poison, 1),
        (Key, 40),
    ];
    let mut case = Case::new(place, &kinds);
    case.settle_in().await;
    let broker = case.open().await;
    let mut crew = case.crew(CONCURRENCY);
    crew.hire(case.place.workers(WORKERS));
    let mut rng = case.rng.fork();
    let server = case.place.server.clone();
    let restarts = async {
        if let Some(server) = server {
            case.under_way(&[Plain, Key, Bad]).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            let again = move || {
                server.kill();
                server.restart();
            };
            tokio::task::spawn_blocking(again).await.expect("the server is back");
        }
    };
    join(case.publish(&broker), restarts).await;
    let (mut faults, mut cut_off) = (0, 0);
    let mut suspended = None;
    let fault = async |crew: &mut Crew| {
        if faults >= 5 || rng.u8(..10) > 0 {
            return;
        }
        faults += 1;
        match rng.u8(..3) {
            0 => crew.kill_any(&mut rng),
            1 => {
                if let Some(child) = rng.choice(&crew.children)
                    && child.id().is_some()
                {
                    signal(child, "-TERM");
                }
            }
            _ if suspended.is_none() => {
                // Longer than a lease: others do its work.
                suspended = Some(Instant::now());
                if let Some(child) = crew.children.first_mut()
                    && matches!(child.try_wait(), Ok(None))
                {
                    signal(child, "-STOP");
                    tokio::time::sleep(Duration::from_millis(1500)).await;
                    signal(child, "-CONT");
                    cut_off += CONCURRENCY * 2;
                }
            }
            _ => {}
        }
    };
    case.drained(&broker, &mut crew, fault).await;
    assert!(resident(&crew) < 200_000, "a worker takes {} KiB", resident(&crew));
    cut_off += (crew.deaths + WORKERS) * CONCURRENCY * 2;
    crew.dismiss().await;
    case.check(&broker, Allowed { cut_off, at_once: CONCURRENCY }).await;
}

/// The most memory that a worker takes, in KiB.
fn resident(crew: &Crew) -> usize {
    let of = |id: u32| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    crew.children.iter().filter_map(|child| child.id().and_then(of)).max().unwrap_or_default()
}
