//! The caller's side of replies: from what came to messages, in order, each
//! once.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::claims::{self, Claims};
use super::envelope::{self, names};
use super::gate::Awaited;
use super::router::{Answer, Mailbox, Router};
use crate::codec::{Message, json};
use crate::service::{Method, ReplyStream};
use crate::{Code, Status};

/// The replies that one call waits for.
pub(super) struct Expected {
    mailbox: Mailbox,
    method: &'static Method,
    /// The attempt whose stream is read, and the place of its last reply.
    attempt: u32,
    place: usize,
    claims: Option<Claims>,
    /// Has the request let through where a suspect waits for it.
    _awaited: Option<Awaited>,
    /// Keeps the subscription while the call waits.
    _router: Arc<OnceCell<Router>>,
}

enum Event {
    Item(Box<dyn Message>),
    End,
}

impl Expected {
    pub(super) fn new(
        mailbox: Mailbox,
        awaited: Option<Awaited>,
        method: &'static Method,
        claims: Option<Claims>,
        router: Arc<OnceCell<Router>>,
    ) -> Self {
        Self { mailbox, method, attempt: 0, place: 0, claims, _awaited: awaited, _router: router }
    }

    pub(super) async fn unary(mut self) -> Result<Box<dyn Message>, Status> {
        let answer = self.answer().await?;
        self.decode(answer).await
    }

    /// The stream, once its first reply has come.
    pub(super) async fn stream(mut self) -> Result<ReplyStream, Status> {
        let first = self.event().await?;
        let state = Some((self, Some(first)));
        Ok(Box::pin(futures_util::stream::unfold(state, |state| async move {
            let (mut expected, first) = state?;
            let event = match first {
                Some(event) => Ok(event),
                None => expected.event().await,
            };
            match event {
                Ok(Event::Item(message)) => Some((Ok(message), Some((expected, None)))),
                Ok(Event::End) => None,
                Err(status) => Some((Err(status), None)),
            }
        })))
    }

    /// The next reply that is no error.
    async fn answer(&mut self) -> Result<Answer, Status> {
        let answer = self.mailbox.next().await;
        let answer = answer.ok_or_else(|| Status::unavailable("the broker ended the replies"))?;
        match answer.headers.get(names::CODE).and_then(Code::from_name) {
            Some(_) => Err(Status::from_proto(&answer.body)),
            None => Ok(answer),
        }
    }

    /// The next reply of the stream; what was seen before is skipped.
    async fn event(&mut self) -> Result<Event, Status> {
        loop {
            let answer = self.answer().await?;
            let attempt = number(&answer, names::ATTEMPT)?;
            let place = usize::try_from(number(&answer, names::SEQUENCE)?).unwrap_or(usize::MAX);
            if attempt > self.attempt {
                if self.place > 0 {
                    let text = "the stream began anew: its first handler died or failed";
                    return Err(Status::aborted(text));
                }
                self.attempt = attempt;
            }
            if attempt < self.attempt || place <= self.place {
                continue;
            }
            if place != self.place + 1 {
                return Err(Status::data_loss("replies of the stream are missing"));
            }
            self.place = place;
            if answer.headers.get(names::STREAM_END).is_some() {
                return Ok(Event::End);
            }
            return self.decode(answer).await.map(Event::Item);
        }
    }

    async fn decode(&self, answer: Answer) -> Result<Box<dyn Message>, Status> {
        let Answer { headers, body } = answer;
        let body = claims::body(self.claims.as_ref(), &headers, body).await?;
        let read = envelope::format(&headers).and_then(|format| {
            let read = format.decode(&body, self.method.output, &json::Options::DEFAULT);
            read.map_err(Status::from)
        });
        read.map_err(|error| Status::internal(format!("the reply is unreadable: {error}")))
    }
}

fn number(answer: &Answer, name: &str) -> Result<u32, Status> {
    let number = answer.headers.get(name).and_then(|text| text.parse().ok());
    number.ok_or_else(|| Status::internal(format!("a reply of a stream has no `{name}` header")))
}
