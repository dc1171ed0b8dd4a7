//! Puts the contract's docs on what prost-build made, and leaves out types
//! that the contract does not hold.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser as _;
use syn::{Attribute, Fields, Item, Meta};

use super::{docs, prelude};
use crate::contract::{Contract, Enum, Message, Oneof};

/// The items of a package, documented.
pub(super) fn items(contract: &Contract, package: usize, items: Vec<Item>) -> Vec<Item> {
    let index = Index::new(contract, package);
    index.items(&mut Vec::new(), items)
}

/// A Rust type of the contract.
#[derive(Clone, Copy)]
enum Element<'a> {
    Message(&'a Message),
    Oneof(&'a Message, &'a Oneof),
    Enum(&'a Enum),
}

/// The types of a package by their Rust path inside it.
struct Index<'a>(HashMap<&'a [String], Element<'a>>);

impl<'a> Index<'a> {
    fn new(contract: &'a Contract, package: usize) -> Self {
        let mut index = HashMap::new();
        let Some(package) = contract.packages.get(package) else { return Self(index) };
        for message in package.messages.iter().map(|id| contract.message(*id)) {
            if !message.map_entry {
                index.insert(message.rust_path.as_slice(), Element::Message(message));
            }
            for oneof in &message.oneofs {
                index.insert(oneof.rust_path.as_slice(), Element::Oneof(message, oneof));
            }
        }
        for found in package.enums.iter().map(|id| contract.enumeration(*id)) {
            index.insert(found.rust_path.as_slice(), Element::Enum(found));
        }
        Self(index)
    }

    fn items(&self, path: &mut Vec<String>, items: Vec<Item>) -> Vec<Item> {
        items.into_iter().filter_map(|item| self.item(path, item)).collect()
    }

    fn item(&self, path: &mut Vec<String>, mut item: Item) -> Option<Item> {
        let name = name(&item)?;
        path.push(name);
        let kept = match (&mut item, self.0.get(path.as_slice())) {
            (Item::Mod(module), _) => {
                let inside = module.content.as_mut()?;
                inside.1 = self.items(path, std::mem::take(&mut inside.1));
                let import = prelude::import(&inside.1);
                inside.1.splice(0..0, import);
                !inside.1.is_empty()
            }
            (Item::Struct(item), Some(Element::Message(message))) => {
                structure(item, message);
                true
            }
            (Item::Enum(item), Some(Element::Enum(found))) => {
                enumeration(item, found);
                true
            }
            (Item::Enum(item), Some(Element::Oneof(message, oneof))) => {
                union(item, message, oneof);
                true
            }
            (Item::Impl(item), Some(_)) => {
                names_of_values(item);
                true
            }
            _ => false,
        };
        path.pop();
        kept.then_some(item)
    }
}

/// The name an item is found by; for an `impl`, that of its type.
fn name(item: &Item) -> Option<String> {
    match item {
        Item::Mod(item) => Some(item.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Impl(item) => match item.self_ty.as_ref() {
            syn::Type::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        },
        _ => None,
    }
}

fn structure(item: &mut syn::ItemStruct, message: &Message) {
    let fallback = format!("`{}`.", message.full_name);
    document(&mut item.attrs, &docs::text(&message.docs, &fallback, message.deprecated));
    let Fields::Named(fields) = &mut item.fields else { return };
    if fields.named.iter().any(|field| mentions(field, "btree_map")) {
        derive_debug(&mut item.attrs);
    }
    for made in &mut fields.named {
        let Some(name) = made.ident.as_ref().map(ToString::to_string) else { continue };
        let text = field_docs(message, &name).or_else(|| oneof_docs(message, &name));
        document(&mut made.attrs, &text.unwrap_or_default());
    }
}

fn field_docs(message: &Message, name: &str) -> Option<String> {
    use crate::contract::Cardinality::Oneof;
    let own = |field: &&crate::contract::Field| !matches!(field.cardinality, Oneof(_));
    let field = message.fields.iter().filter(own).find(|field| field.rust == name)?;
    Some(docs::text(&field.docs, &fallback(field), field.deprecated))
}

fn oneof_docs(message: &Message, name: &str) -> Option<String> {
    let oneof = message.oneofs.iter().find(|oneof| oneof.rust == name)?;
    Some(docs::text(&oneof.docs, &format!("One of `{}`, or none.", oneof.name), false))
}

fn fallback(field: &crate::contract::Field) -> String {
    format!("Field {}, `{}`.", field.number, field.name)
}

fn enumeration(item: &mut syn::ItemEnum, found: &Enum) {
    let fallback = format!("`{}`.", found.full_name);
    document(&mut item.attrs, &docs::text(&found.docs, &fallback, found.deprecated));
    for variant in &mut item.variants {
        let name = variant.ident.to_string();
        // An alias comes after the value that gave the variant its name.
        let Some(value) = found.values.iter().find(|value| value.rust == name) else { continue };
        let fallback = format!("`{}`.", value.name);
        document(&mut variant.attrs, &docs::text(&value.docs, &fallback, value.deprecated));
    }
}

fn union(item: &mut syn::ItemEnum, message: &Message, oneof: &Oneof) {
    let fallback_docs = format!("The oneof `{}` of `{}`.", oneof.name, message.full_name);
    document(&mut item.attrs, &docs::text(&oneof.docs, &fallback_docs, false));
    for variant in &mut item.variants {
        let name = variant.ident.to_string();
        let field = message.fields.iter().find(|field| {
            field.rust == name
                && matches!(field.cardinality, crate::contract::Cardinality::Oneof(_))
        });
        let text = field.map(|field| docs::text(&field.docs, &fallback(field), field.deprecated));
        document(&mut variant.attrs, &text.unwrap_or_default());
    }
}

/// prost-build's own docs of these two fail the lints of many crates, as does a
/// reference to what fits into a register.
fn names_of_values(item: &mut syn::ItemImpl) {
    for member in &mut item.items {
        let syn::ImplItem::Fn(function) = member else { continue };
        let text = match function.sig.ident.to_string().as_str() {
            "as_str_name" => "The name of this value in the contract.",
            "from_str_name" => "The value with this name in the contract.",
            _ => continue,
        };
        document(&mut function.attrs, text);
        if let Some(syn::FnArg::Receiver(receiver)) = function.sig.inputs.first_mut() {
            *receiver = syn::parse_quote!(self);
        }
    }
}

/// Whether the prost attribute of a field says `word`.
fn mentions(field: &syn::Field, word: &str) -> bool {
    let lists = field.attrs.iter().filter_map(|attr| attr.meta.require_list().ok());
    lists.flat_map(|list| list.tokens.clone()).any(|token| token.to_string() == word)
}

/// Takes `Debug` from the standard library. prost's own names the crate
/// `prost` for a `BTreeMap`, whatever its path is set to.
fn derive_debug(attrs: &mut Vec<Attribute>) {
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("derive")) {
        if let Meta::List(list) = &mut attr.meta {
            let derived = &list.tokens;
            list.tokens = quote! { Debug, #derived };
        }
    }
    attrs.extend(attributes(quote! { #[prost(skip_debug)] }));
}

/// Replaces the docs among attributes.
fn document(attrs: &mut Vec<Attribute>, text: &str) {
    attrs.retain(|attr| !attr.path().is_ident("doc"));
    let docs = attributes(docs::outer(text));
    attrs.splice(0..0, docs);
}

fn attributes(tokens: TokenStream) -> Vec<Attribute> {
    Attribute::parse_outer.parse2(tokens).unwrap_or_default()
}
