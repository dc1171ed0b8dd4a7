//! What types of Rust stand for a field of the contract: its shape, and the
//! scalars. A macro sees names only: an alias, or a type of the user's, is left
//! to the compiler.

use agentgen_codegen::contract::{Cardinality, Kind, TypeRef};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use super::message::Slot;
use super::target::{Target, What};

/// Every name that surely is a type of the language or its prelude.
const KNOWN: [&str; 18] = [
    "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str",
    "u8", "u16", "u32", "u64", "u128", "usize",
];

const MAPS: [&str; 2] = ["HashMap", "BTreeMap"];

/// What a field is and has to be held as, where a type surely is wrong for it.
pub(super) fn mistake(target: &Target<'_>, slot: &Slot<'_>, ty: &Type) -> Option<String> {
    let ty = if slot.optional { inside(ty, "Option").unwrap_or(ty) } else { ty };
    let Some(field) = slot.field else {
        return is_value(ty).then(|| {
            let name = oneof(target, slot);
            format!("a oneof: hold an enum that derives `AgentMessage` for `{name}`")
        });
    };
    match &field.cardinality {
        Cardinality::Repeated => match inside(ty, "Vec") {
            Some(element) => of_value(&field.kind, element),
            None => is_value(ty).then(|| "repeated: hold a `Vec`".to_owned()),
        },
        Cardinality::Map(key) => match MAPS.iter().find_map(|map| arguments(ty, map)) {
            Some(pair) => match pair.as_slice() {
                [own_key, value, ..] => {
                    of_key(key, own_key).or_else(|| of_value(&field.kind, value))
                }
                _ => None,
            },
            None => is_value(ty).then(|| "a map: hold a `HashMap` or a `BTreeMap`".to_owned()),
        },
        _ => of_value(&field.kind, ty),
    }
}

/// The same of a member of a oneof, which is never absent.
pub(super) fn of_member(kind: &Kind, ty: &Type) -> Option<String> {
    of_value(kind, ty)
}

fn oneof(target: &Target<'_>, slot: &Slot<'_>) -> String {
    match target.what {
        What::Message(message) => format!("{}.{}", message.full_name, slot.name),
        _ => slot.name.to_owned(),
    }
}

fn of_key(kind: &Kind, ty: &Type) -> Option<String> {
    of_value(kind, ty).map(|mistake| format!("a map whose key is {mistake}"))
}

/// The mistake in one value.
fn of_value(kind: &Kind, ty: &Type) -> Option<String> {
    let (name, right) = types(kind)?;
    let wrong = match kind {
        Kind::Bytes => is_value(ty) && !is_bytes(ty),
        // Some are scalars in Rust, or lists: the compiler knows which.
        Kind::Message(TypeRef::WellKnown(_)) => false,
        _ => is_value(ty) && !known(ty).is_some_and(|held| right.contains(&held.as_str())),
    };
    wrong.then(|| {
        let right: Vec<_> = right.iter().map(|name| format!("`{name}`")).collect();
        match kind {
            Kind::Message(_) | Kind::Group(_) => {
                format!("{name}: hold a struct that derives `AgentMessage`, or the generated type")
            }
            Kind::Enum(_) => format!("{name}: hold an enum that derives `AgentMessage`, or `i32`"),
            _ => format!("{name}: hold {}", right.join(", ")),
        }
    })
}

/// The type in generated code of a scalar that has one.
pub(super) fn scalar(kind: &Kind) -> Option<TokenStream> {
    Some(match kind {
        Kind::Double => quote!(::core::primitive::f64),
        Kind::Float => quote!(::core::primitive::f32),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 | Kind::Enum(_) => {
            quote!(::core::primitive::i32)
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => quote!(::core::primitive::i64),
        Kind::Uint32 | Kind::Fixed32 => quote!(::core::primitive::u32),
        Kind::Uint64 | Kind::Fixed64 => quote!(::core::primitive::u64),
        Kind::Bool => quote!(::core::primitive::bool),
        Kind::String => quote!(::std::string::String),
        Kind::Bytes | Kind::NullValue | Kind::Message(_) | Kind::Group(_) => return None,
    })
}

/// What a value is called in the contract, and which types stand for it.
fn types(kind: &Kind) -> Option<(&'static str, &'static [&'static str])> {
    Some(match kind {
        Kind::Double => ("a double", &["f64"]),
        Kind::Float => ("a float", &["f32"]),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => ("a 32-bit integer", &["i32", "i16", "i8"]),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            ("a 64-bit integer", &["i64", "i32", "isize"])
        }
        Kind::Uint32 | Kind::Fixed32 => ("an unsigned 32-bit integer", &["u32", "u16", "u8"]),
        Kind::Uint64 | Kind::Fixed64 => ("an unsigned 64-bit integer", &["u64", "u32", "usize"]),
        Kind::Bool => ("a bool", &["bool"]),
        Kind::String => ("a string", &["String"]),
        Kind::Bytes => ("bytes", &["Vec<u8>", "bytes::Bytes"]),
        Kind::Enum(_) => ("an enum", &["i32"]),
        Kind::Message(_) | Kind::Group(_) => ("a message", &[]),
        Kind::NullValue => return None,
    })
}

/// Whether a type surely has another shape than a type of the user's may have.
fn is_value(ty: &Type) -> bool {
    let has = |name: &str| arguments(ty, name).is_some();
    known(ty).is_some()
        || ["Vec", "Option", "HashMap", "BTreeMap"].into_iter().any(has)
        || matches!(ty, Type::Reference(_) | Type::Array(_) | Type::Slice(_))
}

fn is_bytes(ty: &Type) -> bool {
    inside(ty, "Vec").is_some_and(|element| {
        let held = known(element);
        held.is_none_or(|held| held == "u8")
    })
}

/// The name of a type of the language.
fn known(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.arguments.is_none())?;
    let name = last.ident.to_string();
    let alone = path.path.segments.len() == 1 || path.path.segments[0].ident == "std";
    (alone && KNOWN.contains(&name.as_str())).then_some(name)
}

/// `T` of `name<T>`.
fn inside<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    arguments(ty, name)?.first().copied()
}

/// The types of `name<…>`.
fn arguments<'t>(ty: &'t Type, name: &str) -> Option<Vec<&'t Type>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}
