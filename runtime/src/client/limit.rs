//! Deadline and cancellation of a client's call, one rule for all transports.

use futures_util::StreamExt as _;
use tokio::time::timeout_at;

use crate::service::ReplyStream;
use crate::{Context, Status};

/// Runs `work` until the context ends.
pub(super) async fn within<T>(
    context: &Context,
    work: impl Future<Output = T>,
) -> Result<T, Status> {
    let work = async {
        match context.deadline() {
            None => Ok(work.await),
            Some(deadline) => timeout_at(deadline, work).await.map_err(|_| too_late()),
        }
    };
    tokio::select! {
        biased;
        outcome = work => outcome,
        () = context.cancellation().cancelled() => Err(Status::cancelled("the call was cancelled")),
    }
}

/// The stream, ended by an error item when the context ends.
pub(super) fn stream_within(context: &Context, stream: ReplyStream) -> ReplyStream {
    let state = (stream, context.clone());
    Box::pin(futures_util::stream::unfold(Some(state), |state| async move {
        let (mut stream, context) = state?;
        let item = match within(&context, stream.next()).await {
            Ok(item) => item?,
            Err(status) => Err(status),
        };
        let rest = item.is_ok().then_some((stream, context));
        Some((item, rest))
    }))
}

fn too_late() -> Status {
    Status::deadline_exceeded("the deadline passed before the peer answered")
}
