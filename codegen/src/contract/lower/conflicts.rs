//! Bindings that match the same requests: one is served. The others have
//! agreed to give way, or are errors.

use std::collections::{BTreeMap, BTreeSet};

use super::methods::Rpc;
use super::{Lowering, http};
use crate::contract::defaults::{self, Conflict};
use crate::contract::http::Segment;
use crate::contract::model::{Contract, HttpBinding, Location, Method};
use crate::diagnostic::{Diagnostic, codes};

/// What the contract says of the conflicts of some bindings.
pub(super) struct Policy {
    /// The full name of the rpc.
    rpc: String,
    /// `VERB template`; `None` for every route of the rpc.
    route: Option<String>,
    conflict: Conflict,
    location: Location,
}

/// Records what an rpc says of its routes.
pub(super) fn note_policies(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, bindings: &[HttpBinding]) {
    let setting = rpc.setting.message("http");
    let mut policy = |route, number, location| {
        let rpc = rpc.descriptor.full_name().to_owned();
        let conflict = defaults::conflict(number);
        lowering.policies.extend(conflict.map(|conflict| Policy {
            rpc,
            route,
            conflict,
            location,
        }));
    };
    policy(None, setting.enumeration("conflict"), rpc.place.clone());
    let mut unknown = Vec::new();
    for one in setting.messages("routes") {
        let route = one.string("route").unwrap_or_default();
        if bindings.iter().any(|binding| show(binding) == route) {
            policy(Some(route), one.enumeration("conflict"), rpc.place.clone());
        } else {
            unknown.push(route);
        }
    }
    for route in unknown {
        let place = lowering.quoted(&rpc.place, &route);
        let known: Vec<_> = bindings.iter().map(|binding| format!("`{}`", show(binding))).collect();
        let message = format!("`{route}` is no route of `{}`", rpc.descriptor.full_name());
        lowering.report(&codes::ROUTE_POLICY, place, message).hint =
            Some(format!("write one of {}", known.join(", ")));
    }
}

/// A binding by the indexes that lead to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    package: usize,
    service: usize,
    method: usize,
    binding: usize,
}

impl At {
    fn method(self, contract: &Contract) -> &Method {
        &contract.packages[self.package].services[self.service].methods[self.method]
    }

    fn binding(self, contract: &Contract) -> &HttpBinding {
        &self.method(contract).http[self.binding]
    }
}

/// Keeps one of all bindings that match the same requests. An rpc that has
/// none left is served by its default route.
pub(super) fn resolve(lowering: &mut Lowering<'_>) {
    let (mut lost, mut contested, mut found) = (Vec::new(), BTreeSet::new(), Vec::new());
    let contract = &lowering.contract;
    for group in groups(contract) {
        let policies: Vec<_> = group.iter().map(|at| policy(lowering, *at)).collect();
        let winner = group[defaults::served(&policies)];
        contested.extend(group.iter().map(|at| at.method(contract).full_name.clone()));
        for (at, policy) in group.into_iter().zip(policies).filter(|(at, _)| *at != winner) {
            found.push(finding(contract, at, winner, policy));
            lost.push(at);
        }
    }
    found.extend(uncontested(lowering, &contested));
    lowering.diagnostics.extend(found);
    remove(&mut lowering.contract, lost);
}

/// The bindings that share their requests with others, in the order of their
/// declaration.
fn groups(contract: &Contract) -> Vec<Vec<At>> {
    type Key<'c> = (&'c str, &'c [Segment], Option<&'c str>);
    let mut groups: BTreeMap<Key<'_>, Vec<At>> = BTreeMap::new();
    for (package, one) in contract.packages.iter().enumerate() {
        for (service, one) in one.services.iter().enumerate() {
            for (method, one) in one.methods.iter().enumerate() {
                for (binding, one) in one.http.iter().enumerate() {
                    let template = &one.template;
                    let key = (&*one.verb, &*template.segments, template.verb.as_deref());
                    let at = At { package, service, method, binding };
                    groups.entry(key).or_default().push(at);
                }
            }
        }
    }
    let mut groups: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
    groups.sort_unstable();
    groups
}

/// What becomes of a binding in a conflict: what is said of it alone, else of
/// its rpc.
fn policy(lowering: &Lowering<'_>, at: At) -> Option<Conflict> {
    let method = at.method(&lowering.contract);
    let shown = show(at.binding(&lowering.contract));
    let own = || lowering.policies.iter().filter(|policy| policy.rpc == method.full_name);
    let named = own().find(|policy| policy.route.as_ref() == Some(&shown));
    let found = named.or_else(|| own().find(|policy| policy.route.is_none()));
    found.map(|policy| policy.conflict)
}

fn finding(contract: &Contract, lost: At, winner: At, policy: Option<Conflict>) -> Diagnostic {
    let (rpc, other) = (lost.method(contract), winner.method(contract));
    let (binding, served) = (lost.binding(contract), winner.binding(contract));
    let route = show(binding);
    let diagnostic = if policy.is_some() {
        let message = format!(
            "`{}` is not served under `{route}`, which leads to `{}`",
            rpc.full_name, other.full_name
        );
        Diagnostic::new(&codes::ROUTE_DROPPED, message)
    } else {
        let message =
            format!("`{}` and `{}` are both bound to `{route}`", other.full_name, rpc.full_name);
        Diagnostic::new(&codes::ROUTE_DUPLICATE, message).hint(
            "give one of them another path or verb, or let this one give way: \
             `option (agentgen.v1.method).http.conflict = FIRST_WINS;`",
        )
    };
    let what = format!("`{}` is bound to `{}` here", other.full_name, show(served));
    diagnostic.at(binding.location.clone()).related(served.location.clone(), what)
}

/// Settings for conflicts that do not exist.
fn uncontested(lowering: &Lowering<'_>, contested: &BTreeSet<String>) -> Vec<Diagnostic> {
    let idle = lowering.policies.iter().filter(|policy| !contested.contains(&policy.rpc));
    let notes = idle.map(|policy| {
        let message = format!("no other rpc has a route of `{}`", policy.rpc);
        Diagnostic::new(&codes::ROUTE_UNCONTESTED, message)
            .at(policy.location.clone())
            .hint("take the setting for conflicts out")
    });
    notes.collect()
}

fn remove(contract: &mut Contract, mut lost: Vec<At>) {
    lost.sort_unstable();
    for at in lost.into_iter().rev() {
        let service = &mut contract.packages[at.package].services[at.service];
        let method = &mut service.methods[at.method];
        let removed = method.http.remove(at.binding);
        if method.http.is_empty() {
            let default = http::default(&service.full_name, &method.name, removed.location);
            let operation_id = defaults::operation_id(&service.name, &method.name, 0);
            method.http.push(HttpBinding { operation_id, ..default });
        }
    }
}

fn show(binding: &HttpBinding) -> String {
    format!("{} {}", binding.verb, binding.template.text)
}
