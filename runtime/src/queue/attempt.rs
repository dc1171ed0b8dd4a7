//! One delivery, from the lease to its settlement.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};

use super::dead::Cause;
use super::envelope::Format;
use super::gate::{self, Answer, Asking, Pass};
use super::outcome;
use super::reply::{Outcome, Replies};
use super::request::{self, Incoming, Refusal, Request};
use super::worker::Worker;
use crate::Status;
use crate::broker::{Delivery, Error, ErrorKind, Publish, Remember, Settlement, Start};
use crate::codec::Message;
use crate::service::{Call, Reply, ReplyStream};
use crate::status::Reason;

/// The pause before a settlement or a renewal is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// How long a duplicate waits while its original is being handled.
const BUSY: Duration = Duration::from_millis(500);

/// How long a delivery waits for a place that cannot be reached.
const LATER: Duration = Duration::from_secs(5);

/// How long a settlement that the broker cannot write is tried again once the process is
/// to end. Its message comes back after its lease.
const LAST: Duration = Duration::from_secs(10);

/// How long one waits that the broker has given out and does not take back.
const MUCH_LATER: Duration = Duration::from_secs(3600);

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
    let incoming = request::open(worker, delivery);
    tracing::Span::current().record("correlation_id", incoming.context.correlation_id());
    let (rpc, attempt) = (&worker.rpc, delivery.history.starts);
    let mut replies =
        Replies { rpc, address: &incoming.address, context: &incoming.context, attempt };
    // Kept until the delivery is settled.
    let mut pass = None;
    let settlement = match decide(worker, delivery, &incoming, &mut replies, &mut pass).await {
        Ok(settlement) => settlement,
        Err(error) => match unstarted(worker, delivery, &replies, error) {
            Some(settlement) => settlement,
            None => return,
        },
    };
    let Err(refused) = write(worker, delivery, settlement).await else { return };
    Box::pin(give_up(worker, delivery, &replies, refused)).await;
}

/// Ends a delivery whose settlement the broker refuses: it takes no such reply, or has no
/// place for it. The caller is told so, and the work is not done again and again.
async fn give_up(worker: &Worker, delivery: &Delivery, replies: &Replies<'_>, refused: Error) {
    let status = Status::from(refused);
    let why = (Cause::NotRetryable, &status);
    let given_up = outcome::give_up(delivery, worker.route, replies, why, None);
    let Err(error) = write(worker, delivery, given_up).await else { return };
    tracing::error!(%error, "a dead letter is refused by the broker; it is made shorter");
    let publish = vec![outcome::short_letter(worker, delivery, why).await];
    let given_up = Settlement::Done { publish, remember: None };
    let Err(error) = write(worker, delivery, given_up).await else { return };
    tracing::error!(%error, "a dead letter is refused by the broker; its message waits");
    if let Err(error) = write(worker, delivery, Settlement::Release { delay: MUCH_LATER }).await {
        tracing::warn!(%error, "a delivery comes back after its lease");
    }
}

/// What becomes of a delivery whose attempt could not begin; nothing where it is
/// somebody else's by now.
fn unstarted(
    worker: &Worker,
    delivery: &Delivery,
    replies: &Replies<'_>,
    error: Error,
) -> Option<Settlement> {
    tracing::warn!(%error, "an attempt cannot begin");
    match error.kind() {
        ErrorKind::Stale => None,
        // It never will.
        ErrorKind::Config | ErrorKind::Refused => {
            let status = Status::from(error);
            let why = (Cause::NotRetryable, &status);
            Some(outcome::give_up(delivery, worker.route, replies, why, None))
        }
        _ => Some(Settlement::Release { delay: LATER }),
    }
}

/// Settles, as often as it takes until the process is to end; fails where the broker
/// refuses what the settlement publishes.
async fn write(worker: &Worker, delivery: &Delivery, settlement: Settlement) -> Result<(), Error> {
    let settled = async {
        loop {
            match delivery.settle(settlement.clone()).await {
                Err(error) if error.is_retryable() => {
                    tracing::debug!(%error, "a settlement is tried again");
                    tokio::time::sleep(AGAIN).await;
                }
                settled => return settled,
            }
        }
    };
    let shutdown = worker.dispatcher.shutdown();
    let written = tokio::select! {
        biased;
        settled = settled => settled,
        () = shutdown.cancelled().then(|()| tokio::time::sleep(LAST)) => {
            let text = "the broker did not take a settlement to the end of the process";
            Err(Error::new(ErrorKind::Unavailable, text))
        }
    };
    match written {
        Err(error) if !matches!(error.kind(), ErrorKind::Config | ErrorKind::Refused) => {
            tracing::warn!(%error, "a delivery could not be settled");
            Ok(())
        }
        written => written,
    }
}

async fn decide<'a>(
    worker: &'a Worker,
    delivery: &Delivery,
    incoming: &Incoming,
    replies: &mut Replies<'a>,
    kept: &mut Option<Pass>,
) -> Result<Settlement, Error> {
    let request = request::read(worker, delivery, incoming).await;
    let request = match request.and_then(|request| admit(worker, delivery, request)) {
        Ok(request) => request,
        Err(Refusal::GiveUp(cause, status)) => {
            let why = (cause, &status);
            return Ok(outcome::give_up(delivery, worker.route, replies, why, None));
        }
        Err(Refusal::Later(status)) => {
            tracing::warn!(%status, "the body of a delivery cannot be fetched for now");
            return Ok(Settlement::Release { delay: LATER });
        }
    };
    let asking = Asking {
        history: &delivery.history,
        request_id: &incoming.address.request_id,
        patience: worker.options.patience,
    };
    let pass = tokio::select! {
        biased;
        () = worker.dispatcher.shutdown().cancelled() => return Ok(RELEASE),
        answer = gate::pass(asking) => match answer {
            Answer::Begin(pass) => &*kept.insert(pass),
            Answer::Later(delay) => return Ok(Settlement::Release { delay }),
        },
    };
    Ok(match delivery.start(request.inbox_key.as_deref()).await? {
        Start::Busy => Settlement::Release { delay: BUSY },
        Start::Done(result) => {
            let outcome = Outcome::from_bytes(result);
            let publish = Box::pin(again(worker, replies, &outcome)).await;
            Settlement::Done { publish, remember: None }
        }
        Start::Run(attempt) => {
            replies.attempt = attempt;
            tracing::Span::current().record("attempt", attempt);
            let context = request.context.in_turn(pass.turn()).with_attempt(attempt);
            let run = run(worker, delivery, Request { context, ..request }, replies);
            match pass.alone_for() {
                None => run.await,
                Some(time) => Box::pin(run_alone(run, delivery, pass, time)).await,
            }
        }
    })
}

/// Runs the attempt of a suspect, which has the process to itself, but not for ever.
async fn run_alone(
    run: impl Future<Output = Settlement>,
    delivery: &Delivery,
    pass: &Pass,
    time: Duration,
) -> Settlement {
    let mut run = pin!(run);
    tokio::select! {
        biased;
        settlement = &mut run => return settlement,
        () = tokio::time::sleep(time) => {}
    }
    // Side by side, so that a write that is under way comes to its end.
    let (settlement, ()) = tokio::join!(run, share(delivery, pass));
    settlement
}

/// Lets others run beside a suspect, once its death would count for nothing.
async fn share(delivery: &Delivery, pass: &Pass) {
    loop {
        match delivery.excuse().await {
            Ok(()) => return pass.share(),
            Err(error) if error.is_retryable() => tokio::time::sleep(AGAIN).await,
            Err(error) => return tracing::warn!(%error, "a suspect goes on alone"),
        }
    }
}

/// What was answered before.
async fn again(worker: &Worker, replies: &Replies<'_>, outcome: &Outcome) -> Vec<Publish> {
    let mut fitting = Vec::new();
    for reply in replies.again(outcome) {
        match worker.fit(reply).await {
            Ok(reply) => fitting.push(reply),
            Err(status) => return replies.error(&status).into_iter().collect(),
        }
    }
    fitting
}

/// The request, unless the message is to be given up without an attempt.
fn admit(worker: &Worker, delivery: &Delivery, request: Request) -> Result<Request, Refusal> {
    let crashes = delivery.history.crashes;
    if crashes >= worker.options.max_crashes {
        let text = format!("{crashes} attempts never came to an end");
        let status = Reason::AttemptsCrashed.status(text);
        return Err(Refusal::GiveUp(Cause::Crashed, status));
    }
    if request.context.time_left().is_some_and(|left| left.is_zero()) {
        let text = "the deadline passed before the work began";
        let status = Reason::DeadlineExceeded.status(text);
        return Err(Refusal::GiveUp(Cause::Expired, status));
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
    let call = Call::Unary(request.message);
    let reply = worker.dispatcher.call(worker.rpc.clone(), request.context, call).await;
    let answered = match reply {
        Ok(Reply::Unary(message)) => answer_once(worker, &*message, replies).await,
        Ok(Reply::Stream(stream)) => Box::pin(answer_stream(worker, stream, replies)).await,
        Err(status) => Err(status),
    };
    if !worker.dispatcher.is_cut_off() {
        worker.circuit.ended(answered.as_ref().map(|_| ()));
    }
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

async fn answer_once(
    worker: &Worker,
    message: &dyn Message,
    replies: &Replies<'_>,
) -> Result<Answered, Status> {
    let format = replies.address.format;
    let body = encode(format, message)?;
    let mut outcome = Outcome::new(format);
    outcome.keep(body.clone(), worker.max_remembered());
    let reply = match replies.unary(body, format) {
        Some(reply) => Some(worker.fit(reply).await?),
        None => None,
    };
    Ok((outcome, reply))
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
        outcome.keep(body.clone(), worker.max_remembered());
        if let Some(reply) = replies.item(body, format, place) {
            worker.broker.publish(worker.fit(reply).await?).await?;
        }
    }
    Ok((outcome, replies.end(place + 1)))
}

fn encode(format: Format, message: &dyn Message) -> Result<Bytes, Status> {
    // A reply without a JSON form is the handler's fault, not the request's.
    format
        .encode(message)
        .map_err(|error| Reason::InvalidReply.status(format!("the reply: {error}")))
}
