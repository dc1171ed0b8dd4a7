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
    // One colon stands before a type or a value, two within a path.
    let (mut colons, mut is_member) = (0, false);
    tokens.into_iter().any(|token| {
        let first = colons < 2 && !is_member;
        let punct = match &token {
            TokenTree::Punct(it) => it.as_char(),
            _ => ' ',
        };
        colons = if punct == ':' { colons + 1 } else { 0 };
        is_member = punct == '.';
        match token {
            TokenTree::Group(group) => is_used(group.stream()),
            TokenTree::Ident(name) => first && NAMES.iter().any(|known| name == known),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::is_used;

    #[test]
    fn a_name_counts_unless_it_is_within_a_path() {
        for (tokens, used) in [
            ("Row { verb: Some(1) }", true),
            ("fn f() -> Result<()>", true),
            ("#[derive(Debug)]", true),
            ("x: ::core::option::Option<u8>", false),
            ("::core::option::Option::Some(1)", false),
            ("code.None", false),
            ("Code::Ok", false),
        ] {
            assert_eq!(is_used(tokens.parse().expect("tokens")), used, "{tokens}");
        }
    }
}
