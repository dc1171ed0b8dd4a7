//! Publishes a batch in its order: messages of one key one after the other, the
//! others side by side.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::store::{Settled, Waiting};
use crate::broker::{Broker, Publish};
use crate::queue::{Claims, fit};
use crate::{Code, Status};

/// How many messages are on their way at once.
const SIDE_BY_SIDE: usize = 64;

/// How long a batch may take before the rest of it is left to the next one: a database
/// does not wait for ever for the one whose turn it is.
const AT_MOST: Duration = Duration::from_secs(8);

/// What became of the batch, and why it ended early.
pub(super) async fn publish(
    broker: &Broker,
    claims: Option<&Claims>,
    rows: Vec<Waiting>,
) -> (Settled, Result<(), Status>) {
    let mut settled = Settled::default();
    let mut rows = rows.into_iter().peekable();
    let since = Instant::now();
    while since.elapsed() < AT_MOST
        && let Some(first) = rows.next()
    {
        let mut group = vec![first];
        while group.iter().all(|row| row.entry.ordering_key.is_none())
            && group.len() < SIDE_BY_SIDE
            && let Some(row) = rows.next_if(|row| row.entry.ordering_key.is_none())
        {
            group.push(row);
        }
        let sent = group.into_iter().map(|row| send(broker, claims, row));
        let mut failed = Ok(());
        for (number, outcome) in join_all(sent).await {
            match outcome {
                Ok(()) => settled.published.push(number),
                Err(status) if is_final(&status) => {
                    tracing::error!(number, %status, "a message of the outbox is refused and kept");
                    settled.refused.push((number, status.to_string()));
                }
                Err(status) => failed = Err(status),
            }
        }
        if failed.is_err() {
            return (settled, failed);
        }
    }
    (settled, Ok(()))
}

async fn send(broker: &Broker, claims: Option<&Claims>, row: Waiting) -> (i64, Result<(), Status>) {
    let sent = async {
        let publish: Publish = fit(broker, claims, row.entry.into_publish()?).await?;
        broker.publish(publish).await?;
        Ok(())
    };
    (row.number, sent.await)
}

/// Whether the same message fails again, whatever the state of the broker: it is damaged,
/// too large, or refused ([`ErrorKind::Refused`](crate::broker::ErrorKind::Refused)).
fn is_final(status: &Status) -> bool {
    matches!(status.code(), Code::OutOfRange | Code::DataLoss | Code::InvalidArgument)
}
