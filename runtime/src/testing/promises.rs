//! Many promises asked in one test.

use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;

/// How many are asked at once.
const AT_ONCE: usize = 4;

/// Promises by name; each panics when it is broken.
#[derive(Default)]
pub struct Promises(Vec<(&'static str, BoxFuture<'static, ()>)>);

impl Promises {
    /// Adds a promise.
    pub fn add(&mut self, name: &'static str, promise: impl Future<Output = ()> + Send + 'static) {
        self.0.push((name, Box::pin(promise)));
    }

    /// Asks all of them, a few at once.
    ///
    /// # Panics
    /// Some are broken, which are named.
    pub async fn keep(self) {
        let asked = self.0.into_iter().map(|(name, promise)| async move {
            tokio::spawn(promise).await.is_err().then_some(name)
        });
        let broken: Vec<_> = futures_util::stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await;
        assert!(broken.is_empty(), "broken, for the reasons above: {broken:?}");
    }
}

impl std::fmt::Debug for Promises {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
