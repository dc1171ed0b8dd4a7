//! The static tables of messages and enums.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::contract::{Cardinality, Enum, EnumId, Field, Kind, MessageId};
use crate::emit::rust::module::ident;
use crate::emit::rust::scope::Scope;
use crate::emit::rust::validation;

/// The imports that the tables need, and no others.
pub(super) fn imports(scope: Scope<'_>, ids: &[MessageId], enums: &[EnumId]) -> TokenStream {
    let mut names = BTreeSet::new();
    if !enums.is_empty() {
        names.insert("EnumType");
    }
    if enums.iter().any(|id| !scope.contract.enumeration(*id).values.is_empty()) {
        names.insert("EnumValue");
    }
    if !ids.is_empty() {
        names.extend(["MessageType", "json"]);
    }
    if ids.iter().any(|id| !scope.contract.message(*id).fields.is_empty()) {
        names.extend(["Field", "Kind"]);
    }
    let names = names.into_iter().map(ident);
    quote! { use ::agentgen::codec::{#(#names),*}; }
}

/// The table of an enum.
pub(super) fn enumeration(found: &Enum) -> TokenStream {
    let (table, name) = (ident(&found.rust_static), &found.full_name);
    let values = found.values.iter().map(|value| {
        let (name, number) = (&value.name, Literal::i32_unsuffixed(value.number));
        quote! { EnumValue::new(#name, #number), }
    });
    let closed = found.closed;
    quote! {
        pub(crate) static #table: EnumType = EnumType {
            name: #name,
            values: &[#(#values)*],
            closed: #closed,
        };
    }
}

/// The table of a message.
pub(super) fn message(scope: Scope<'_>, id: MessageId, with_rules: bool) -> TokenStream {
    let message = scope.contract.message(id);
    let (table, name) = (ident(&message.rust_static), &message.full_name);
    let path = scope.message(id);
    let fields = message.fields.iter().map(|field| row(scope, field));
    let rules = if with_rules && !message.validation.is_empty() {
        let module = ident(validation::MODULE);
        quote! { Some(&super::#module::#table) }
    } else {
        quote! { None }
    };
    quote! {
        pub(crate) static #table: MessageType = MessageType {
            name: #name,
            fields: &[#(#fields)*],
            new: ::agentgen::codec::new::<#path>,
            rules: #rules,
        };
    }
}

fn row(scope: Scope<'_>, field: &Field) -> TokenStream {
    let (name, json) = (&field.name, &field.json);
    let number = Literal::u32_unsuffixed(field.number);
    let (door, more) = cardinality(scope, &field.cardinality);
    let (door, kind) = (ident(door), kind(scope, &field.kind));
    quote! { Field::#door(#name, #json, #number, #more #kind), }
}

/// The runtime's constructor of such a field, and what else it takes.
fn cardinality(scope: Scope<'_>, cardinality: &Cardinality) -> (&'static str, Option<TokenStream>) {
    match cardinality {
        Cardinality::Implicit => ("implicit", None),
        Cardinality::Optional => ("optional", None),
        Cardinality::Required => ("required", None),
        Cardinality::Repeated => ("repeated", None),
        Cardinality::Oneof(index) => {
            let index = Literal::usize_unsuffixed(*index);
            ("member", Some(quote! { #index, }))
        }
        Cardinality::Map(key) => {
            let key = kind(scope, key);
            ("map", Some(quote! { &#key, }))
        }
    }
}

fn kind(scope: Scope<'_>, kind: &Kind) -> TokenStream {
    match kind {
        Kind::Enum(id) => {
            let table = scope.enum_type(*id);
            quote! { Kind::Enum(#table) }
        }
        Kind::NullValue => quote! { Kind::Enum(&::agentgen::codec::wkt::NULL_VALUE) },
        Kind::Message(reference) => {
            let table = scope.message_type(reference);
            quote! { Kind::Message(#table) }
        }
        Kind::Group(id) => {
            let table = scope.message_type(&crate::contract::TypeRef::Message(*id));
            quote! { Kind::Group(#table) }
        }
        scalar => {
            let name = ident(scalar_name(scalar));
            quote! { Kind::#name }
        }
    }
}

/// The name of a scalar, in the contract's `Kind` and in the runtime's.
fn scalar_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Double => "Double",
        Kind::Float => "Float",
        Kind::Int32 => "Int32",
        Kind::Int64 => "Int64",
        Kind::Uint32 => "Uint32",
        Kind::Uint64 => "Uint64",
        Kind::Sint32 => "Sint32",
        Kind::Sint64 => "Sint64",
        Kind::Fixed32 => "Fixed32",
        Kind::Fixed64 => "Fixed64",
        Kind::Sfixed32 => "Sfixed32",
        Kind::Sfixed64 => "Sfixed64",
        Kind::Bool => "Bool",
        Kind::String => "String",
        Kind::Bytes => "Bytes",
        Kind::Enum(_) | Kind::NullValue => "Enum",
        Kind::Message(_) => "Message",
        Kind::Group(_) => "Group",
    }
}
