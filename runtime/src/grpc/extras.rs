//! The services that every gRPC tool expects beside one's own: reflection and
//! health.

use std::convert::Infallible;

use http::{Request, Response};
use hyper::body::Incoming;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::server::{HealthReporter, health_reporter};
use tower::util::BoxCloneSyncService;
use tower::{Service as Tower, ServiceExt as _};

use super::Options;
use crate::Status;
use crate::service::{Dispatcher, ServiceInfo};

type Extra = BoxCloneSyncService<Request<Incoming>, Response<Body>, Infallible>;

/// Reflection and health, as far as they are switched on.
pub(super) struct Extras {
    services: Vec<(&'static str, Extra)>,
    health: Option<HealthReporter>,
    names: Vec<&'static str>,
}

impl Extras {
    /// # Errors
    /// The descriptors of a contract are broken.
    pub(super) fn new(dispatcher: &Dispatcher, options: &Options) -> Result<Self, Status> {
        let infos: Vec<_> = dispatcher.services().collect();
        let mut services = Vec::new();
        if options.reflection {
            services.push(named(reflection(&infos).build_v1().map_err(|error| broken(&error))?));
            services
                .push(named(reflection(&infos).build_v1alpha().map_err(|error| broken(&error))?));
        }
        let health = options.health.then(|| {
            let (reporter, service) = health_reporter();
            services.push(named(service));
            reporter
        });
        Ok(Self { services, health, names: infos.iter().map(|info| info.name).collect() })
    }

    /// Answers a request to one of these services; gives back the path of any other.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, String> {
        let path = request.uri().path();
        let service = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let own = service.and_then(|(name, _)| self.services.iter().find(|own| own.0 == name));
        let Some((_, service)) = own else { return Err(path.to_owned()) };
        match service.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    /// Reports every service as serving.
    pub(super) async fn open(&self) {
        self.report(ServingStatus::Serving).await;
    }

    /// Reports every service as not serving.
    pub(super) async fn retire(&self) {
        self.report(ServingStatus::NotServing).await;
    }

    async fn report(&self, status: ServingStatus) {
        let Some(health) = &self.health else { return };
        // The empty name stands for the server as a whole.
        for name in self.names.iter().chain([&""]) {
            health.set_service_status(*name, status).await;
        }
    }
}

fn reflection<'a>(infos: &[&'static ServiceInfo]) -> tonic_reflection::server::Builder<'a> {
    let builder = tonic_reflection::server::Builder::configure();
    // Services of one contract share its descriptors; files that several
    // contracts import are kept once by the builder.
    infos.iter().fold(builder, |builder, info| {
        builder.register_encoded_file_descriptor_set(info.descriptors)
    })
}

fn named<S>(service: S) -> (&'static str, Extra)
where
    S: Tower<Request<Incoming>, Response = Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send,
{
    (S::NAME, BoxCloneSyncService::new(service))
}

fn broken(error: &tonic_reflection::server::Error) -> Status {
    Status::internal(format!("the descriptors of a contract are broken: {error}"))
}
