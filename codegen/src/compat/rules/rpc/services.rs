//! Services and rpcs that are gone or have another name: the name is the path
//! of a call.

use crate::compat::finding::{Axis, Directions, Finding, Verdict};
use crate::compat::options::{bindings, queue};
use crate::compat::pair::{Change, MethodChange, ServiceChange};
use crate::compat::rule::{Check, Rule, Sink};
use crate::compat::rules::row::row;
use crate::compat::schema::{Method, Service};

pub(super) const SERVICE_REMOVED: Rule = row! {
    rpc "service-removed": Error [Wire, Json, Source, Http] B Break F Ok,
    anchor ["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"],
    "a service is gone with its rpcs",
    Check::Service(service_removed)
};

pub(super) const SERVICE_RENAMED: Rule = row! {
    rpc "service-renamed": Error [Wire, Source, Http, Queue] B Break F Break,
    anchor ["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"],
    "a service has another full name, and all of its rpcs another path",
    Check::Service(service_renamed)
};

pub(super) const RPC_REMOVED: Rule = row! {
    rpc "rpc-removed": Error [Wire, Json, Source, Http] B Break F Ok,
    anchor ["RPC_NO_DELETE"],
    "an rpc is gone",
    Check::Method(removed)
};

pub(super) const RPC_RENAMED: Rule = row! {
    rpc "rpc-renamed": Error [Wire, Source, Http, Queue] B Break F Break,
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
        let moved = old.methods.iter().filter_map(|method| {
            let same = new.methods.iter().find(|other| other.name == method.name)?;
            Some(Moved::of((old, method), (new, same)))
        });
        let moved = moved.fold(Moved::default(), Moved::or);
        moved.keep(change.report(sink, message, Directions::BREAK));
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
        let cx = change.cx;
        let moved = Moved::of(
            (cx.old.service(change.old_service), old),
            (cx.new.service(change.new_service), new),
        );
        moved.keep(change.report(sink, message, Directions::BREAK));
    }
}

/// What follows the name of an rpc because nothing states it.
#[derive(Clone, Copy, Default)]
struct Moved {
    route: bool,
    subject: bool,
}

impl Moved {
    fn of(old: (&Service<'_>, &Method<'_>), new: (&Service<'_>, &Method<'_>)) -> Self {
        let default = |(service, method): (&Service<'_>, &Method<'_>)| {
            let routes = bindings(&service.full_name, method.name, method.options);
            routes.iter().any(|route| !route.stated)
        };
        let subject = |(service, method)| queue(service, method).map(|queue| queue.subject);
        Self {
            route: default(old) && default(new),
            subject: matches!((subject(old), subject(new)), (Some(old), Some(new)) if old != new),
        }
    }

    fn or(self, other: Self) -> Self {
        Self { route: self.route || other.route, subject: self.subject || other.subject }
    }

    /// Leaves the axes that are concerned.
    fn keep(self, finding: &mut Finding) {
        finding.axes.retain(|axis| match axis {
            Axis::Http => self.route,
            Axis::Queue => self.subject,
            _ => true,
        });
    }
}
