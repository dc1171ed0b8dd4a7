//! Services and rpcs that are gone or have another name: the name is the path
//! of a call.

use crate::compat::finding::{Directions, Verdict};
use crate::compat::pair::{Change, MethodChange, ServiceChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;

pub(super) const SERVICE_REMOVED: Rule = row! {
    rpc "service-removed": Error [Wire, Json, Source, Http],
    anchor ["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"],
    "a service is gone with its rpcs",
    Check::Service(service_removed)
};

pub(super) const SERVICE_RENAMED: Rule = row! {
    rpc "service-renamed": Error [Wire, Source],
    anchor ["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"],
    "a service has another full name, and all of its rpcs another path",
    Check::Service(service_renamed)
};

pub(super) const RPC_REMOVED: Rule = row! {
    rpc "rpc-removed": Error [Wire, Json, Source, Http],
    anchor ["RPC_NO_DELETE"],
    "an rpc is gone",
    Check::Method(removed)
};

pub(super) const RPC_RENAMED: Rule = row! {
    rpc "rpc-renamed": Error [Wire, Source],
    anchor ["RPC_NO_DELETE"],
    "an rpc has another name, and so another path",
    Check::Method(renamed)
};

/// Calls of old callers are refused.
const REFUSED: Directions = Directions::new(Verdict::Break, Verdict::Ok);

fn service_removed(change: &ServiceChange<'_, '_>, sink: &mut Sink<'_>) {
    let Change::Removed(id) = change.change else { return };
    let service = change.cx.old.service(id);
    if change.cx.old.file(service.scope.file).is_import {
        return;
    }
    let count = service.methods.len();
    let rpcs = if count == 1 { "rpc" } else { "rpcs" };
    change.report(sink, format!("the service was removed with its {count} {rpcs}"), REFUSED);
}

fn service_renamed(change: &ServiceChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    let (old, new) = (change.cx.old.service(old), change.cx.new.service(new));
    if old.full_name != new.full_name {
        let message = format!(
            "the service was `{}`, and the paths of its rpcs changed with it",
            old.full_name
        );
        change.report(sink, message, Directions::BREAK);
    }
}

fn removed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    if let Change::Removed(_) = change.change {
        change.report(sink, "the rpc was removed", REFUSED);
    }
}

fn renamed(change: &MethodChange<'_, '_>, sink: &mut Sink<'_>) {
    let Some((old, new)) = change.change.kept() else { return };
    if old.name != new.name {
        let message = format!("the rpc was renamed from `{}` to `{}`", old.name, new.name);
        change.report(sink, message, Directions::BREAK);
    }
}
