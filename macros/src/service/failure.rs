//! The associated `Error` type: taken from the methods where the user does not
//! state it, so that an impl reads as if it had only methods.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{
    Error, ImplItem, ItemImpl, Path, PathArguments, Signature, Type, parse_quote,
    parse_quote_spanned,
};

use super::agent::methods;
use super::condition;
use super::signature::{self, Failure};
use crate::report::Report;

/// Adds `type Error` to an impl that has none; returns the methods that fail
/// with something else. A type that `is_alias` is taken for an alias of `Result`.
pub(super) fn complete(
    item: &mut ItemImpl,
    is_alias: impl Fn(&Type) -> bool,
    report: &mut Report,
) -> BTreeSet<String> {
    let stated = |it: &ImplItem| matches!(it, ImplItem::Type(it) if it.ident == "Error");
    if item.items.iter().any(stated) {
        return BTreeSet::new();
    }
    let mut found: Vec<_> = methods(item)
        .filter_map(|method| {
            let condition = condition::of(&method.attrs);
            Some((&method.sig, error(&method.sig, &is_alias)?, condition))
        })
        .collect();
    found.sort_by_key(|(_, _, condition)| condition.is_some());
    // What may not be compiled says nothing as long as something else does.
    let certain = found.iter().filter(|(_, _, condition)| condition.is_none()).count();
    // Without any, nothing but the trait's own bound is known of the error.
    let most = most_common(if certain > 0 { &found[..certain] } else { &found });
    let chosen = most.map_or_else(|| parse_quote!(::agentgen::Status), Found::tokens);
    // What an alias stands for is known to the compiler alone.
    let named = |error: &&Found| matches!(error, Found::Named(_));
    let reference = most.filter(named).or_else(|| found.iter().map(|it| &it.1).find(named));
    let reference = reference.map(Found::name);
    let mut differing = BTreeSet::new();
    for (method, error, condition) in found.iter().filter(|it| named(&&it.1)) {
        let (name, others) = (error.name(), reference.clone().unwrap_or_default());
        if name == others {
            continue;
        }
        let message = format!(
            "`{}` fails with `{name}`, another method with `{others}`: all rpcs of an agent \
             share one error, stated as `type Error = …;`",
            method.ident,
        );
        let error = Error::new_spanned(&method.output, message);
        report.extend_if(condition.as_ref(), [error]);
        differing.insert(method.ident.to_string());
    }
    item.items.insert(0, parse_quote!(type Error = #chosen;));
    differing
}

/// What a method fails with.
enum Found {
    /// The type.
    Named(Type),
    /// A `Result` that names none.
    Alias(Type),
}

impl Found {
    /// The last name of a type, as two paths may lead to one; an alias as it is written.
    fn name(&self) -> String {
        let (Self::Named(error) | Self::Alias(error)) = self;
        let last = match (self, error) {
            (Self::Named(_), Type::Path(it)) => it.path.segments.last(),
            _ => None,
        };
        last.map_or_else(|| error.to_token_stream().to_string(), |last| last.ident.to_string())
    }

    fn tokens(&self) -> Type {
        match self {
            Self::Named(error) => error.clone(),
            Self::Alias(result) => {
                // Mistakes are shown where the result is.
                let span = result.span();
                parse_quote_spanned!(span=> <#result as ::agentgen::service::Outcome>::Error)
            }
        }
    }
}

/// What a method fails with; `None` where it does not say, or says `Self::Error`.
fn error(method: &Signature, is_alias: impl Fn(&Type) -> bool) -> Option<Found> {
    match signature::result(method) {
        Some((_, Failure::Alias(path))) if is_ours(path) => {
            Some(Found::Named(parse_quote!(::agentgen::Status)))
        }
        Some((_, Failure::Alias(path))) => Some(Found::Alias(of_nothing(path))),
        Some((_, Failure::Named(Type::Path(it))))
            if it.path.segments.first().is_some_and(|first| first.ident == "Self") =>
        {
            None
        }
        Some((_, Failure::Named(error))) => Some(Found::Named(error.clone())),
        None => {
            let ty = signature::output(method).filter(|ty| is_alias(ty))?;
            Some(Found::Alias(ty.clone()))
        }
    }
}

/// Whether a path is `agentgen::Result`, whatever is in scope.
fn is_ours(path: &Path) -> bool {
    path.segments.len() == 2 && path.segments[0].ident == "agentgen"
}

/// `Result<()>` in place of `Result<Reply>`: the error is the same, and a mistake
/// in the reply stays in one place.
pub(super) fn of_nothing(path: &Path) -> Type {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::AngleBracketed(parse_quote!(<()>));
    }
    parse_quote!(#path)
}

/// What most of the methods fail with, the first where several do: a mistake in one of
/// them is shown there, and not at all others.
fn most_common<M, C>(found: &[(M, Found, C)]) -> Option<&Found> {
    let count = |name: &str| found.iter().filter(|it| it.1.name() == name).count();
    let counted = found.iter().map(|it| (count(&it.1.name()), &it.1));
    // Of equals, `max_by_key` takes the last.
    counted.rev().max_by_key(|(count, _)| *count).map(|(_, error)| error)
}
