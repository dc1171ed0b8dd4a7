//! The JSON implementation of one message: one line a field each way.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::contract::{Cardinality, Field, Kind, Message, MessageId, Oneof};
use crate::emit::rust::module::ident;
use crate::emit::rust::scope::Scope;

/// `impl Json for …`.
pub(super) fn implementation(scope: Scope<'_>, id: MessageId) -> TokenStream {
    let message = scope.contract.message(id);
    let path = scope.message(id);
    if message.fields.is_empty() {
        return empty(&path);
    }
    let lines = writes(scope, message);
    let arms = message.fields.iter().enumerate().map(|(index, field)| {
        let index = Literal::usize_unsuffixed(index);
        let call = read(scope, message, field);
        quote! { #index => #call, }
    });
    quote! {
        impl json::Json for #path {
            fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
                #(#lines)*
                Ok(())
            }

            fn read<'de, A: json::MapAccess<'de>>(
                &mut self,
                field: usize,
                value: json::Slot<'_, A>,
            ) -> Result<(), A::Error> {
                match field {
                    #(#arms)*
                    _ => value.skip(),
                }
            }
        }
    }
}

fn empty(path: &TokenStream) -> TokenStream {
    quote! {
        impl json::Json for #path {
            fn write<S: json::SerializeMap>(&self, _: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
                Ok(())
            }

            fn read<'de, A: json::MapAccess<'de>>(
                &mut self,
                _: usize,
                value: json::Slot<'_, A>,
            ) -> Result<(), A::Error> {
                value.skip()
            }
        }
    }
}

/// One statement a field, and one a oneof at the place of its first member.
fn writes(scope: Scope<'_>, message: &Message) -> Vec<TokenStream> {
    let mut seen = std::collections::BTreeSet::new();
    let statement = |field: &Field| match field.cardinality {
        Cardinality::Oneof(index) if !seen.insert(index) => None,
        Cardinality::Oneof(index) => {
            message.oneofs.get(index).map(|oneof| write_oneof(scope, message, index, oneof))
        }
        _ => Some(write(scope, field)),
    };
    message.fields.iter().filter_map(statement).collect()
}

fn write(scope: Scope<'_>, field: &Field) -> TokenStream {
    let (name, place) = (&field.json, ident(&field.rust));
    let required = field.cardinality == Cardinality::Required;
    match (enumeration(scope, &field.kind), required) {
        (None, false) => quote! { out.field(#name, &self.#place)?; },
        (None, true) => quote! { out.present(#name, &self.#place)?; },
        (Some(of), false) => quote! { out.enumeration(#name, &self.#place, #of)?; },
        (Some(of), true) => quote! { out.present_enumeration(#name, &self.#place, #of)?; },
    }
}

fn write_oneof(scope: Scope<'_>, message: &Message, index: usize, oneof: &Oneof) -> TokenStream {
    let place = ident(&oneof.rust);
    let path = scope.oneof(oneof);
    let member = |field: &&Field| field.cardinality == Cardinality::Oneof(index);
    let arms = message.fields.iter().filter(member).map(|field| {
        let (name, variant) = (&field.json, ident(&field.rust));
        let call = match enumeration(scope, &field.kind) {
            None => quote! { out.present(#name, value)? },
            Some(of) => quote! { out.present_enumeration(#name, value, #of)? },
        };
        quote! { Some(#path::#variant(value)) => #call, }
    });
    quote! {
        match &self.#place {
            #(#arms)*
            None => {}
        }
    }
}

fn read(scope: Scope<'_>, message: &Message, field: &Field) -> TokenStream {
    let of = enumeration(scope, &field.kind);
    let oneof = match field.cardinality {
        Cardinality::Oneof(index) => message.oneofs.get(index),
        _ => None,
    };
    let name = ident(&field.rust);
    match (oneof, of) {
        (None, None) => quote! { value.read(&mut self.#name) },
        (None, Some(of)) => quote! { value.read_enumeration(&mut self.#name, #of) },
        (Some(oneof), of) => {
            let (place, path) = (ident(&oneof.rust), scope.oneof(oneof));
            match of {
                None => quote! { value.read_oneof(&mut self.#place, #path::#name) },
                Some(of) => quote! {
                    value.read_oneof_enumeration(&mut self.#place, #path::#name, #of)
                },
            }
        }
    }
}

/// The table of an enum kind.
fn enumeration(scope: Scope<'_>, kind: &Kind) -> Option<TokenStream> {
    match kind {
        Kind::Enum(id) => Some(scope.enum_type(*id)),
        Kind::NullValue => Some(quote! { &::agentgen::codec::wkt::NULL_VALUE }),
        _ => None,
    }
}
