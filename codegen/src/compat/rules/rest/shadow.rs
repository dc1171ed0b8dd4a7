//! Paths that another rpc's new binding takes over.
//!
//! A verb behind a colon is no such case, although `GET /v1/{id}:run` takes
//! `/v1/a:run` from `GET /v1/{id}`: a colon in a value is escaped, and adding
//! custom verbs is what they are for.

use std::collections::{BTreeMap, HashSet};

use super::rpc::{Fate, Rpc};
use crate::compat::finding::{Directions, Place};
use crate::compat::options::{Binding, served};
use crate::compat::pair::{Comparison, service_place};
use crate::compat::rule::Sink;
use crate::compat::schema::{Method, Schema, ServiceId};
use crate::contract::Segment;

/// A binding of one side.
struct Route<'c, 'a> {
    rpc: String,
    binding: Binding<'a>,
    service: ServiceId,
    method: &'c Method<'a>,
}

/// What two routes must share to match the same requests.
type Shape = (String, Vec<Segment>, Option<String>);

impl Route<'_, '_> {
    fn shape(&self) -> Shape {
        let template = &self.binding.template;
        (self.binding.verb.clone(), template.segments.clone(), template.verb.clone())
    }

    fn place(&self, schema: &Schema<'_>) -> Place {
        service_place(schema, self.service, &[2, self.method.index])
    }
}

pub(super) fn shadowed(cx: &Comparison<'_, '_>, sink: &mut Sink<'_>) {
    let before = routes(cx.old);
    let mut after = routes(cx.new);
    for (package, new) in &mut after {
        let old = before.get(package).map(Vec::as_slice).unwrap_or_default();
        let known: HashSet<Shape> = old.iter().map(Route::shape).collect();
        new.retain(|route| !known.contains(&route.shape()));
    }
    after.retain(|_, new| !new.is_empty());
    if after.is_empty() {
        return;
    }
    for rpc in Rpc::all(cx) {
        if let Some(new) = after.get(package(cx.new, rpc.change.new_service)) {
            captured(&rpc, new, sink);
        }
    }
}

/// The routes of a side by package: services of one package share a server.
fn routes<'c, 'a>(schema: &'c Schema<'a>) -> BTreeMap<&'a str, Vec<Route<'c, 'a>>> {
    let mut routes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (index, service) in schema.services.iter().enumerate() {
        let id = ServiceId(index);
        let own = routes.entry(package(schema, id)).or_default();
        for method in &service.methods {
            let rpc = format!("{}.{}", service.full_name, method.name);
            let bindings = served(schema, service, method, (&service.full_name, method.name));
            own.extend(bindings.into_iter().map(|binding| Route {
                rpc: rpc.clone(),
                binding,
                service: id,
                method,
            }));
        }
    }
    routes
}

fn package<'a>(schema: &Schema<'a>, service: ServiceId) -> &'a str {
    schema.file(schema.service(service).scope.file).package
}

/// Reports the new routes that win paths of an rpc's old bindings over what
/// these have become.
fn captured(rpc: &Rpc<'_, '_>, new: &[Route<'_, '_>], sink: &mut Sink<'_>) {
    for (old, fate) in rpc.fates() {
        let (Fate::Kept(own) | Fate::Widened(own) | Fate::Narrowed(own)) = fate else { continue };
        let (own, service) = (&rpc.after[own], rpc.change.new_service);
        let is_own =
            |route: &Route<'_, '_>| route.service == service && route.method.index == rpc.new.index;
        for route in new.iter().filter(|route| !is_own(route) && wins(route, own, old)) {
            let message = format!(
                "some paths that `{old}` served lead to `{}` now, by `{}`",
                route.rpc, route.binding
            );
            let finding = rpc.report(sink, message, Directions::BREAK);
            finding.new = Some(route.place(rpc.cx.new));
        }
    }
}

/// Whether a route wins requests that an old binding answered.
fn wins(route: &Route<'_, '_>, own: &Binding<'_>, old: &Binding<'_>) -> bool {
    let binding = &route.binding;
    let verbs = binding.verb == old.verb || binding.verb == "*" || old.verb == "*";
    if !verbs || !binding.template.overlaps(&old.template) {
        return false;
    }
    // Among equal shapes the router tries a stated method before any.
    let order = binding.template.precedence(&own.template);
    order.is_lt()
        || binding.template.same_shape(&own.template)
            && (binding.verb == own.verb || own.verb == "*")
}
