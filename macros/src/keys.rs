//! Reads the keys of `#[agent(…)]`, and passes over one that is wrong, so that it
//! does not hide the mistakes behind it.

use proc_macro2::TokenTree;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Token};

use crate::report::{Report, did_you_mean};

/// Reads every key; `None` with a mistake.
pub(crate) fn each(
    attributes: &[Attribute],
    report: &mut Report,
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>,
) -> Option<()> {
    let mut right = Some(());
    for attribute in attributes.iter().filter(|it| it.path().is_ident("agent")) {
        let read_on = attribute.parse_nested_meta(|meta| {
            if let Err(error) = read(&meta) {
                report.push(error);
                right = None;
                skip(meta.input);
            }
            Ok(())
        });
        if let Err(error) = read_on {
            report.push(error);
            right = None;
        }
    }
    right
}

/// Passes over the rest of a key that is not understood, so that those behind it are read.
pub(crate) fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// The key; nothing where it is no single word.
pub(crate) fn name(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

/// That there is no such key.
pub(crate) fn unknown(meta: &ParseNestedMeta<'_>, name: &str, known: &[&str]) -> syn::Error {
    let hint = did_you_mean(name, known.iter().copied());
    meta.error(format!("no key `{name}`{hint} (keys: {})", known.join(", ")))
}

/// Reads what follows a key, which is stated once.
pub(crate) fn set<T>(
    slot: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    read: impl FnOnce(&ParseNestedMeta<'_>) -> syn::Result<T>,
) -> syn::Result<()> {
    match slot.replace(read(meta)?) {
        Some(_) => Err(meta.error(format!("`{}` is stated twice", name(meta)))),
        None => Ok(()),
    }
}
