//! The services that every gRPC tool expects beside one's own: reflection and
//! health.

use std::convert::Infallible;

use http::{Request, Response};
use tonic::body::Body;
use tonic::server::NamedService;
use tonic_health::server::health_reporter;
use tonic_reflection::server::Builder;
use tower::util::BoxCloneSyncService;
use tower::{Service as Tower, ServiceExt as _};

use super::Options;
use super::health::Health;
use crate::Status;
use crate::server::Body as Piped;
use crate::service::{Dispatcher, ServiceInfo};

type Extra = BoxCloneSyncService<Request<Piped>, Response<Body>, Infallible>;

/// The reflection service in both its versions: clients ask for either.
const REFLECTION: [(&str, &[u8]); 2] = [
    ("grpc.reflection.v1.ServerReflection", tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET),
    (
        "grpc.reflection.v1alpha.ServerReflection",
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ),
];

/// Reflection and health, as far as they are switched on.
pub(super) struct Extras {
    services: Vec<(&'static str, Extra)>,
    health: Option<Health>,
}

impl Extras {
    /// # Errors
    /// The descriptors of a contract are broken.
    pub(super) fn new(dispatcher: &Dispatcher, options: &Options) -> Result<Self, Status> {
        let infos: Vec<_> = dispatcher.services().collect();
        let mut services = Vec::new();
        if options.reflection {
            let builder = || reflection(&infos, options.health);
            services.push(named(builder().build_v1().map_err(|error| broken(&error))?));
            services.push(named(builder().build_v1alpha().map_err(|error| broken(&error))?));
        }
        let health = options.health.then(|| {
            let (reporter, service) = health_reporter();
            services.push(named(service));
            Health::new(reporter, dispatcher)
        });
        Ok(Self { services, health })
    }

    /// Answers a request to one of these services; gives back the path of any other.
    pub(super) async fn answer(&self, request: Request<Piped>) -> Result<Response<Body>, String> {
        let path = request.uri().path();
        let Some(service) = self.find(path) else { return Err(path.to_owned()) };
        match service.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    /// Whether a path is one of these services'.
    pub(super) fn have(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    fn find(&self, path: &str) -> Option<&Extra> {
        let (name, _) = path.strip_prefix('/')?.split_once('/')?;
        self.services.iter().find(|own| own.0 == name).map(|(_, service)| service)
    }

    /// Reports what is served.
    pub(super) async fn open(&self) {
        if let Some(health) = &self.health {
            health.open().await;
        }
    }

    /// Reports everything as not serving.
    pub(super) async fn retire(&self) {
        if let Some(health) = &self.health {
            health.retire().await;
        }
    }
}

/// Describes what is served, and that alone: a contract may hold services that
/// this server does not have.
fn reflection<'a>(infos: &[&'static ServiceInfo], health: bool) -> Builder<'a> {
    let own = infos.iter().map(|info| (info.name, info.descriptors));
    let health = health.then_some(("grpc.health.v1.Health", tonic_health::pb::FILE_DESCRIPTOR_SET));
    // Services of one contract share its descriptors; files that several
    // contracts import are kept once by the builder.
    own.chain(REFLECTION).chain(health).fold(
        Builder::configure().include_reflection_service(false),
        |builder, (name, descriptors)| {
            builder.register_encoded_file_descriptor_set(descriptors).with_service_name(name)
        },
    )
}

fn named<S>(service: S) -> (&'static str, Extra)
where
    S: Tower<Request<Piped>, Response = Response<Body>, Error = Infallible>
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
