//! The server's time: what was published when is told by its wall clock, so
//! delays and expiries are judged by the same one. Ours ticks monotonically
//! from the last reading, which is repeated with every connection, and now and then:
//! clocks are set, and machines sleep.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::Stream;
use bytes::Bytes;
use tokio_util::task::AbortOnDropHandle;

use super::connection::Connection;
use super::unavailable;
use crate::broker::Error;

/// The longest time between two readings.
const EVERY: Duration = Duration::from_secs(60);

/// The pause after a reading that failed.
const AGAIN: Duration = Duration::from_secs(1);

/// The server's wall clock, as last read.
pub(super) struct Clock(Mutex<(Instant, SystemTime)>);

impl Default for Clock {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), SystemTime::now())))
    }
}

impl Clock {
    /// Takes a reading that was asked for at `asked`.
    fn set(&self, asked: Instant, time: SystemTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (asked, time);
    }

    /// How long ago the server stored something; nothing is younger than now.
    pub(super) fn age(&self, stored: SystemTime) -> Duration {
        let (since, time) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (time + since.elapsed()).duration_since(stored).unwrap_or_default()
    }
}

/// Reads the server's clock off a message that is written for it.
pub(super) struct Reader {
    pub(super) connection: Connection,
    pub(super) stream: Stream,
    pub(super) subject: String,
}

impl Reader {
    pub(super) async fn read(&self) -> Result<(), Error> {
        let asked = Instant::now();
        let message = PublishMessage::build().payload(Bytes::from_static(b"{}"));
        let ack = self.connection.jetstream.send_publish(self.subject.clone(), message).await;
        ack.map_err(unavailable)?.await.map_err(unavailable)?;
        let read = self.stream.get_last_raw_message_by_subject(&self.subject).await;
        self.connection.clock.set(asked, SystemTime::from(read.map_err(unavailable)?.time));
        Ok(())
    }

    /// Reads it again and again, until this is dropped.
    pub(super) fn follow(self) -> AbortOnDropHandle<()> {
        let mut connected = self.connection.connected.clone();
        connected.mark_unchanged();
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut pause = EVERY;
            loop {
                tokio::select! {
                    changed = connected.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(pause) => {}
                }
                pause = match self.read().await {
                    Ok(()) => EVERY,
                    Err(error) => {
                        tracing::debug!(%error, "the clock of NATS is read again");
                        AGAIN
                    }
                };
            }
        }))
    }
}
