//! One delivery, from the lease to its settlement.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;

use super::dead::Cause;
use super::envelope::Format;
use super::reply::{Outcome, Replies};
use super::request::{self, Request};
use super::worker::Worker;
use super::{gate, outcome};
use crate::broker::{Delivery, Error, Publish, Remember, Settlement, Start};
use crate::codec::Message;
use crate::context::Transport;
use crate::service::{Call, Reply, ReplyStream};
use crate::{Context, Status};

/// The pause before a settlement or a renewal is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// How long a duplicate waits while its original is being handled.
const BUSY: Duration = Duration::from_millis(500);

/// Works on a delivery for as long as its lease can be kept.
pub(super) async fn work(worker: &Worker, delivery: &Delivery) {
    tokio::select! {
        biased;
        () = settle(worker, delivery) => {}
        () = keep(worker, delivery) => tracing::warn!(
            subject = worker.route.subject,
            "the lease of a delivery was lost; its attempt is cut off"
        ),
    }
}

/// Renews the lease until it is lost.
async fn keep(worker: &Worker, delivery: &Delivery) {
    let mut pause = worker.route.ack_wait / 3;
    loop {
        tokio::time::sleep(pause).await;
        pause = match delivery.renew().await {
            Ok(()) => worker.route.ack_wait / 3,
            Err(error) if error.is_retryable() => AGAIN,
            Err(_) => return,
        };
    }
}

/// Finds the settlement and carries it out; a broker that cannot write is
/// asked again until the lease is lost.
async fn settle(worker: &Worker, delivery: &Delivery) {
    let settlement = match decide(worker, delivery).await {
        Ok(settlement) => settlement,
        // Dropped unsettled, the delivery is released.
        Err(error) => return tracing::warn!(%error, "a delivery could not be worked on"),
    };
    while let Err(error) = delivery.settle(settlement.clone()).await {
        if !error.is_retryable() {
            return tracing::warn!(%error, "a delivery could not be settled");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn decide(worker: &Worker, delivery: &Delivery) -> Result<Settlement, Error> {
    let address = request::reply_address(delivery);
    let (request, context) =
        match request::read(delivery, worker.rpc.method(), &worker.options.json) {
            Ok(request) => {
                let context = request.context.clone();
                (Ok(request), context)
            }
            Err(status) => {
                let headers = delivery.headers.clone();
                (Err(status), Context::from_headers(Transport::Queue, headers))
            }
        };
    tracing::Span::current().record("correlation_id", context.correlation_id());
    let (rpc, attempt) = (&worker.rpc, delivery.history.starts);
    let mut replies = Replies { rpc, address: &address, context: &context, attempt };
    let request = match admit(worker, delivery, request) {
        Ok(request) => request,
        Err((cause, status)) => {
            let why = (cause, &status);
            return Ok(outcome::give_up(delivery, worker.route, &replies, why, None));
        }
    };
    let _pass = tokio::select! {
        biased;
        () = worker.dispatcher.shutdown().cancelled() => return Ok(RELEASE),
        pass = gate::pass(delivery.history.crashes > 0) => pass,
    };
    Ok(match delivery.start(request.inbox_key.as_deref()).await? {
        Start::Busy => Settlement::Release { delay: BUSY },
        Start::Done(result) => {
            let publish = replies.again(&Outcome::from_bytes(result));
            Settlement::Done { publish, remember: None }
        }
        Start::Run(attempt) => {
            replies.attempt = attempt;
            tracing::Span::current().record("attempt", attempt);
            run(worker, delivery, request, &replies).await
        }
    })
}

/// The request, unless the message is to be given up without an attempt.
fn admit(
    worker: &Worker,
    delivery: &Delivery,
    request: Result<Request, Status>,
) -> Result<Request, (Cause, Status)> {
    let request = request.map_err(|status| (Cause::Undecodable, status))?;
    let crashes = delivery.history.crashes;
    if crashes >= worker.options.max_crashes {
        let status = Status::aborted(format!("{crashes} attempts never came to an end"));
        return Err((Cause::Crashed, status));
    }
    if request.context.time_left().is_some_and(|left| left.is_zero()) {
        let status = Status::deadline_exceeded("the deadline passed before the work began");
        return Err((Cause::Expired, status));
    }
    Ok(request)
}

const RELEASE: Settlement = Settlement::Release { delay: Duration::ZERO };

/// Calls the handler.
async fn run(
    worker: &Worker,
    delivery: &Delivery,
    request: Request,
    replies: &Replies<'_>,
) -> Settlement {
    let context = request.context.with_attempt(replies.attempt);
    let call = Call::Unary(request.message);
    let reply = worker.dispatcher.call(worker.rpc.clone(), context, call).await;
    let answered = match reply {
        Ok(Reply::Unary(message)) => answer_once(worker, &*message, replies),
        Ok(Reply::Stream(stream)) => answer_stream(worker, stream, replies).await,
        Err(status) => Err(status),
    };
    match answered {
        Ok((outcome, last)) => Settlement::Done {
            publish: last.into_iter().collect(),
            remember: request.inbox_key.map(|key| Remember {
                key,
                result: outcome.to_bytes(),
                window: worker.options.remember,
            }),
        },
        // The fault is not the message's: the attempt does not count as failed.
        Err(_) if worker.dispatcher.is_cut_off() => RELEASE,
        Err(status) => outcome::failed(delivery, worker.route, replies, &status),
    }
}

/// What is remembered of a handled request, and the last message of its reply.
type Answered = (Outcome, Option<Publish>);

fn answer_once(
    worker: &Worker,
    message: &dyn Message,
    replies: &Replies<'_>,
) -> Result<Answered, Status> {
    let format = replies.address.format;
    let body = encode(format, message)?;
    let mut outcome = Outcome::new(format);
    outcome.keep(body.clone(), worker.options.max_remembered);
    Ok((outcome, replies.unary(body, format)))
}

/// Publishes the replies of a stream as they come, all but the end.
async fn answer_stream(
    worker: &Worker,
    mut stream: ReplyStream,
    replies: &Replies<'_>,
) -> Result<Answered, Status> {
    let format = replies.address.format;
    let mut outcome = Outcome::new(format);
    let mut place = 0;
    while let Some(item) = stream.next().await {
        let body = encode(format, &*item?)?;
        place += 1;
        outcome.keep(body.clone(), worker.options.max_remembered);
        if let Some(reply) = replies.item(body, format, place) {
            worker.broker.publish(reply).await?;
        }
    }
    Ok((outcome, replies.end(place + 1)))
}

fn encode(format: Format, message: &dyn Message) -> Result<Bytes, Status> {
    // A reply without a JSON form is the handler's fault, not the request's.
    format.encode(message).map_err(|error| Status::internal(format!("the reply: {error}")))
}
