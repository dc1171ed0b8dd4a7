//! An enum and the members of a oneof.

use std::collections::BTreeMap;

use agentgen_codegen::contract::{Cardinality, Field, Message};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DataEnum, Fields, Ident, Type, Variant};

use super::attribute::{OnPart, none_on};
use super::implementations::Bodies;
use super::shape;
use super::target::Target;
use crate::report::{Report, did_you_mean};
use crate::service::ident;

const KEYS: [&str; 2] = ["rename", "try_from"];

/// The conversions; `None` with a mistake.
pub(super) fn implement(
    target: &Target<'_>,
    message: &Message,
    index: usize,
    data: &DataEnum,
    report: &mut Report,
) -> Option<Bodies> {
    let in_oneof = |field: &&Field| field.cardinality == Cardinality::Oneof(index);
    let members: Vec<_> = message.fields.iter().filter(in_oneof).collect();
    let mut right = true;
    let (mut into, mut from) = (Vec::new(), Vec::new());
    let mut held = BTreeMap::<u32, &Ident>::new();
    for variant in &data.variants {
        let attribute = OnPart::parse(&variant.attrs, &KEYS, report);
        let found = attribute.and_then(|attribute| {
            let member = find(target, &members, variant, &attribute, report)?;
            none_on(&variant.fields, "it goes on the variant", report)?;
            let ty = holds_one(variant, report)?;
            let checked = attribute.try_from.is_some();
            if let Some(mistake) = shape::of_member(&member.kind, ty).filter(|_| !checked) {
                let place = target.place(&member.location);
                report.error_at(mistake.ty, mistake.message(&member.name, &place));
                return None;
            }
            Some((member, ty, checked))
        });
        let Some((member, ty, checked)) = found else {
            right = false;
            continue;
        };
        if let Some(first) = held.get(&member.number) {
            let message = format!("`{}` has a variant here already, `{first}`", member.name);
            report.error(variant.ident.span(), message);
            right = false;
            continue;
        }
        held.insert(member.number, &variant.ident);
        let arms = arms(target, variant, member, ty, checked);
        into.push(arms.into_wire);
        from.push(arms.from_wire);
    }
    // A variant that is not found may be the one that is missing.
    right = right && nothing_missing(target, &members, &held, report);
    right.then(|| Bodies {
        into_wire: quote!(match self { #(#into,)* }),
        from_wire: quote!(::core::result::Result::Ok(match wire { #(#from,)* })),
    })
}

/// The arms of one member.
fn arms(
    target: &Target<'_>,
    variant: &Variant,
    member: &Field,
    ty: &Type,
    checked: bool,
) -> Bodies {
    let (own, wire, rust) = (&variant.ident, ident(&member.rust), &target.rust);
    let (json, span) = (&member.json, ty.span());
    let conversions = if let Some(scalar) = shape::scalar(&member.kind) {
        quote_spanned!(span=> ::agentgen::convert::conversions::<#ty, #scalar>())
    } else {
        quote_spanned! {span=>
            ::agentgen::convert::member_slot(#rust::#wire).conversions::<#ty>()
        }
    };
    let (check, write, read) = if checked {
        let write = quote_spanned!(span=> ::core::convert::Into::into(value));
        (TokenStream::new(), write, quote_spanned!(span=> ::agentgen::convert::checked))
    } else {
        let check = target.same_enum(member, &quote!(#conversions.of), span);
        let write = quote_spanned!(span=> (#conversions.into_wire)(value));
        (check, write, quote_spanned!(span=> #conversions.from_wire))
    };
    Bodies {
        into_wire: quote!(Self::#own(value) => {
            #check
            #rust::#wire(#write)
        }),
        from_wire: quote! {
            #rust::#wire(value) => Self::#own(::agentgen::convert::field(#json, value, #read)?)
        },
    }
}

/// The type that a variant holds; `None` with a mistake.
fn holds_one<'v>(variant: &'v Variant, report: &mut Report) -> Option<&'v Type> {
    if let Fields::Unnamed(fields) = &variant.fields
        && let (Some(field), 1) = (fields.unnamed.first(), fields.unnamed.len())
    {
        return Some(&field.ty);
    }
    let message = format!("a member of a oneof holds one value: `{}(…)`", variant.ident);
    report.error_at(variant, message);
    None
}

/// The member that a variant is for; `None` with a mistake.
fn find<'c>(
    target: &Target<'_>,
    members: &[&'c Field],
    variant: &Variant,
    attribute: &OnPart,
    report: &mut Report,
) -> Option<&'c Field> {
    let name = attribute.name_of(&variant.ident);
    let found = members.iter().copied().find(|member| member.rust == name || member.name == name);
    if found.is_none() {
        let names = members.iter().flat_map(|member| [member.rust.as_str(), member.name.as_str()]);
        let hint = did_you_mean(&name, names);
        let place = target.place(target.what.location());
        let message = format!("the oneof, declared at {place}, has no member `{name}`{hint}");
        report.error(attribute.span_of(&variant.ident), message);
    }
    found
}

/// Whether every member has a variant.
fn nothing_missing(
    target: &Target<'_>,
    members: &[&Field],
    held: &BTreeMap<u32, &Ident>,
    report: &mut Report,
) -> bool {
    let mut right = true;
    for member in members.iter().filter(|member| !held.contains_key(&member.number)) {
        let (name, place) = (&member.name, target.place(&member.location));
        let message =
            format!("no variant for `{name}`, declared at {place}: add `{}(…)`", member.rust);
        report.error(target.own.span(), message);
        right = false;
    }
    right
}
