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

/// A type that surely is wrong, and what it should have been.
pub(super) struct Mistake<'t> {
    pub(super) ty: &'t Type,
    pub(super) text: String,
}

impl Mistake<'_> {
    /// What is said of the field of this name, declared at `place`.
    pub(super) fn message(&self, name: &str, place: &str) -> String {
        let text = &self.text;
        format!("`{name}`, declared at {place}, is {text}, or convert it with `#[agent(try_from)]`")
    }
}

/// Where in a type a value stands.
#[derive(Clone, Copy)]
enum Place {
    Alone,
    Element,
    Key,
    Value,
}

/// What a field is and has to be held as, where a type surely is wrong for it.
pub(super) fn mistake<'t>(
    target: &Target<'_>,
    slot: &Slot<'_>,
    ty: &'t Type,
) -> Option<Mistake<'t>> {
    let ty = if slot.optional { inside(ty, "Option").unwrap_or(ty) } else { ty };
    let whole = |text: &str| is_value(ty).then(|| Mistake { ty, text: text.to_owned() });
    let Some(field) = slot.field else {
        let name = oneof(target, slot);
        return whole(&format!("a oneof: hold an enum that derives `AgentMessage` for `{name}`"));
    };
    match &field.cardinality {
        Cardinality::Repeated => match inside(ty, "Vec") {
            Some(element) => of_value(&field.kind, element, Place::Element),
            None => whole("repeated: hold a `Vec`"),
        },
        Cardinality::Map(key) => match MAPS.iter().find_map(|map| arguments(ty, map)) {
            Some(pair) => match pair.as_slice() {
                [own_key, value, ..] => of_value(key, own_key, Place::Key)
                    .or_else(|| of_value(&field.kind, value, Place::Value)),
                _ => None,
            },
            None => whole("a map: hold a `HashMap` or a `BTreeMap`"),
        },
        _ => of_value(&field.kind, ty, Place::Alone),
    }
}

/// The same of a member of a oneof, which is never absent.
pub(super) fn of_member<'t>(kind: &Kind, ty: &'t Type) -> Option<Mistake<'t>> {
    of_value(kind, ty, Place::Alone)
}

/// Whether a type surely is none of numbers of 32 bits.
pub(super) fn no_number(ty: &Type) -> bool {
    is_value(ty) && known(ty).is_none_or(|held| held != "i32")
}

fn oneof(target: &Target<'_>, slot: &Slot<'_>) -> String {
    match target.what {
        What::Message(message) => format!("{}.{}", message.full_name, slot.name),
        _ => slot.name.to_owned(),
    }
}

/// The mistake in one value.
fn of_value<'t>(kind: &Kind, ty: &'t Type, place: Place) -> Option<Mistake<'t>> {
    let (one, many, right) = types(kind)?;
    let held_as = |name: &str| right.contains(&name);
    let wrong = is_value(ty)
        && !known(ty).is_some_and(|held| held_as(&held))
        && !(held_as("Vec<u8>") && is_bytes(ty));
    wrong.then(|| {
        let several = matches!(place, Place::Element);
        let listed =
            |name: &&str| if several { format!("`Vec<{name}>`") } else { format!("`{name}`") };
        let types = right.iter().map(listed).collect::<Vec<_>>().join(", ");
        let own = match kind {
            Kind::Message(TypeRef::Message(_)) | Kind::Group(_) if several => {
                "a `Vec` of a struct that derives `AgentMessage`, or of the generated type"
                    .to_owned()
            }
            Kind::Message(TypeRef::Message(_)) | Kind::Group(_) => {
                "a struct that derives `AgentMessage`, or the generated type".to_owned()
            }
            Kind::Enum(_) if several => {
                format!("a `Vec` of an enum that derives `AgentMessage`, or {types}")
            }
            Kind::Enum(_) => format!("an enum that derives `AgentMessage`, or {types}"),
            _ => types,
        };
        let what = match place {
            Place::Alone => one.to_owned(),
            Place::Element => format!("a list of {many}"),
            Place::Key => format!("a map whose key is {one}"),
            Place::Value => format!("a map to {many}"),
        };
        Mistake { ty, text: format!("{what}: hold {own}") }
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

/// What a value is called in the contract, what several are, and which types stand
/// for it.
type Names = (&'static str, &'static str, &'static [&'static str]);

fn types(kind: &Kind) -> Option<Names> {
    Some(match kind {
        Kind::Double => ("a double", "doubles", &["f64"]),
        Kind::Float => ("a float", "floats", &["f32"]),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            ("a 32-bit integer", "32-bit integers", &["i32", "i16", "i8"])
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            ("a 64-bit integer", "64-bit integers", &["i64", "i32", "isize"])
        }
        Kind::Uint32 | Kind::Fixed32 => {
            ("an unsigned 32-bit integer", "unsigned 32-bit integers", &["u32", "u16", "u8"])
        }
        Kind::Uint64 | Kind::Fixed64 => {
            ("an unsigned 64-bit integer", "unsigned 64-bit integers", &["u64", "u32", "usize"])
        }
        Kind::Bool => ("a bool", "bools", &["bool"]),
        Kind::String => ("a string", "strings", &["String"]),
        Kind::Bytes => ("bytes", "bytes", &["Vec<u8>", "bytes::Bytes"]),
        Kind::Enum(_) => ("an enum", "enums", &["i32"]),
        Kind::Message(TypeRef::WellKnown(name)) => return well_known(name),
        Kind::Message(TypeRef::Message(_)) | Kind::Group(_) => ("a message", "messages", &[]),
        Kind::NullValue => return None,
    })
}

/// The same of the types of `google.protobuf`, of which some are scalars in Rust.
fn well_known(name: &str) -> Option<Names> {
    let kind = match name.strip_prefix("google.protobuf.")? {
        "Timestamp" => {
            let right = &["std::time::SystemTime", "chrono::DateTime<Utc>", "jiff::Timestamp"];
            return Some(("a timestamp", "timestamps", right));
        }
        "Duration" => {
            let right = &["std::time::Duration", "chrono::TimeDelta", "jiff::SignedDuration"];
            return Some(("a duration", "durations", right));
        }
        "Struct" => {
            let right = &["serde_json::Map<String, serde_json::Value>"];
            return Some(("a JSON object", "JSON objects", right));
        }
        "Value" => return Some(("a JSON value", "JSON values", &["serde_json::Value"])),
        "Empty" => return Some(("empty", "empty messages", &["()"])),
        "DoubleValue" => Kind::Double,
        "FloatValue" => Kind::Float,
        "Int32Value" => Kind::Int32,
        "Int64Value" => Kind::Int64,
        "UInt32Value" => Kind::Uint32,
        "UInt64Value" => Kind::Uint64,
        "BoolValue" => Kind::Bool,
        "StringValue" => Kind::String,
        "BytesValue" => Kind::Bytes,
        _ => return None,
    };
    types(&kind)
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
