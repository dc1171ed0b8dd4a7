//! A broker under test, opened as often as a promise asks for it.

use std::fmt;

use futures_core::future::BoxFuture;

use crate::broker::{Broker, Capability, Error};

type Open = Box<dyn Fn() -> BoxFuture<'static, Result<Broker, Error>> + Send + Sync>;

/// One store, empty at first; every handle that it opens is on that store.
pub struct Fixture(Open);

impl Fixture {
    /// A store that `open` gives handles on. Its dedupe window must be one
    /// second.
    pub fn new<F>(open: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Broker, Error>> + Send + 'static,
    {
        Self(Box::new(move || Box::pin(open())))
    }

    /// The store behind one handle, for brokers that end with it.
    pub fn of(broker: Broker) -> Self {
        Self::new(move || std::future::ready(Ok(broker.clone())))
    }

    /// Another handle on the store.
    ///
    /// # Panics
    /// The store cannot be opened.
    pub async fn open(&self) -> Broker {
        match (self.0)().await {
            Ok(broker) => broker,
            Err(error) => panic!("the broker under test cannot be opened: {error}"),
        }
    }

    /// Whether the broker declares all of these; prints the first that it
    /// does not, so that no promise is left out in silence.
    pub async fn declares(&self, needs: &[Capability]) -> bool {
        let declared = self.open().await.capabilities();
        let missing = needs.iter().find(|capability| !declared.has(**capability));
        if let Some(missing) = missing {
            println!("not asked: the broker does not declare {missing:?}");
        }
        missing.is_none()
    }
}

impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture").finish_non_exhaustive()
    }
}
