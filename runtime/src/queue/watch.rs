//! Looks after the subscriptions of a consumer: whether the broker answers, and
//! how much waits. The server's health and the meters are fed from here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::broker::Depth;

use super::meters::Gauges;
use super::worker::Worker;

/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// At most one part in so many of the time is spent on looking.
const SHARE: u32 = 50;

/// Looks at every subscription in turn, for ever.
pub(super) async fn watch(workers: Vec<Arc<Worker>>, period: Duration) {
    let gauges: Vec<_> = workers.iter().map(|worker| Gauges::new(&worker.broker)).collect();
    loop {
        let (since, mut answered) = (Instant::now(), true);
        let joined = workers.iter().zip(&gauges).filter(|(worker, _)| worker.has_joined());
        for (worker, gauges) in joined {
            answered &= look(worker, gauges).await;
        }
        // Counting a long queue takes a broker's time, which is the work's.
        let rest = if answered { since.elapsed() * SHARE } else { Duration::ZERO };
        tokio::time::sleep(period.max(rest)).await;
    }
}

/// Looks at one; returns whether the broker answers.
async fn look(worker: &Worker, gauges: &Gauges) -> bool {
    let subject = worker.route.subject;
    let depth = tokio::time::timeout(PATIENCE, worker.broker.depth(subject)).await;
    let depth = match depth {
        Ok(Ok(depth)) => Some(depth),
        Ok(Err(error)) => {
            tracing::warn!(subject, %error, "the broker cannot be asked");
            None
        }
        Err(_) => {
            tracing::warn!(subject, "the broker does not answer");
            None
        }
    };
    worker.dispatcher.board().report(subject, depth.is_some() && worker.takes_work());
    if let Some(depth) = depth {
        let Depth { ready, delayed, leased } = depth;
        tracing::debug!(subject, ready, delayed, leased, "what waits on a subject");
        gauges.record(&worker.broker, worker.route, depth).await;
    }
    depth.is_some()
}
