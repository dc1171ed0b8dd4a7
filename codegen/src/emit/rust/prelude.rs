//! The prelude, imported where its names are used: a crate or module may have
//! switched it off by `no_implicit_prelude`.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Item;

/// The names that generated code takes from the prelude. Those behind a path
/// (`::core::result::Result`) do not count, nor does what is in modules below.
const NAMES: [&str; 12] = [
    "derive", "Box", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Send",
    "Some",
];

/// The import, where one of these items needs it.
pub(super) fn import(items: &[Item]) -> Option<Item> {
    let mut own = items.iter().filter(|item| !matches!(item, Item::Mod(_)));
    own.any(|item| is_used(item.to_token_stream())).then(|| {
        syn::parse_quote! { use ::std::prelude::v1::*; }
    })
}

/// Whether a path in the tokens begins with a name of the prelude.
fn is_used(tokens: TokenStream) -> bool {
    let mut inside = false;
    tokens.into_iter().any(|token| {
        let first = !std::mem::replace(
            &mut inside,
            matches!(&token, TokenTree::Punct(it) if it.as_char() == ':' || it.as_char() == '.'),
        );
        match token {
            TokenTree::Group(group) => is_used(group.stream()),
            TokenTree::Ident(name) => first && NAMES.iter().any(|known| name == known),
            _ => false,
        }
    })
}
