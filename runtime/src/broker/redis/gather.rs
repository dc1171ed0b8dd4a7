//! Calls that are made at the same time go to the server as one: a script has its price,
//! and so has every answer that is waited for. While one is under way the next gathers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::broker::Error;

/// The most that goes in one call: the server does nothing else meanwhile.
const MOST: usize = 128;
/// The most bytes of it, but for a single one that is larger.
const MOST_BYTES: usize = 256 * 1024;

/// Carries out what has gathered, and returns an answer for each.
type Run<I, O> =
    Box<dyn Fn(Vec<I>) -> BoxFuture<'static, redis::RedisResult<Vec<O>>> + Send + Sync>;

/// One kind of call, of many callers.
pub(super) struct Gather<I, O>(Arc<Inner<I, O>>);

struct Inner<I, O> {
    run: Run<I, O>,
    state: Mutex<State<I, O>>,
    /// Where calls are made, whoever waits for them: a caller that nobody polls holds up
    /// no other.
    runtime: Handle,
}

struct State<I, O> {
    waiting: VecDeque<Call<I, O>>,
    /// Whether somebody looks after those that wait.
    served: bool,
}

struct Call<I, O> {
    item: I,
    bytes: usize,
    answer: oneshot::Sender<redis::RedisResult<O>>,
}

impl<I: Send + 'static, O: Send + 'static> Gather<I, O> {
    /// To be made on the runtime that the broker works on.
    pub(super) fn new<F>(run: impl Fn(Vec<I>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = redis::RedisResult<Vec<O>>> + Send + 'static,
    {
        let state = Mutex::new(State { waiting: VecDeque::new(), served: false });
        let run: Run<I, O> = Box::new(move |items| Box::pin(run(items)));
        Self(Arc::new(Inner { run, state, runtime: Handle::current() }))
    }

    /// Makes a call of about so many bytes, with others; one that is dropped before it is
    /// under way is not made.
    pub(super) async fn call(&self, item: I, bytes: usize) -> Result<O, Error> {
        let (answer, answered) = oneshot::channel();
        let served = {
            let mut state = self.0.state();
            state.waiting.push_back(Call { item, bytes, answer });
            std::mem::replace(&mut state.served, true)
        };
        if !served {
            self.0.runtime.spawn(Arc::clone(&self.0).serve());
        }
        match answered.await {
            Ok(answer) => answer.map_err(super::unavailable),
            // There is an answer for each, or none of this version.
            Err(_) => Err(super::unexpected()),
        }
    }
}

impl<I, O> Inner<I, O> {
    fn state(&self) -> MutexGuard<'_, State<I, O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes calls until nobody waits.
    async fn serve(self: Arc<Self>) {
        let mut last = MOST;
        loop {
            // Whoever was just answered, and calls again, joins the next. Where as many
            // wait already, they are not kept waiting for that.
            if self.state().waiting.len() < last {
                tokio::task::yield_now().await;
            }
            let (items, answers) = self.next();
            last = items.len();
            if items.is_empty() {
                return;
            }
            // Nobody waits where a caller has gone meanwhile.
            match (self.run)(items).await {
                Ok(outcomes) => {
                    for (answer, outcome) in answers.into_iter().zip(outcomes) {
                        let _ = answer.send(Ok(outcome));
                    }
                }
                Err(error) => {
                    for answer in answers {
                        let _ = answer.send(Err(error.clone()));
                    }
                }
            }
        }
    }

    /// What goes next; where that is nothing, whoever comes has to be served anew.
    fn next(&self) -> (Vec<I>, Vec<oneshot::Sender<redis::RedisResult<O>>>) {
        let (mut items, mut answers, mut bytes) = (Vec::new(), Vec::new(), 0);
        let mut state = self.state();
        while let Some(call) = state.waiting.front()
            && (items.is_empty() || items.len() < MOST && bytes + call.bytes <= MOST_BYTES)
            && let Some(call) = state.waiting.pop_front()
        {
            if !call.answer.is_closed() {
                bytes += call.bytes;
                items.push(call.item);
                answers.push(call.answer);
            }
        }
        state.served = !items.is_empty();
        (items, answers)
    }
}
