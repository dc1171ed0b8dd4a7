//! Calls that are made at the same time go to the server as one: a script has its price,
//! and so has every answer that is waited for. Who is alone makes the call itself; while it
//! is under way the next gather.

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
    /// Whether a caller makes a call of its own.
    direct: bool,
}

struct Call<I, O> {
    item: I,
    bytes: usize,
    answer: Answer<O>,
}

/// Where a caller waits.
type Answer<O> = oneshot::Sender<redis::RedisResult<O>>;

impl<I: Send + 'static, O: Send + 'static> Gather<I, O> {
    /// To be made on the runtime that the broker works on.
    pub(super) fn new<F>(run: impl Fn(Vec<I>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = redis::RedisResult<Vec<O>>> + Send + 'static,
    {
        let state = State { waiting: VecDeque::new(), served: false, direct: false };
        let state = Mutex::new(state);
        let run: Run<I, O> = Box::new(move |items| Box::pin(run(items)));
        Self(Arc::new(Inner { run, state, runtime: Handle::current() }))
    }

    /// Makes a call of about so many bytes, with others; one that is dropped before it is
    /// under way is not made.
    pub(super) async fn call(&self, item: I, bytes: usize) -> Result<O, Error> {
        if let Some(_direct) = Direct::begin(&self.0) {
            let answers = (self.0.run)(vec![item]).await.map_err(super::unavailable)?;
            return answers.into_iter().next().ok_or_else(super::unexpected);
        }
        let (answer, answered) = oneshot::channel();
        let served = {
            let mut state = self.0.state();
            state.waiting.push_back(Call { item, bytes, answer });
            std::mem::replace(&mut state.served, true)
        };
        if !served {
            let service = Service { inner: Arc::clone(&self.0), ended: false };
            self.0.runtime.spawn(service.run());
        }
        match answered.await {
            Ok(answer) => answer.map_err(super::unavailable),
            // There is an answer for each, or none of this version.
            Err(_) => Err(super::unexpected()),
        }
    }
}

/// The right to make a call without others, which one caller has at a time.
struct Direct<'a, I, O>(&'a Inner<I, O>);

impl<'a, I, O> Direct<'a, I, O> {
    /// `None` where somebody has it, or others gather.
    fn begin(inner: &'a Inner<I, O>) -> Option<Self> {
        let mut state = inner.state();
        let free = !state.served && !state.direct;
        state.direct |= free;
        // Not made where it is not free: to drop it takes the lock.
        free.then(|| Self(inner))
    }
}

impl<I, O> Drop for Direct<'_, I, O> {
    fn drop(&mut self) {
        self.0.state().direct = false;
    }
}

/// Looks after those that wait.
struct Service<I, O> {
    inner: Arc<Inner<I, O>>,
    /// Whether it went as it should; else its runtime is gone, or a call has panicked.
    ended: bool,
}

impl<I, O> Drop for Service<I, O> {
    fn drop(&mut self) {
        if !self.ended {
            let mut state = self.inner.state();
            state.served = false;
            state.waiting.clear();
        }
    }
}

impl<I, O> Service<I, O> {
    /// Makes calls until nobody waits.
    async fn run(mut self) {
        let mut last = MOST;
        loop {
            // Whoever was just answered, and calls again, joins the next. Where as many
            // wait already, they are not kept waiting for that.
            if self.inner.state().waiting.len() < last {
                tokio::task::yield_now().await;
            }
            let (items, answers) = self.inner.next();
            last = items.len();
            if items.is_empty() {
                self.ended = true;
                return;
            }
            // Nobody waits where a caller has gone meanwhile.
            match (self.inner.run)(items).await {
                Ok(outcomes) => {
                    for (answer, outcome) in answers.into_iter().zip(outcomes) {
                        let _ = answer.send(Ok(outcome));
                    }
                }
                Err(error) => self.inner.fail(answers, &error),
            }
        }
    }
}

impl<I, O> Inner<I, O> {
    /// Tells callers of a failure; where it is the connection's, those that wait as well, or
    /// each would wait for one of its own.
    fn fail(&self, mut answers: Vec<Answer<O>>, error: &redis::RedisError) {
        if error.is_io_error() {
            answers.extend(self.state().waiting.drain(..).map(|call| call.answer));
        }
        for answer in answers {
            let _ = answer.send(Err(error.clone()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State<I, O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What goes next; where that is nothing, whoever comes has to be served anew.
    fn next(&self) -> (Vec<I>, Vec<Answer<O>>) {
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
