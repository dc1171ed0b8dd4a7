//! Compares a user's impl with its service: each method with its rpc, and
//! which rpcs have none.

use std::collections::{BTreeMap, BTreeSet};

use agentgen_codegen::contract::{Contract, Method, Service};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ImplItem, ImplItemFn, ItemImpl, LitStr, Path, parse_quote};

use super::agent::{declared, methods};
use super::arguments::Arguments;
use super::check::Rpc;
use super::condition::{self, When};
use super::mention;
use super::omitted::{self, Omitted};
use super::stand_in::{self, Types};
use crate::report::{Report, did_you_mean, nearest};
use crate::source::Source;

/// The service that an impl is of.
pub(super) enum Found<'c> {
    /// This one.
    Right(&'c Service),
    /// With a mistake: the one that is probably meant, if any.
    Meant(Option<&'c Service>),
}

/// The service that an impl is of.
pub(super) fn service<'s>(
    source: &'s Source,
    arguments: &Arguments,
    path: &Path,
    report: &mut Report,
) -> Found<'s> {
    let contract = source.contract();
    let Some(agent) = path.segments.last().map(|last| last.ident.to_string()) else {
        return Found::Meant(None);
    };
    let of_trait = |agent: &str| contract.services().find(|it| it.rust.agent == agent);
    let found: Vec<_> = match &arguments.service {
        Some(name) => stated(contract, name).collect(),
        None => contract.services().filter(|it| it.rust.agent == agent).collect(),
    };
    let near = || nearest(&agent, contract.services().map(|it| it.rust.agent.as_str()));
    let mut all = contract.services();
    let only = || all.next().filter(|_| all.next().is_none());
    let guess = || of_trait(&agent).or_else(|| of_trait(near()?)).or_else(only);
    match (found.as_slice(), &arguments.service) {
        (&[service], Some(name)) if service.rust.agent != agent => {
            let Service { full_name, rust, .. } = service;
            let said = format!(
                "the service {full_name} has the trait `{}`, and this is an impl of `{agent}`",
                rust.agent
            );
            report.error(name.span(), with_place(source, Some(service), &said));
            Found::Meant(of_trait(&agent).or(Some(service)))
        }
        (&[service], _) => Found::Right(service),
        ([], Some(name)) => {
            let meant = guess();
            let names = contract.services().map(|it| it.full_name.as_str());
            let hint = did_you_mean(&name.value(), names);
            let said = format!("no service `{}`{hint}", name.value());
            report.error(name.span(), with_place(source, meant, &said));
            Found::Meant(meant)
        }
        ([], None) => {
            let meant = guess();
            let said = no_trait(contract, &agent);
            report.error_at(path, with_place(source, meant, &said));
            Found::Meant(meant)
        }
        (several, _) => {
            report.error_at(path, one_of(source, several));
            Found::Meant(None)
        }
    }
}

/// The services of a name, in full or not.
pub(super) fn stated<'c>(
    contract: &'c Contract,
    name: &LitStr,
) -> impl Iterator<Item = &'c Service> + use<'c> {
    let name = name.value();
    contract.services().filter(move |it| it.name == name || it.full_name == name)
}

/// That no service has a trait of this name.
fn no_trait(contract: &Contract, agent: &str) -> String {
    let names: Vec<_> = contract.services().map(|it| it.rust.agent.as_str()).collect();
    let near = did_you_mean(agent, names.iter().copied());
    let hint = match names.as_slice() {
        [] => "; the contract has no service".to_owned(),
        _ if near.is_empty() => format!("; the contract has `{}`", names.join("`, `")),
        _ => near,
    };
    format!("no service has the trait `{agent}`{hint}")
}

/// That several services are possible, with the place of each.
fn one_of(source: &Source, several: &[&Service]) -> String {
    let names: Vec<_> = several.iter().map(|it| it.full_name.as_str()).collect();
    let places: Vec<_> = several.iter().map(|it| source.files.place(&it.location)).collect();
    let names = names.join(", ");
    format!("state `service = \"…\"`: one of {names}\n\ndeclared at {}", places.join(", "))
}

/// A message, and where the service that it is about is declared.
pub(super) fn with_place(source: &Source, service: Option<&Service>, message: &str) -> String {
    match service {
        Some(service) => {
            format!("{message}\n\ndeclared at {}", source.files.place(&service.location))
        }
        None => message.to_owned(),
    }
}

/// Whether an impl has a method for one of the service's rpcs, perhaps misspelt.
pub(super) fn fits(service: &Service, agent: &ItemImpl) -> bool {
    let rpcs = || service.methods.iter().map(|rpc| plain(&rpc.rust));
    methods(agent).any(|method| nearest(&plain_name(method), rpcs()).is_some())
}

/// The contract and the service that an impl which names none is of, where there is
/// exactly one. A build script and macros may have read the same file.
pub(super) fn implied<'s>(
    sources: &'s [Source],
    agent: &ItemImpl,
    path: &Path,
) -> Option<(&'s Source, &'s Service)> {
    let mut found = sources
        .iter()
        .filter_map(|source| Some((source, service_of(source.contract(), agent, path)?)));
    let (source, service) = found.next()?;
    let declared = |source: &Source, service: &Service| source.files.origin(&service.location);
    let is_same = |(other, it): (&Source, &Service)| {
        it.full_name == service.full_name && declared(other, it) == declared(source, service)
    };
    found.all(is_same).then_some((source, service))
}

/// The service that an impl without arguments is of. Its trait may come from another
/// contract and only have the same name: one of its methods at least, if there is any,
/// has to fit.
fn service_of<'c>(contract: &'c Contract, agent: &ItemImpl, path: &Path) -> Option<&'c Service> {
    let name = path.segments.last()?.ident.to_string();
    let mut found = contract.services().filter(|service| service.rust.agent == name);
    let service = found.next().filter(|_| found.next().is_none())?;
    let empty = methods(agent).next().is_none();
    (empty || fits(service, agent)).then_some(service)
}

/// One impl beside its service.
pub(super) struct Comparison<'a> {
    pub(super) source: &'a Source,
    pub(super) service: &'a Service,
    /// The trait, as the impl names it.
    pub(super) path: &'a Path,
    /// How to name types in stand-ins.
    pub(super) types: Types<'a>,
    /// The rpcs that the attribute leaves out.
    pub(super) unimplemented: &'a [Ident],
    /// The methods that are found wrong already.
    pub(super) wrong: BTreeSet<String>,
    /// What else may be in the impl.
    pub(super) rest: Rest,
}

/// What an impl has beside the methods that are compared.
#[derive(Clone, Copy)]
pub(super) struct Rest {
    /// A macro that may yield any method.
    pub(super) by_macro: bool,
    /// Something that cannot be read, and is taken out.
    pub(super) unread: bool,
    /// Whether an editor looks at it, to which wrong methods are left.
    pub(super) for_editor: bool,
}

/// What has become of an rpc.
#[derive(Clone, Default)]
struct Seen {
    /// When the impl has its method.
    present: When,
    /// When something about it is reported already.
    reported: When,
}

/// What has become of the rpcs, by name.
type AllSeen = BTreeMap<String, Seen>;

impl Comparison<'_> {
    /// Checks every method, switches wrong ones off and stands in for what is
    /// missing then; returns what keeps the imports of those in use.
    pub(super) fn run(&self, agent: &mut ItemImpl, report: &mut Report) -> TokenStream {
        let written = written(agent);
        let mut all: AllSeen = BTreeMap::new();
        let Omitted { methods: omitted, meant } = omitted::methods(self, &written, report);
        for name in meant {
            all.entry(name.to_owned()).or_default().reported.add(None);
        }
        for method in agent.items.iter().filter(|item| matches!(item, ImplItem::Verbatim(_))) {
            self.unread(method, &mut all);
        }
        let mut mentions = TokenStream::new();
        let generic = !agent.generics.params.is_empty();
        for method in agent.items.iter_mut().filter_map(method) {
            let name = plain_name(method);
            let wrong = match self.service.methods.iter().find(|it| plain(&it.rust) == name) {
                Some(rpc) => self.check(rpc, method, &mut all, report),
                None => self.misspelt(method, &written, &mut all, report),
            };
            if wrong && !self.rest.for_editor {
                mentions.extend(mention::types(method, generic));
                // Keeps it from the compiler, which would report it again. An
                // editor keeps it, to complete names in it.
                method.attrs.push(parse_quote!(#[cfg(any())]));
            }
        }
        agent.items.extend(omitted::left_out(&omitted, self.service, &written));
        for (name, method) in omitted {
            all.entry(name.to_owned()).or_default().present.add(None);
            agent.items.push(method);
        }
        for rpc in &self.service.methods {
            let seen = all.remove(&rpc.name).unwrap_or_default();
            let Rest { by_macro, unread, .. } = self.rest;
            if !by_macro && !unread {
                self.missing(rpc, &seen, report);
            }
            // What a macro yields may be the method; and what is typed in an editor, which
            // offers no method that is there.
            let unseen = by_macro && seen.present.or(&seen.reported).is_never();
            let perhaps = unseen || self.rest.for_editor;
            if let Some(otherwise) = seen.present.otherwise().filter(|_| !perhaps)
                && self.types.are_known(rpc)
            {
                let (when, body) = (otherwise.attribute(), never(rpc));
                agent.items.push(stand_in::method(&self.types, rpc, &when, &body));
            }
        }
        mentions
    }

    /// Takes a method that cannot be read for what its name says: the compiler
    /// knows what is wrong with it.
    fn unread(&self, method: &ImplItem, all: &mut AllSeen) {
        let name = declared(method).unwrap_or_default();
        let rpc = self.service.methods.iter().find(|it| plain(&it.rust) == plain(&name));
        if let Some(rpc) = rpc {
            all.entry(rpc.name.clone()).or_default().present.add(None);
        }
    }

    /// Reports an rpc that has no method, or has none in some case.
    fn missing(&self, rpc: &Method, seen: &Seen, report: &mut Report) {
        let Some(otherwise) = seen.present.or(&seen.reported).otherwise() else { return };
        let condition = otherwise.condition();
        let said = Rpc::new(self.source, rpc);
        let message =
            condition.map_or_else(|| said.missing(), |condition| said.missing_where(condition));
        report.extend_if(condition, [syn::Error::new_spanned(self.path, message)]);
    }

    /// Compares a method with its rpc; whether it has to be switched off.
    fn check(
        &self,
        rpc: &Method,
        method: &ImplItemFn,
        all: &mut AllSeen,
        report: &mut Report,
    ) -> bool {
        let found = Rpc::new(self.source, rpc).check(&method.sig);
        let right = found.is_empty() && !self.wrong.contains(&method.sig.ident.to_string());
        let condition = condition::of(&method.attrs);
        report.extend_if(condition.as_ref(), found);
        let seen = all.entry(rpc.name.clone()).or_default();
        let keep = right || self.rest.for_editor || !self.types.are_known(rpc);
        if keep { &mut seen.present } else { &mut seen.reported }.add(condition);
        !keep
    }

    /// Reports a method without rpc, and which missing rpc is probably meant.
    fn misspelt(
        &self,
        method: &ImplItemFn,
        written: &BTreeMap<String, When>,
        all: &mut AllSeen,
        report: &mut Report,
    ) -> bool {
        let name = plain_name(method);
        let condition = condition::of(&method.attrs);
        let is_missing =
            |rpc: &&Method| !written.get(plain(&rpc.rust)).is_some_and(When::is_always);
        let missing = || self.service.methods.iter().filter(is_missing);
        let guess = nearest(&name, missing().map(|it| plain(&it.rust)));
        let text = if let Some(rpc) = missing().find(|it| Some(plain(&it.rust)) == guess) {
            all.entry(rpc.name.clone()).or_default().reported.add(condition.clone());
            let meant = format!("did you mean `{}` (rpc {})?", plain(&rpc.rust), rpc.name);
            let text = format!("no rpc for method `{name}`; {meant}");
            Rpc::new(self.source, rpc).with_place(&text)
        } else {
            let rpcs: Vec<_> = self.service.methods.iter().map(|it| plain(&it.rust)).collect();
            let (full_name, rpcs) = (&self.service.full_name, rpcs.join("`, `"));
            let text = format!("no rpc for method `{name}`; the rpcs of {full_name} are `{rpcs}`");
            with_place(self.source, Some(self.service), &text)
        };
        report.extend_if(condition.as_ref(), [syn::Error::new(method.sig.ident.span(), text)]);
        true
    }
}

/// The body of what is never called, as the impl has a mistake: no build gets past
/// it, even if the compiler should accept what cannot be read here.
fn never(rpc: &Method) -> TokenStream {
    let message = format!("the method of rpc {} cannot be read", rpc.name);
    quote!(const { ::core::panic!(#message) })
}

/// When the impl has a method of a name, right or wrong.
fn written(agent: &ItemImpl) -> BTreeMap<String, When> {
    let mut written = BTreeMap::<_, When>::new();
    for item in &agent.items {
        let condition = match item {
            ImplItem::Fn(method) => condition::of(&method.attrs),
            _ => None,
        };
        if let Some(name) = declared(item) {
            written.entry(plain(&name).to_owned()).or_default().add(condition);
        }
    }
    written
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
