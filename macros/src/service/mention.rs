//! Keeps the imports in use that a method names which is switched off: that they
//! are unused otherwise is no mistake of the user's.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{GenericArgument, ImplItemFn, PathArguments, ReturnType, Type, parse_quote};

use super::condition;
use super::failure::of_nothing;
use super::signature::{self, Failure};

/// Names the types of a signature; nothing where they depend on the impl.
pub(super) fn types(method: &ImplItemFn, in_generic: bool) -> TokenStream {
    let output = match &method.sig.output {
        ReturnType::Type(_, ty) => Some((**ty).clone()),
        ReturnType::Default => None,
    };
    let arguments = signature::arguments(&method.sig).into_iter().cloned();
    let types: Vec<Type> = arguments.chain(output).collect();
    let dependent = types.iter().any(|ty| depends(ty.to_token_stream()));
    if dependent { TokenStream::new() } else { named(method, in_generic, &types) }
}

/// Names the types of a signature apart from the messages, which are not there.
pub(super) fn without_messages(method: &ImplItemFn, in_generic: bool) -> TokenStream {
    let arguments = signature::arguments(&method.sig);
    let is_context = |ty: &&&Type| {
        let inner = signature::referenced(ty);
        inner
            .is_some_and(|it| signature::named(it).message.name().is_some_and(|it| it == "Context"))
    };
    let contexts = arguments.iter().filter(is_context).map(|ty| (*ty).clone());
    let streams = arguments.iter().filter_map(|ty| stream(ty));
    let reply = signature::result(&method.sig).into_iter().flat_map(|(reply, failure)| {
        let result = match failure {
            Failure::Alias(path) => Some(of_nothing(path)),
            Failure::Named(error) => {
                signature::output(&method.sig).and_then(|ty| result(ty, error))
            }
        };
        result.into_iter().chain(stream(reply))
    });
    let mut types: Vec<Type> = contexts.chain(streams).chain(reply).collect();
    types.retain(|ty| !depends(ty.to_token_stream()));
    if types.is_empty() { TokenStream::new() } else { named(method, in_generic, &types) }
}

/// `Inbound<()>` in place of a stream of messages.
fn stream(ty: &Type) -> Option<Type> {
    signature::named(ty).stream?;
    signature::path(ty).map(of_nothing)
}

/// `Result<(), E>` in place of a result with a message.
fn result(ty: &Type, error: &Type) -> Option<Type> {
    let mut path = signature::path(ty)?.clone();
    let arguments: [GenericArgument; 2] = [parse_quote!(()), parse_quote!(#error)];
    path.segments.last_mut()?.arguments =
        PathArguments::AngleBracketed(parse_quote!(<#(#arguments),*>));
    Some(parse_quote!(#path))
}

fn named(method: &ImplItemFn, in_generic: bool, types: &[Type]) -> TokenStream {
    if in_generic || !method.sig.generics.params.is_empty() {
        return TokenStream::new();
    }
    let when = condition::of(&method.attrs).map(|condition| quote!(#[cfg(#condition)]));
    quote! {
        #when
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
