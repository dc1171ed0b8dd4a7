//! How generated code names the types of the contract from where it stands.
//!
//! Paths between packages are relative (`super::super::…`), so that the tree
//! works wherever it is mounted.

use proc_macro2::TokenStream;
use quote::quote;

use super::module::{Module, ident};
use super::well_known;
use crate::contract::{Contract, EnumId, FieldRef, MessageId, Oneof, TypeRef};

/// A module that stands `depth` levels below the module of a package.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) contract: &'a Contract,
    package: Option<usize>,
    depth: usize,
}

impl<'a> Scope<'a> {
    pub(super) fn new(contract: &'a Contract, package: usize, depth: usize) -> Self {
        Self { contract, package: Some(package), depth }
    }

    /// A module directly below the root of the output.
    pub(super) fn root_of(contract: &'a Contract) -> Self {
        Self { contract, package: None, depth: 1 }
    }

    /// The root of the output itself.
    pub(super) fn at_root(contract: &'a Contract) -> Self {
        Self { contract, package: None, depth: 0 }
    }

    /// The way to the root of the output.
    pub(super) fn root(self) -> TokenStream {
        let up =
            std::iter::repeat_n(quote! { super }, self.modules(self.package).len() + self.depth);
        quote! { #(#up)::* }
    }

    /// The Rust type of a message.
    pub(super) fn message(self, id: MessageId) -> TokenStream {
        let message = self.contract.message(id);
        self.path(Some(message.package), &message.rust_path)
    }

    /// The enum of a oneof of a message of this package.
    pub(super) fn oneof(self, oneof: &Oneof) -> TokenStream {
        self.path(self.package, &oneof.rust_path)
    }

    /// The Rust type of a request or a reply.
    pub(super) fn type_of(self, reference: &TypeRef) -> TokenStream {
        match reference {
            TypeRef::Message(id) => self.message(*id),
            TypeRef::WellKnown(name) => well_known::rust_type(name),
        }
    }

    /// A `&'static MessageType`.
    pub(super) fn message_type(self, reference: &TypeRef) -> TokenStream {
        let table = match reference {
            TypeRef::Message(id) => self.message_table(*id),
            TypeRef::WellKnown(name) => well_known::table(name),
        };
        quote! { &#table }
    }

    fn message_table(self, id: MessageId) -> TokenStream {
        let message = self.contract.message(id);
        self.table(message.package, &message.rust_static)
    }

    /// A `&'static EnumType`.
    pub(super) fn enum_type(self, id: EnumId) -> TokenStream {
        let enumeration = self.contract.enumeration(id);
        let table = self.table(enumeration.package, &enumeration.rust_static);
        quote! { &#table }
    }

    /// A `&'static Field`.
    pub(super) fn field(self, reference: FieldRef) -> TokenStream {
        let table = self.message_table(reference.message);
        let name = &self.contract.field(reference).name;
        quote! { #table.expect_field(#name) }
    }

    /// A static of a package's `codec` module. Tables of services import that
    /// of their own package, see [`Scope::import_codec`].
    fn table(self, package: usize, name: &str) -> TokenStream {
        if Some(package) == self.package {
            let name = ident(name);
            return if self.depth == CODEC_DEPTH {
                quote! { #name }
            } else {
                quote! { codec::#name }
            };
        }
        self.path(Some(package), &["codec".to_owned(), name.to_owned()])
    }

    /// Imports the tables of this package, if the module names any.
    pub(super) fn import_codec(self, module: &mut Module) {
        if module.mentions("codec") {
            let up = std::iter::repeat_n(quote! { super }, self.depth);
            module.import(quote! { use #(#up::)*codec; });
        }
    }

    fn path(self, package: Option<usize>, inside: &[String]) -> TokenStream {
        let here = self.modules(self.package);
        let there = self.modules(package);
        let common = here.iter().zip(there).take_while(|(a, b)| a == b).count();
        let up = self.depth + here.len() - common;
        let up = std::iter::repeat_n(quote! { super }, up);
        let down = there[common..].iter().chain(inside).map(|name| {
            let name = ident(name);
            quote! { #name }
        });
        let segments = up.chain(down);
        quote! { #(#segments)::* }
    }

    fn modules(self, package: Option<usize>) -> &'a [String] {
        let package = package.and_then(|package| self.contract.packages.get(package));
        package.map_or(&[], |package| &package.modules)
    }
}

/// The depth of `codec.rs`.
pub(super) const CODEC_DEPTH: usize = 1;
