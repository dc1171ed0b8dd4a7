//! Services that kept their name, and their rpcs.

use crate::compat::anchor::options;
use crate::compat::anchor::out::Out;
use crate::compat::anchor::pairs::{MethodPair, Pair};
use crate::compat::anchor::quote::quoted;
use crate::compat::schema::{Method, ServiceId};

pub(in crate::compat::anchor) fn rpcs_deleted(pair: Pair<ServiceId>, out: &mut Out<'_, '_, '_>) {
    let views = out.views;
    let old = views.old.schema.service(pair.old);
    let new = views.new.schema.service(pair.new);
    for method in &old.methods {
        if new.methods.iter().any(|other| other.name == method.name) {
            continue;
        }
        let (name, service) = (quoted(method.name), quoted(new.name));
        out.add(
            format!("Previously present RPC {name} on service {service} was deleted."),
            views.new.service_part(pair.new, &[]),
            new.scope.file,
            views.old.service_part(pair.old, &[]),
        );
    }
}

pub(in crate::compat::anchor) fn client_streaming(
    pair: &MethodPair<'_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = (pair.methods.old.client_streaming, pair.methods.new.client_streaming);
    streaming(pair, "client", old, new, out);
}

pub(in crate::compat::anchor) fn server_streaming(
    pair: &MethodPair<'_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = (pair.methods.old.server_streaming, pair.methods.new.server_streaming);
    streaming(pair, "server", old, new, out);
}

fn streaming(
    pair: &MethodPair<'_, '_>,
    who: &str,
    old: bool,
    new: bool,
    out: &mut Out<'_, '_, '_>,
) {
    let way = |streams| if streams { "streaming" } else { "unary" };
    if old != new {
        let what = format!("changed from {who} {} to {who} {}.", way(old), way(new));
        on_method(pair, &what, &[], out);
    }
}

pub(in crate::compat::anchor) fn request_type(
    pair: &MethodPair<'_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = (pair.methods.old.input, pair.methods.new.input);
    type_changed(pair, "request", [old, new], 2, out);
}

pub(in crate::compat::anchor) fn response_type(
    pair: &MethodPair<'_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = (pair.methods.old.output, pair.methods.new.output);
    type_changed(pair, "response", [old, new], 3, out);
}

fn type_changed(
    pair: &MethodPair<'_, '_>,
    which: &str,
    [old, new]: [&str; 2],
    tag: i32,
    out: &mut Out<'_, '_, '_>,
) {
    if old != new {
        let (old, new) = (quoted(old), quoted(new));
        on_method(pair, &format!("changed {which} type from {old} to {new}."), &[tag], out);
    }
}

pub(in crate::compat::anchor) fn idempotency_level(
    pair: &MethodPair<'_, '_>,
    out: &mut Out<'_, '_, '_>,
) {
    let (old, new) = (level(pair.methods.old), level(pair.methods.new));
    if old != new {
        let (old, new) = (quoted(&old), quoted(&new));
        let what = format!("changed option \"idempotency_level\" from {old} to {new}.");
        on_method(pair, &what, &[4, 34], out);
    }
}

fn level(method: &Method<'_>) -> String {
    match options::number(method.options, 34) {
        None | Some(0) => "IDEMPOTENCY_UNKNOWN".to_owned(),
        Some(1) => "NO_SIDE_EFFECTS".to_owned(),
        Some(2) => "IDEMPOTENT".to_owned(),
        Some(other) => other.to_string(),
    }
}

/// A finding at a part of an rpc.
fn on_method(pair: &MethodPair<'_, '_>, what: &str, sub: &[i32], out: &mut Out<'_, '_, '_>) {
    let (views, services) = (out.views, pair.services);
    let service = views.new.schema.service(services.new);
    let message =
        format!("RPC {} on service {} {what}", quoted(pair.methods.new.name), quoted(service.name));
    out.add(
        message,
        views.new.method_part(services.new, pair.methods.new, sub),
        service.scope.file,
        views.old.method_part(services.old, pair.methods.old, sub),
    );
}
