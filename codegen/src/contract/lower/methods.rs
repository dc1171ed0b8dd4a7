//! Rpcs: types, shape and what their options and those of the service say.

use prost_reflect::{MethodDescriptor, ServiceDescriptor};
use prost_types::MethodOptions;
use prost_types::method_options::IdempotencyLevel;

use super::messages::name_path;
use super::options::{AGENTGEN, HTTP, Setting};
use super::{Lowering, http, queue, settings, sse, tools};
use crate::contract::model::{Idempotency, Location, Method, Shape, TypeRef};
use crate::contract::names;

/// What the rpcs of one service share.
pub(super) struct Scope {
    /// The file's import name.
    pub(super) file: String,
    /// The service.
    pub(super) service: ServiceDescriptor,
    /// Its `agentgen.v1.service` option.
    pub(super) setting: Setting,
    /// Where that option is set.
    pub(super) place: Location,
}

/// An rpc, as the steps that read its options see it.
pub(super) struct Rpc<'a> {
    /// Its service.
    pub(super) scope: &'a Scope,
    /// The descriptor.
    pub(super) descriptor: &'a MethodDescriptor,
    /// Its `agentgen.v1.method` option.
    pub(super) setting: Setting,
    /// Where that option is set.
    pub(super) place: Location,
    /// Its `google.api.http` option.
    pub(super) http: Setting,
    /// Where that option is set.
    pub(super) http_place: Location,
    /// Which sides stream.
    pub(super) shape: Shape,
    /// The request type.
    pub(super) input: TypeRef,
    /// The reply type.
    pub(super) output: TypeRef,
}

/// Says what is wrong with a service's own settings, once for all its rpcs.
pub(super) fn check_service(lowering: &mut Lowering<'_>, scope: &Scope) {
    queue::check(lowering, &scope.place, &scope.setting.message("queue"));
}

/// Lowers an rpc.
pub(super) fn lower(
    lowering: &mut Lowering<'_>,
    scope: &Scope,
    descriptor: &MethodDescriptor,
) -> Method {
    let rpc = rpc(lowering, scope, descriptor);
    let location = lowering.spans.place(&scope.file, &name_path(descriptor.path()));
    let docs = lowering.spans.docs(&scope.file, descriptor.path());
    let options = descriptor.method_descriptor_proto().options.as_ref();
    Method {
        name: descriptor.name().to_owned(),
        full_name: descriptor.full_name().to_owned(),
        rust: names::snake(descriptor.name()),
        location,
        shape: rpc.shape,
        deprecated: options.is_some_and(MethodOptions::deprecated),
        idempotency: match options.map(MethodOptions::idempotency_level) {
            None | Some(IdempotencyLevel::IdempotencyUnknown) => Idempotency::Unknown,
            Some(IdempotencyLevel::Idempotent) => Idempotency::Idempotent,
            Some(IdempotencyLevel::NoSideEffects) => Idempotency::NoSideEffects,
        },
        timeout: settings::duration(lowering, &rpc.place, &rpc.setting, "timeout"),
        scopes: scopes(&rpc),
        validated: is_validated(&rpc),
        grpc_path: format!("/{}/{}", scope.service.full_name(), descriptor.name()),
        http: http::lower(lowering, &rpc),
        sse: sse::lower(lowering, &rpc),
        queue: queue::lower(lowering, &rpc),
        examples: Vec::new(),
        tool: tools::lower(lowering, &rpc, &docs),
        docs,
        input: rpc.input,
        output: rpc.output,
    }
}

fn rpc<'a>(lowering: &Lowering<'_>, scope: &'a Scope, descriptor: &'a MethodDescriptor) -> Rpc<'a> {
    let options = descriptor.options();
    let place = |number| {
        lowering.spans.place_within(&scope.file, &[descriptor.path(), &[4, number]].concat())
    };
    Rpc {
        scope,
        descriptor,
        setting: Setting::extension(lowering.pool, &options, "agentgen.v1.method"),
        place: place(AGENTGEN),
        http: Setting::extension(lowering.pool, &options, "google.api.http"),
        http_place: place(HTTP),
        shape: match (descriptor.is_client_streaming(), descriptor.is_server_streaming()) {
            (false, false) => Shape::Unary,
            (false, true) => Shape::ServerStream,
            (true, false) => Shape::ClientStream,
            (true, true) => Shape::Bidi,
        },
        input: lowering.type_ref(&descriptor.input()),
        output: lowering.type_ref(&descriptor.output()),
    }
}

/// What the rpc says of validation, else its service; on by default.
fn is_validated(rpc: &Rpc<'_>) -> bool {
    let settings = [&rpc.setting, &rpc.scope.setting].map(|setting| setting.message("validation"));
    let stated = settings.iter().find(|setting| setting.has("requests"));
    stated.is_none_or(|setting| setting.bool("requests"))
}

/// The scopes of the service, then those of the rpc, each once.
fn scopes(rpc: &Rpc<'_>) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for setting in [&rpc.scope.setting, &rpc.setting] {
        for scope in setting.message("auth").strings("scopes") {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
    }
    scopes
}
