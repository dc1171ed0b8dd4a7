//! Keeps the imports in use that a method names which is switched off: that they
//! are unused otherwise is no mistake of the user's.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{ReturnType, Signature, Type};

use super::signature;

/// Names the types of a signature; nothing where they depend on the impl.
pub(super) fn types(method: &Signature, in_generic: bool) -> TokenStream {
    let output = match &method.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    let types: Vec<&Type> = signature::arguments(method).into_iter().chain(output).collect();
    let dependent = types.iter().any(|ty| depends(ty.to_token_stream()));
    if in_generic || !method.generics.params.is_empty() || dependent {
        return TokenStream::new();
    }
    quote! {
        const _: () = {
            #[allow(unused, reason = "its types are named, and nothing else")]
            fn mentioned(#(_: ::core::marker::PhantomData<#types>),*) {}
        };
    }
}

/// Whether a type names the impl's own, or a lifetime that is not in scope.
fn depends(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "Self",
        TokenTree::Punct(tick) => tick.as_char() == '\'',
        TokenTree::Group(group) => depends(group.stream()),
        TokenTree::Literal(_) => false,
    })
}
