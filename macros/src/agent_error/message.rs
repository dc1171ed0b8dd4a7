//! `message = "no document {id}"`: what callers read, with fields of the error in
//! it as `format!` puts them.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::{Ident, Index, LitStr, Member};

use super::variant::binding;

/// A message and the fields that it names.
pub(super) struct Message {
    /// As `format!` takes it, with fields by the names that they are bound to.
    format: LitStr,
    pub(super) members: Vec<Member>,
    literal: LitStr,
}

impl Message {
    /// The message from fields that are bound to their names.
    pub(super) fn tokens(&self) -> TokenStream {
        let Self { format, members, literal } = self;
        if !literal.value().contains(['{', '}']) {
            return literal.to_token_stream();
        }
        let names: Vec<Ident> = members.iter().map(binding).collect();
        quote!(::std::format!(#format, #(#names = #names),*))
    }
}

/// Reads the fields that a message names.
///
/// # Errors
/// Braces hold something else, or do not match.
pub(super) fn parse(literal: &LitStr) -> syn::Result<Message> {
    let text = literal.value();
    let wrong = || {
        let message = "in a message `{name}` is a field of the error, `{0}` one of a tuple, and \
                       `{{` a brace";
        syn::Error::new(literal.span(), message)
    };
    let (mut format, mut members) = (String::new(), Vec::new());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        format.push_str(before);
        if let Some(doubled) = ["{{", "}}"].into_iter().find(|pair| from.starts_with(pair)) {
            format.push_str(doubled);
            rest = &from[2..];
            continue;
        }
        let (inside, after) =
            from.strip_prefix('{').and_then(|inside| inside.split_once('}')).ok_or_else(wrong)?;
        let (name, how) = inside.split_at(inside.find(':').unwrap_or(inside.len()));
        let field = member(name.trim(), literal).ok_or_else(wrong)?;
        format.extend(["{", &binding(&field).to_string(), how, "}"]);
        if !members.contains(&field) {
            members.push(field);
        }
        rest = after;
    }
    format.push_str(rest);
    let format = LitStr::new(&format, literal.span());
    Ok(Message { format, members, literal: literal.clone() })
}

/// The field that a message calls so.
fn member(name: &str, literal: &LitStr) -> Option<Member> {
    let span = literal.span();
    if let Ok(index) = name.parse::<u32>() {
        return Some(Member::Unnamed(Index { index, span }));
    }
    // Of a field `r#type` the name is `type`.
    let mut ident = Ident::parse_any.parse_str(name).ok()?.unraw();
    ident.set_span(span);
    Some(Member::Named(ident))
}
