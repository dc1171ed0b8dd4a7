//! The types of Rust that stand for a scalar of the contract. A macro sees names
//! only: an alias, or a type of the user's, is left to the compiler.

use agentgen_codegen::contract::Kind;
use syn::{GenericArgument, PathArguments, Type};

/// Every name that surely is a type of the language or its prelude.
const KNOWN: [&str; 14] = [
    "String", "bool", "f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64",
    "usize",
];

/// What a scalar is called in the contract and which types stand for it.
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
        Kind::Bytes | Kind::Enum(_) | Kind::NullValue | Kind::Message(_) | Kind::Group(_) => {
            return None;
        }
    })
}

/// What a field is and has to be held as, where a type surely is wrong for it.
pub(super) fn mistake(kind: &Kind, ty: &Type) -> Option<String> {
    let (name, right) = types(kind)?;
    let held = inner(ty)?;
    let wrong = KNOWN.contains(&held.as_str()) && !right.contains(&held.as_str());
    wrong.then(|| format!("{name}: hold `{}`", right.join("`, `")))
}

/// The name of a type, or of what an `Option` or a `Vec` of it holds.
fn inner(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return path.path.get_ident().map(ToString::to_string);
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if last.ident == "Option" || last.ident == "Vec" => {
            inner(ty)
        }
        _ => None,
    }
}
