//! What a user's method says about its rpc, read from tokens alone: a macro
//! sees names, not types, so everything that an alias may hide stays unknown.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{
    FnArg, GenericArgument, Lifetime, Path, PathArguments, Receiver, ReturnType, Signature, Type,
    TypeImplTrait, TypeParamBound,
};

/// A message as a signature names it.
pub(super) struct Named<'a> {
    /// The whole type, for the span of a mistake.
    pub(super) ty: &'a Type,
    /// `Inbound` or `Outbound`, if the message is inside one.
    pub(super) stream: Option<String>,
    /// What the message is called.
    pub(super) message: Message<'a>,
}

/// A message as it is written.
#[derive(Clone, Copy)]
pub(super) enum Message<'a> {
    /// By its path.
    Path(&'a Path),
    /// `()`
    Unit,
    /// Something that surely is no message, such as a reference.
    None,
    /// Something that may yield any type, such as a macro or `Self::Request`.
    Any,
}

impl Message<'_> {
    /// The last name of the path.
    pub(super) fn name(self) -> Option<String> {
        match self {
            Self::Path(path) => last(path),
            Self::Unit => Some("()".to_owned()),
            Self::None | Self::Any => None,
        }
    }
}

/// The error of a method's `Result`.
pub(super) enum Failure<'a> {
    /// `Result<T, E>`.
    Named(&'a Type),
    /// Whatever the alias `Result<T>` says.
    Alias(&'a Path),
}

/// The types after the receiver.
pub(super) fn arguments(signature: &Signature) -> Vec<&Type> {
    let inputs = signature.inputs.iter();
    inputs
        .filter_map(|input| match input {
            FnArg::Typed(argument) => Some(&*argument.ty),
            FnArg::Receiver(_) => None,
        })
        .collect()
}

/// Whether a receiver is `&self`.
pub(super) fn is_ref_self(receiver: &Receiver) -> bool {
    let is_plain = || matches!(&*receiver.ty, Type::Reference(it) if it.mutability.is_none());
    receiver.mutability.is_none()
        && (receiver.reference.is_some() || (receiver.colon_token.is_some() && is_plain()))
}

/// What a call comes to: the type that is returned, or that the future yields
/// that is returned by name; `None` where neither is said.
pub(super) fn output(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => match &**ty {
            Type::ImplTrait(future) => yielded(future),
            ty => Some(ty),
        },
    }
}

/// `T` of `impl Future<Output = T>`.
fn yielded(future: &TypeImplTrait) -> Option<&Type> {
    let segments = future.bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(it) => it.path.segments.last(),
        _ => None,
    });
    let arguments = segments.filter_map(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    arguments.flatten().find_map(|argument| match argument {
        GenericArgument::AssocType(it) if it.ident == "Output" => Some(&it.ty),
        _ => None,
    })
}

/// The parts of a `Result`; `None` where the method returns something else.
pub(super) fn result(signature: &Signature) -> Option<(&Type, Failure<'_>)> {
    let path = path(output(signature)?)?;
    let arguments = generic(path, "Result")?;
    match arguments.as_slice() {
        [ok] => Some((ok, Failure::Alias(path))),
        [ok, error] => Some((ok, Failure::Named(error))),
        _ => None,
    }
}

/// The message that a type names, looking inside `Inbound` and `Outbound`.
pub(super) fn named(ty: &Type) -> Named<'_> {
    let inner = ["Inbound", "Outbound"].into_iter().find_map(|stream| {
        let arguments = generic(path(ty)?, stream)?;
        Some((stream, *arguments.first()?))
    });
    let (stream, message) = match inner {
        Some((stream, message)) => (Some(stream.to_owned()), message),
        None => (None, ty),
    };
    Named { ty, stream, message: self::message(message) }
}

fn message(ty: &Type) -> Message<'_> {
    match ty {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Message::Unit,
        Type::Path(it) if it.qself.is_none() && !it.path.is_ident("Self") => {
            let of_self = it.path.segments.first().is_some_and(|first| first.ident == "Self");
            if of_self { Message::Any } else { Message::Path(&it.path) }
        }
        Type::Path(_) | Type::Macro(_) | Type::Infer(_) | Type::Verbatim(_) => Message::Any,
        Type::Group(group) => message(&group.elem),
        Type::Paren(paren) => message(&paren.elem),
        _ => Message::None,
    }
}

/// What a shared reference, as the context is, refers to.
pub(super) fn referenced(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(it) => it.mutability.is_none().then_some(&*it.elem),
        Type::Group(group) => referenced(&group.elem),
        Type::Paren(paren) => referenced(&paren.elem),
        _ => None,
    }
}

/// Whether a method ties arguments together by a lifetime of its own, which the
/// trait does not.
pub(super) fn shares_lifetimes(signature: &Signature) -> bool {
    let bounded = signature.generics.where_clause.is_some();
    let mut own = signature.generics.lifetimes();
    own.any(|own| {
        let used = signature.inputs.iter().filter(|input| names(input, &own.lifetime));
        bounded || !own.bounds.is_empty() || used.count() > 1
    })
}

fn names(tokens: impl ToTokens, lifetime: &Lifetime) -> bool {
    let mut open = vec![tokens.to_token_stream()];
    while let Some(tokens) = open.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let is_it = |pair: &[TokenTree]| {
            matches!(pair, [TokenTree::Punct(tick), TokenTree::Ident(name)]
                if tick.as_char() == '\'' && *name == lifetime.ident)
        };
        if tokens.windows(2).any(is_it) {
            return true;
        }
        open.extend(tokens.into_iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        }));
    }
    false
}

/// Whether a type is `name<…>`.
pub(crate) fn is_generic(ty: &Type, name: &str) -> bool {
    path(ty).is_some_and(|path| generic(path, name).is_some())
}

pub(super) fn path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Path(path) => Some(&path.path),
        Type::Group(group) => path(&group.elem),
        Type::Paren(paren) => path(&paren.elem),
        _ => None,
    }
}

fn last(path: &Path) -> Option<String> {
    Some(path.segments.last()?.ident.to_string())
}

/// The type arguments of a path that ends in `name`.
fn generic<'a>(path: &'a Path, name: &str) -> Option<Vec<&'a Type>> {
    let segment = path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}
