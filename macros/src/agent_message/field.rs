//! One field of a user's struct beside its field of the contract.

use agentgen_codegen::contract::{Cardinality, Field, Kind};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, Type};

use super::attribute::OnPart;
use super::message::{Slot, rust};
use super::shape;
use super::target::Target;
use crate::report::Report;
use crate::service::{ident, is_generic};

/// The place of a field in the generated struct.
pub(super) fn slot(field: &Field) -> Slot<'_> {
    let single = matches!(field.kind, Kind::Message(_) | Kind::Group(_));
    let optional = match field.cardinality {
        Cardinality::Optional => true,
        Cardinality::Implicit => single,
        _ => false,
    };
    Slot {
        name: &field.name,
        json: &field.json,
        rust: &field.rust,
        location: &field.location,
        optional,
        field: Some(field),
    }
}

/// A field of the user's struct.
pub(super) struct Own<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a Type,
    pub(super) attribute: OnPart,
    pub(super) slot: Slot<'a>,
}

impl Own<'_> {
    /// The field, unless the contract makes what it says impossible.
    pub(super) fn checked(self, target: &Target<'_>, report: &mut Report) -> Option<Self> {
        let place = target.place(self.slot.location);
        let name = self.slot.name;
        if !self.slot.optional && self.is_option() {
            let several = self.slot.field.is_some_and(|it| {
                matches!(it.cardinality, Cardinality::Repeated | Cardinality::Map(_))
            });
            let instead = if several {
                "an empty one stands for that. Hold it without `Option`"
            } else {
                "its default stands for that. Hold the value itself, or mark the field `optional` \
                 in the contract"
            };
            let message = format!("`{name}`, declared at {place}, is never absent: {instead}");
            report.error_at(self.ty, message);
            return None;
        }
        if self.attribute.try_from.is_none()
            && let Some(mistake) = shape::mistake(target, &self.slot, self.ty)
        {
            report.error_at(mistake.ty, mistake.message(name, &place));
            return None;
        }
        let default = self.attribute.default.as_ref();
        if let Some(default) = default.filter(|_| !self.slot.optional || self.is_option()) {
            let message = if self.is_option() {
                format!("`{}` is an `Option`: it is `None` where `{name}` is absent", self.ident)
            } else {
                format!("`{name}`, declared at {place}, is never absent: leave `default` out")
            };
            report.error(default.span(), message);
            return None;
        }
        Some(self)
    }

    fn is_option(&self) -> bool {
        is_generic(self.ty, "Option")
    }

    /// `wire_field: value`
    pub(super) fn written(&self, target: &Target<'_>) -> TokenStream {
        let (field, own, span) = (rust(&self.slot), self.ident, self.ty.span());
        let conversions = self.conversions(target);
        let value = match (&self.attribute.try_from, self.is_list()) {
            (None, _) => quote_spanned!(span=> (#conversions.into_wire)(self.#own)),
            (Some(_), false) if self.is_option() => {
                quote_spanned!(span=> self.#own.map(::core::convert::Into::into))
            }
            (Some(_), true) => quote_spanned! {span=>
                ::core::iter::Iterator::collect(::core::iter::Iterator::map(
                    ::core::iter::IntoIterator::into_iter(self.#own),
                    ::core::convert::Into::into,
                ))
            },
            (Some(_), false) => quote_spanned!(span=> ::core::convert::Into::into(self.#own)),
        };
        if self.slot.optional && !self.is_option() {
            return quote!(#field: ::core::option::Option::Some(#value));
        }
        quote!(#field: #value)
    }

    /// `own_field: value`
    pub(super) fn read(&self, target: &Target<'_>) -> TokenStream {
        let (field, own, json) = (rust(&self.slot), self.ident, self.slot.json);
        let span = self.ty.span();
        let checked = self.attribute.try_from.is_some();
        let read = if checked {
            quote_spanned!(span=> ::agentgen::convert::checked)
        } else {
            let conversions = self.conversions(target);
            quote_spanned!(span=> #conversions.from_wire)
        };
        let default = self.attribute.default.is_some();
        // A oneof is no level of a path: its members are fields of the message.
        let is_oneof = self.slot.field.is_none();
        let function = ident(match (self.slot.optional, self.is_option()) {
            (true, true) if checked => "optional",
            (true, false) if default => "optional",
            (true, false) if is_oneof => "required_oneof",
            (true, false) => "required",
            _ if checked && self.is_list() => "list",
            _ => "field",
        });
        let name = if is_oneof && function != "required_oneof" { "" } else { json };
        let value =
            quote_spanned!(span=> ::agentgen::convert::#function(#name, wire.#field, #read)?);
        if default {
            let value = quote_spanned!(span=> ::core::option::Option::unwrap_or_default(#value));
            return quote!(#own: #value);
        }
        quote!(#own: #value)
    }

    /// Has the compiler compare an enum with that of the contract.
    pub(super) fn check(&self, target: &Target<'_>) -> Option<TokenStream> {
        let field = self.slot.field.filter(|_| self.attribute.try_from.is_none())?;
        let (ty, wire, span) = (self.ty, self.wire()?, self.ty.span());
        let of = quote_spanned!(span=> ::agentgen::convert::conversions::<#ty, #wire>().of);
        Some(target.same_enum(field, &of, span))
    }

    /// Both conversions of the type.
    fn conversions(&self, target: &Target<'_>) -> TokenStream {
        let (ty, span) = (self.ty, self.ty.span());
        if let Some(wire) = self.wire() {
            return quote_spanned!(span=> ::agentgen::convert::conversions::<#ty, #wire>());
        }
        let (field, wire) = (rust(&self.slot), &target.rust);
        let optional = self.slot.optional && !self.is_option();
        let slot = ident(if optional { "optional_slot" } else { "slot" });
        quote_spanned! {span=>
            ::agentgen::convert::#slot(|it: &#wire| &it.#field).conversions::<#ty>()
        }
    }

    /// The type of the generated field, where all its values are scalars.
    fn wire(&self) -> Option<TokenStream> {
        let field = self.slot.field?;
        let scalar = shape::scalar(&field.kind)?;
        Some(match &field.cardinality {
            Cardinality::Repeated => quote!(::std::vec::Vec<#scalar>),
            Cardinality::Map(key) => {
                let key = shape::scalar(key)?;
                quote!(::std::collections::BTreeMap<#key, #scalar>)
            }
            _ if self.is_option() => quote!(::core::option::Option<#scalar>),
            _ => scalar,
        })
    }

    fn is_list(&self) -> bool {
        let repeated = |field: &Field| field.cardinality == Cardinality::Repeated;
        self.slot.field.is_some_and(repeated) && is_generic(self.ty, "Vec")
    }
}
