//! A broker under test, opened as often as a promise asks for it.

use std::fmt;

use futures_core::future::BoxFuture;

use crate::broker::{Broker, Capability, Error};

type Open = Box<dyn Fn() -> BoxFuture<'static, Result<Broker, Error>> + Send + Sync>;

/// One store, empty at first; every handle that it opens is on that store.
pub struct Fixture {
    open: Open,
    lacks: &'static [Capability],
}

impl Fixture {
    /// A store that `open` gives handles on. Its dedupe window must be one
    /// second.
    pub fn new<F>(open: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Broker, Error>> + Send + 'static,
    {
        Self { open: Box::new(move || Box::pin(open())), lacks: &[] }
    }

    /// The store behind one handle, for brokers that end with it.
    pub fn of(broker: Broker) -> Self {
        Self::new(move || std::future::ready(Ok(broker.clone())))
    }

    /// States what the broker cannot do, so that no promise is left out
    /// without being named.
    #[must_use]
    pub fn without(self, lacks: &'static [Capability]) -> Self {
        Self { lacks, ..self }
    }

    /// Another handle on the store.
    ///
    /// # Panics
    /// The store cannot be opened.
    pub async fn open(&self) -> Broker {
        match (self.open)().await {
            Ok(broker) => broker,
            Err(error) => panic!("the broker under test cannot be opened: {error}"),
        }
    }

    /// Whether the broker declares all of these.
    ///
    /// # Panics
    /// It lacks one without the fixture saying so, or has one that the fixture
    /// says it lacks.
    pub async fn declares(&self, needs: &[Capability]) -> bool {
        let declared = self.open().await.capabilities();
        for need in needs {
            let stated = self.lacks.contains(need);
            assert_ne!(declared.has(*need), stated, "what the fixture says of {need:?} is wrong");
        }
        needs.iter().all(|need| declared.has(*need))
    }
}

impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture").finish_non_exhaustive()
    }
}
