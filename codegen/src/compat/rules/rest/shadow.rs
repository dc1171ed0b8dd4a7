//! Paths that another rpc's new binding takes over.
//!
//! A verb behind a colon is no such case, although `GET /v1/{id}:run` takes
//! `/v1/a:run` from `GET /v1/{id}`: a colon in a value is escaped, and adding
//! custom verbs is what they are for.

use std::collections::{BTreeMap, HashSet};

use super::rpc::{Fate, Rpc};
use crate::compat::finding::{Directions, Place, Positions};
use crate::compat::options::{Binding, HTTP, bindings, method_place};
use crate::compat::pair::{Change, Comparison, MethodChange};
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
        method_place(schema, self.service, self.method.index, Some(HTTP))
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
    for (old_service, new_service) in cx.services.iter().filter_map(|change| change.kept()) {
        let Some(new) = after.get(package(cx.new, new_service)) else { continue };
        for old in &cx.old.service(old_service).methods {
            let mut methods = cx.new.service(new_service).methods.iter();
            if let Some(kept) = methods.find(|new| new.name == old.name) {
                let change = Change::Kept { old, new: kept };
                let change = MethodChange { cx, old_service, new_service, change };
                captured(&change, new, sink);
            }
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
            let bindings = bindings(&service.full_name, method.name, method.options);
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
fn captured(change: &MethodChange<'_, '_>, new: &[Route<'_, '_>], sink: &mut Sink<'_>) {
    let Some(rpc) = Rpc::of(change) else { return };
    let cx = change.cx;
    let element = format!("{}.{}", cx.new.service(change.new_service).full_name, rpc.new.name);
    for (old, fate) in rpc.fates() {
        let (Fate::Kept(own) | Fate::Widened(own) | Fate::Narrowed(own)) = fate else { continue };
        let own = &rpc.after[own];
        for route in new.iter().filter(|route| route.rpc != element && wins(route, own, old)) {
            let message = format!(
                "some paths that `{old}` served lead to `{}` now, by `{}`",
                route.rpc, route.binding
            );
            let finding = sink.report(element.clone(), message, Directions::BREAK);
            finding.positions = Positions::REQUEST;
            let at = (change.old_service, rpc.old.index);
            finding.old = Some(method_place(cx.old, at.0, at.1, Some(HTTP)));
            finding.new = Some(route.place(cx.new));
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
