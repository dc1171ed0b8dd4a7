//! Compares a user's impl with its service: each method with its rpc, and
//! which rpcs have none.

use std::collections::BTreeSet;

use agentgen_codegen::contract::{Contract, Method, Service};
use quote::quote;
use syn::{Ident, ImplItem, ImplItemFn, ItemImpl, Path, parse_quote};

use super::agent::in_editor;
use super::arguments::Arguments;
use super::check::Rpc;
use super::omitted;
use super::stand_in::{self, Types};
use crate::report::{Report, did_you_mean, nearest};
use crate::source::Source;

/// The service that an impl is of; `None` with a mistake.
pub(super) fn service<'c>(
    contract: &'c Contract,
    arguments: &Arguments,
    path: &Path,
    report: &mut Report,
) -> Option<&'c Service> {
    let agent = path.segments.last()?;
    let agent = agent.ident.to_string();
    let found: Vec<_> = match &arguments.service {
        Some(name) => {
            let name = name.value();
            contract.services().filter(|it| it.name == name || it.full_name == name).collect()
        }
        None => contract.services().filter(|it| it.rust.agent == agent).collect(),
    };
    match (found.as_slice(), &arguments.service) {
        ([service], _) => return Some(service),
        ([], Some(name)) => {
            let names = contract.services().map(|it| it.full_name.as_str());
            let hint = did_you_mean(&name.value(), names);
            report.error(name.span(), format!("no service `{}`{hint}", name.value()));
        }
        ([], None) => {
            let names = contract.services().map(|it| it.rust.agent.as_str());
            let hint = did_you_mean(&agent, names);
            report.error_at(path, format!("no service has the trait `{agent}`{hint}"));
        }
        (several, _) => {
            let names: Vec<_> = several.iter().map(|it| it.full_name.as_str()).collect();
            let message = format!("state `service = \"…\"`: one of {}", names.join(", "));
            report.error_at(path, message);
        }
    }
    None
}

/// The service of the build script's contract that an impl without arguments
/// is of. Its trait may come from another contract and only have the same name:
/// one of its methods at least has to fit.
pub(super) fn implied<'c>(
    contract: &'c Contract,
    agent: &ItemImpl,
    path: &Path,
) -> Option<&'c Service> {
    let name = path.segments.last()?.ident.to_string();
    let mut found = contract.services().filter(|service| service.rust.agent == name);
    let service = found.next().filter(|_| found.next().is_none())?;
    let mut methods = agent.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(plain_name(method)),
        _ => None,
    });
    let rpcs = || service.methods.iter().map(|rpc| plain(&rpc.rust));
    methods.any(|method| nearest(&method, rpcs()).is_some()).then_some(service)
}

/// One impl beside its service.
pub(super) struct Comparison<'a> {
    pub(super) source: &'a Source,
    pub(super) service: &'a Service,
    /// The trait, as the impl names it.
    pub(super) path: &'a Path,
    /// Whether the contract is generated here, so that there are types to
    /// stand in with.
    pub(super) here: bool,
    /// The rpcs that the attribute leaves out.
    pub(super) unimplemented: &'a [Ident],
    /// The methods that are found wrong already.
    pub(super) wrong: BTreeSet<String>,
    /// Whether items cannot be read, any of which may be a missing rpc.
    pub(super) unread: bool,
}

/// What has become of the rpcs, by name.
#[derive(Default)]
struct Seen {
    /// The impl has their method.
    present: BTreeSet<String>,
    /// Something about them is reported already.
    reported: BTreeSet<String>,
}

impl Comparison<'_> {
    /// Checks every method, switches wrong ones off and stands in for what is
    /// missing then.
    pub(super) fn run(&self, agent: &mut ItemImpl, report: &mut Report) {
        let names: BTreeSet<_> =
            agent.items.iter_mut().filter_map(method).map(|it| plain_name(it)).collect();
        let types = Types::new(self.source.contract(), self.here, self.path);
        let items = &mut agent.items;
        let omitted = omitted::add(self.unimplemented, self.service, types, items, report);
        let mut seen = Seen { present: omitted, reported: BTreeSet::new() };
        for method in agent.items.iter_mut().filter_map(method) {
            let name = plain_name(method);
            match self.service.methods.iter().find(|it| plain(&it.rust) == name) {
                Some(rpc) => self.check(rpc, method, &mut seen, report),
                None => self.misspelt(method, &names, &mut seen, report),
            }
        }
        for rpc in self.service.methods.iter().filter(|rpc| !seen.present.contains(&rpc.name)) {
            if !self.unread && !seen.reported.contains(&rpc.name) {
                report.error_at(self.path, Rpc::new(self.source, rpc).missing());
            }
            if types.are_known(rpc) {
                let body = quote!(::core::unreachable!());
                agent.items.push(stand_in::method(types, rpc, &body));
            }
        }
    }

    /// Compares a method with its rpc.
    fn check(&self, rpc: &Method, method: &mut ImplItemFn, seen: &mut Seen, report: &mut Report) {
        let found = Rpc::new(self.source, rpc).check(&method.sig);
        let right = found.is_empty() && !self.wrong.contains(&method.sig.ident.to_string());
        let types = Types::new(self.source.contract(), self.here, self.path);
        if right || !types.are_known(rpc) {
            seen.present.insert(rpc.name.clone());
        } else {
            switch_off(method);
            seen.reported.insert(rpc.name.clone());
        }
        report.extend(found);
    }

    /// Reports a method without rpc, and which missing rpc is probably meant.
    fn misspelt(
        &self,
        method: &mut ImplItemFn,
        names: &BTreeSet<String>,
        seen: &mut Seen,
        report: &mut Report,
    ) {
        let name = plain_name(method);
        let missing = || self.service.methods.iter().filter(|it| !names.contains(plain(&it.rust)));
        let guess = nearest(&name, missing().map(|it| plain(&it.rust)));
        let text = if let Some(rpc) = missing().find(|it| Some(plain(&it.rust)) == guess) {
            seen.reported.insert(rpc.name.clone());
            let meant = format!("did you mean `{}` (rpc {})?", plain(&rpc.rust), rpc.name);
            let text = format!("no rpc for method `{name}`; {meant}");
            Rpc::new(self.source, rpc).with_place(&text)
        } else {
            let Service { full_name, location, .. } = self.service;
            let rpcs: Vec<_> = self.service.methods.iter().map(|it| plain(&it.rust)).collect();
            format!(
                "no rpc for method `{name}`; the rpcs of {full_name} are `{}`\n\ndeclared at {}",
                rpcs.join("`, `"),
                self.source.files.place(location)
            )
        };
        report.error(method.sig.ident.span(), text);
        switch_off(method);
    }
}

/// Keeps a wrong method from the compiler, which would report it again. An
/// editor keeps it, to complete names in it.
fn switch_off(method: &mut ImplItemFn) {
    if !in_editor() {
        method.attrs.push(parse_quote!(#[cfg(any())]));
    }
}

fn method(item: &mut ImplItem) -> Option<&mut ImplItemFn> {
    match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    }
}

fn plain_name(method: &ImplItemFn) -> String {
    plain(&method.sig.ident.to_string()).to_owned()
}

/// A name without the mark of a raw identifier.
pub(super) fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}
