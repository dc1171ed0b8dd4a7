//! Doc attributes: one `#[doc]` a line, so that printing gives one `///` a line.

use proc_macro2::TokenStream;
use quote::quote;

use super::comment;

/// The docs of an item, from text of our own.
pub(super) fn outer(text: &str) -> TokenStream {
    text.lines().map(spaced).map(|line| quote! { #[doc = #line] }).collect()
}

/// The docs of a module, from text of our own.
pub(super) fn inner(text: &str) -> TokenStream {
    text.lines().map(spaced).map(|line| quote! { #![doc = #line] }).collect()
}

/// What is said about an element of the contract: its comment, or `fallback`
/// where it has none, and whether it is deprecated.
///
/// Deprecation is told and not marked with `#[deprecated]`: the generated code
/// has to name every element itself, and would warn about itself.
pub(super) fn text(comment: &str, fallback: &str, deprecated: bool) -> String {
    let mut text = comment::markdown(comment);
    if text.is_empty() {
        fallback.clone_into(&mut text);
    }
    if deprecated {
        text.push_str("\n\n**Deprecated** in the contract.");
    }
    text
}

fn spaced(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}
