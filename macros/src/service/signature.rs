//! What a user's method says about its rpc, read from tokens alone: a macro
//! sees names, not types, so everything that an alias may hide stays unknown.

use syn::{FnArg, GenericArgument, Path, PathArguments, Receiver, ReturnType, Signature, Type};

/// A message as a signature names it.
pub(super) struct Named<'a> {
    /// The whole type, for the span of a mistake.
    pub(super) ty: &'a Type,
    /// `Inbound` or `Outbound`, if the message is inside one.
    pub(super) stream: Option<String>,
    /// The last name of the message's path; `None` for what is no path.
    pub(super) message: Option<String>,
}

/// The error of a method's `Result`.
pub(super) enum Failure<'a> {
    /// `Result<T, E>`.
    Named(&'a Type),
    /// `Result<T>`, an alias that is taken for `agentgen::Result`.
    Default,
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

/// The parts of a `Result`; `None` where the method returns something else.
pub(super) fn result(signature: &Signature) -> Option<(&Type, Failure<'_>)> {
    let ReturnType::Type(_, ty) = &signature.output else {
        return None;
    };
    let arguments = generic(path(ty)?, "Result")?;
    match arguments.as_slice() {
        [ok] => Some((ok, Failure::Default)),
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
    let message = match message {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Some("()".to_owned()),
        other => path(other).and_then(last),
    };
    Named { ty, stream, message }
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

/// Whether a type is `name<…>`.
pub(crate) fn is_generic(ty: &Type, name: &str) -> bool {
    path(ty).is_some_and(|path| generic(path, name).is_some())
}

fn path(ty: &Type) -> Option<&Path> {
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
