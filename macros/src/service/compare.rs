//! Compares a user's impl with its service: each method with its rpc, and
//! which rpcs have none.

use std::collections::BTreeSet;

use agentgen_codegen::contract::{Contract, Method, Service};
use syn::{ImplItem, ImplItemFn, ItemImpl, Path, parse_quote};

use super::arguments::Arguments;
use super::check::Rpc;
use super::stand_in;
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
    /// Whether the contract is generated here, so that there are types to
    /// stand in with.
    pub(super) here: bool,
    /// The methods that are found wrong already.
    pub(super) wrong: BTreeSet<String>,
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
    pub(super) fn run(&self, agent: &mut ItemImpl, path: &Path, report: &mut Report) {
        let names: BTreeSet<_> =
            agent.items.iter_mut().filter_map(method).map(|it| plain_name(it)).collect();
        let mut seen = Seen::default();
        for method in agent.items.iter_mut().filter_map(method) {
            let name = plain_name(method);
            match self.service.methods.iter().find(|it| plain(&it.rust) == name) {
                Some(rpc) => self.check(rpc, method, &mut seen, report),
                None => self.misspelt(method, &names, &mut seen, report),
            }
        }
        for rpc in &self.service.methods {
            if seen.present.contains(&rpc.name) {
                continue;
            }
            if !seen.reported.contains(&rpc.name) {
                let place = self.source.files.place(&rpc.location);
                let message = format!("missing rpc {}, declared at {place}", rpc.full_name);
                report.error_at(path, message);
            }
            if self.here {
                agent.items.push(stand_in::method(self.source.contract(), rpc));
            }
        }
    }

    /// Compares a method with its rpc.
    fn check(&self, rpc: &Method, method: &mut ImplItemFn, seen: &mut Seen, report: &mut Report) {
        let found = Rpc::new(self.source.contract(), rpc).check(&method.sig);
        let right = found.is_empty() && !self.wrong.contains(&method.sig.ident.to_string());
        if right || !self.here {
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
        let hint = if let Some(rpc) = missing().find(|it| Some(plain(&it.rust)) == guess) {
            seen.reported.insert(rpc.name.clone());
            format!("did you mean `{}` (rpc {})?", plain(&rpc.rust), rpc.name)
        } else {
            let rpcs: Vec<_> = self.service.methods.iter().map(|it| plain(&it.rust)).collect();
            format!("the rpcs of {} are `{}`", self.service.full_name, rpcs.join("`, `"))
        };
        report.error(method.sig.ident.span(), format!("no rpc for method `{name}`; {hint}"));
        switch_off(method);
    }
}

fn switch_off(method: &mut ImplItemFn) {
    method.attrs.push(parse_quote!(#[cfg(any())]));
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
fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}
