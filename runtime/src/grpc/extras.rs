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

pub(crate) type Extra = BoxCloneSyncService<Request<Piped>, Response<Body>, Infallible>;
pub(crate) type Named = (&'static str, Extra);

/// Makes the reflection services of what is served, and of health where that is.
pub(crate) type Reflect = fn(&[&'static ServiceInfo], bool) -> Result<Vec<Named>, Status>;

/// Makes the health service.
pub(crate) type OpenHealth = fn(&Dispatcher) -> (Named, Health);

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
    services: Vec<Named>,
    health: Option<Health>,
}

impl Extras {
    /// # Errors
    /// The descriptors of a contract are broken.
    pub(super) fn new(dispatcher: &Dispatcher, options: &Options) -> Result<Self, Status> {
        let mut services = Vec::new();
        if let Some(reflect) = options.reflection {
            let infos: Vec<_> = dispatcher.services().collect();
            services.extend(reflect(&infos, options.health.is_some())?);
        }
        let health = options.health.map(|open| {
            let (service, health) = open(dispatcher);
            services.push(service);
            health
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

/// The reflection service in both its versions.
///
/// # Errors
/// The descriptors of a contract are broken.
pub(crate) fn reflection(
    infos: &[&'static ServiceInfo],
    health: bool,
) -> Result<Vec<Named>, Status> {
    let builder = || described(infos, health);
    let v1 = builder().build_v1().map_err(|error| broken(&error))?;
    let v1alpha = builder().build_v1alpha().map_err(|error| broken(&error))?;
    Ok(vec![named(v1), named(v1alpha)])
}

/// The health service, and what reports to it.
pub(crate) fn health(dispatcher: &Dispatcher) -> (Named, Health) {
    let (reporter, service) = health_reporter();
    (named(service), Health::new(reporter, dispatcher))
}

/// Describes what is served, and that alone: a contract may hold services that
/// this server does not have.
fn described<'a>(infos: &[&'static ServiceInfo], health: bool) -> Builder<'a> {
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
