//! The health service: a status for the server as a whole (the empty name), for
//! each service, and for each subscription of a queue (`queue:` and its subject).

use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::service::Dispatcher;

/// What the names of subscriptions begin with.
#[cfg(feature = "queue")]
const QUEUE: &str = "queue:";

/// Reports what is served.
pub(crate) struct Health {
    reporter: HealthReporter,
    services: Vec<&'static str>,
    #[cfg(feature = "queue")]
    following: following::Following,
}

impl Health {
    pub(super) fn new(reporter: HealthReporter, dispatcher: &Dispatcher) -> Self {
        Self {
            reporter,
            services: dispatcher.services().map(|info| info.name).collect(),
            #[cfg(feature = "queue")]
            following: following::Following::new(dispatcher.board().follow()),
        }
    }

    /// Reports every service as serving, and subscriptions as they are.
    pub(super) async fn open(&self) {
        self.report(ServingStatus::Serving).await;
        #[cfg(feature = "queue")]
        self.following.begin(self.reporter.clone());
    }

    /// Reports everything as not serving.
    pub(super) async fn retire(&self) {
        self.report(ServingStatus::NotServing).await;
        #[cfg(feature = "queue")]
        self.following.end(&self.reporter).await;
    }

    async fn report(&self, status: ServingStatus) {
        for name in self.services.iter().chain([&""]) {
            self.reporter.set_service_status(*name, status).await;
        }
    }
}

#[cfg(feature = "queue")]
mod following {
    //! Subscriptions come and go while the server runs.

    use std::sync::{Mutex, PoisonError};

    use tokio::sync::watch::Receiver;
    use tokio::task::JoinHandle;
    use tonic_health::ServingStatus;
    use tonic_health::server::HealthReporter;

    use super::QUEUE;
    use crate::service::State;

    pub(super) struct Following {
        state: Receiver<State>,
        task: Mutex<Option<JoinHandle<()>>>,
    }

    impl Following {
        pub(super) fn new(state: Receiver<State>) -> Self {
            Self { state, task: Mutex::default() }
        }

        pub(super) fn begin(&self, reporter: HealthReporter) {
            let task = tokio::spawn(follow(self.state.clone(), reporter));
            *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        }

        /// Follows no more, and reports all as not serving.
        pub(super) async fn end(&self, reporter: &HealthReporter) {
            let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(task) = task {
                task.abort();
                // It has ended, by this or before.
                let _ = task.await;
            }
            let subjects: Vec<_> = self.state.borrow().subscriptions.keys().cloned().collect();
            for subject in subjects {
                reporter
                    .set_service_status(format!("{QUEUE}{subject}"), ServingStatus::NotServing)
                    .await;
            }
        }
    }

    async fn follow(mut state: Receiver<State>, reporter: HealthReporter) {
        loop {
            let now = state.borrow_and_update().subscriptions.clone();
            for (subject, serving) in now {
                let status =
                    if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
                reporter.set_service_status(format!("{QUEUE}{subject}"), status).await;
            }
            if state.changed().await.is_err() {
                return;
            }
        }
    }
}
