//! What a client can ask of the server beside the archive's own rpcs, by the
//! header `x-do`: calls that wait, and word of when they were dropped.

use std::sync::Arc;
use std::time::Duration;

use agentgen::service::{Invocation, Next, Reply};
use agentgen::{Outbound, Status};
use agentgen_tests::golden::archive::archive::v1::Word;
use futures_util::stream;
use tokio::sync::Semaphore;

/// What one server has seen.
pub(super) struct Signals {
    /// A permit for every call that hangs.
    begun: Semaphore,
    /// A permit for every waiting call that was dropped.
    dropped: Semaphore,
    /// A permit lets a waiting stream say its next word.
    gate: Semaphore,
}

impl Default for Signals {
    fn default() -> Self {
        let [begun, dropped, gate] = [(); 3].map(|()| Semaphore::new(0));
        Self { begun, dropped, gate }
    }
}

/// Gives word when it is dropped.
struct Waiting(Arc<Signals>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dropped.add_permits(1);
    }
}

/// Says back what came in headers, and does what they ask.
pub(super) async fn obey(
    signals: Arc<Signals>,
    call: Invocation,
    next: Next,
) -> Result<Reply, Status> {
    if let Some(sent) = call.context.metadata().get("x-sent") {
        call.context.set_reply_header("x-seen", sent);
        call.context.set_reply_trailer("x-cost", "7");
    }
    match call.context.metadata().get("x-do") {
        Some("hang") => {
            signals.begun.add_permits(1);
            let _waiting = Waiting(signals);
            std::future::pending::<()>().await;
        }
        Some("speak") => return Reply::stream(Ok::<_, Status>(words(signals))),
        Some("let it speak") => signals.gate.add_permits(1),
        Some("has it begun?") => seen(&signals.begun).await?,
        Some("was it dropped?") => seen(&signals.dropped).await?,
        _ => {}
    }
    next.run(call).await
}

/// Waits for what must happen within seconds.
async fn seen(signal: &Semaphore) -> Result<(), Status> {
    let permit = tokio::time::timeout(Duration::from_secs(20), signal.acquire());
    let permit = permit.await.map_err(|_| Status::aborted("it did not happen"))?;
    permit.expect("it is never closed").forget();
    Ok(())
}

/// Words without end, each but the first only on request.
fn words(signals: Arc<Signals>) -> Outbound<Word> {
    let waiting = Waiting(Arc::clone(&signals));
    Outbound::new(stream::unfold((1, waiting), move |(index, waiting)| {
        let signals = Arc::clone(&signals);
        async move {
            if index > 1 {
                signals.gate.acquire().await.expect("it is never closed").forget();
            }
            Some((Word { text: "word".into(), index }, (index + 1, waiting)))
        }
    }))
}
