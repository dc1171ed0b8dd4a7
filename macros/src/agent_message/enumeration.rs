//! An enum and its values, which fields hold as numbers.

use std::collections::BTreeMap;

use agentgen_codegen::contract::{Enum, EnumValue};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, Fields, Ident, Variant};

use super::attribute::{OnPart, none_on};
use super::implementations::Bodies;
use super::shape;
use super::target::Target;
use crate::report::{Report, did_you_mean};

const KEYS: [&str; 2] = ["rename", "other"];

/// The conversions; `None` with a mistake.
pub(super) fn implement(
    target: &Target<'_>,
    of: &Enum,
    data: &DataEnum,
    report: &mut Report,
) -> Option<Bodies> {
    let mut right = true;
    let (mut into, mut from) = (Vec::new(), Vec::new());
    let mut numbers = BTreeMap::<i32, &Ident>::new();
    let mut other = None;
    for variant in &data.variants {
        let Some(attribute) = OnPart::parse(&variant.attrs, &KEYS, report) else {
            right = false;
            continue;
        };
        let name = &variant.ident;
        if attribute.other.is_some() {
            right &= holds_a_number(variant, other.is_some(), report);
            other = Some(quote!(number => ::core::result::Result::Ok(Self::#name(number))));
            into.push(quote!(Self::#name(number) => number));
            continue;
        }
        let Some(value) = find(target, of, variant, &attribute, report) else {
            right = false;
            continue;
        };
        let number = value.number;
        if let Some(first) = numbers.get(&number) {
            let message = format!("`{}` has a variant here already, `{first}`", value.name);
            report.error(attribute.span_of(name), message);
            right = false;
            continue;
        }
        into.push(quote!(Self::#name => #number));
        from.push(quote!(#number => ::core::result::Result::Ok(Self::#name)));
        numbers.insert(number, name);
    }
    // A variant that is not found may be the one that is missing.
    right = right && (other.is_some() || nothing_missing(target, of, &numbers, report));
    let other = other.unwrap_or_else(|| unknown(of, &numbers));
    right.then(|| Bodies {
        into_wire: quote!(match self { #(#into,)* }),
        from_wire: quote!(match wire { #(#from,)* #other, }),
    })
}

/// Whether a variant can hold any other number, and is the only one to do so.
fn holds_a_number(variant: &Variant, second: bool, report: &mut Report) -> bool {
    let single = match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            !fields.unnamed.iter().any(|field| shape::no_number(&field.ty))
        }
        _ => false,
    };
    if single && !second {
        return none_on(&variant.fields, "it goes on the variant", report).is_some();
    }
    let message = if second {
        "only one variant is for other numbers".to_owned()
    } else {
        format!("the variant for other numbers holds one: `{}(i32)`", variant.ident)
    };
    report.error_at(variant, message);
    false
}

/// The value that a variant is for; `None` with a mistake.
fn find<'c>(
    target: &Target<'_>,
    of: &'c Enum,
    variant: &Variant,
    attribute: &OnPart,
    report: &mut Report,
) -> Option<&'c EnumValue> {
    if !matches!(variant.fields, Fields::Unit) {
        report.error_at(&variant.fields, "a value of the contract's enum holds nothing more");
        return None;
    }
    let name = attribute.name_of(&variant.ident);
    let found = of.values.iter().find(|value| value.rust == name || value.name == name);
    if found.is_none() {
        let names = of.values.iter().flat_map(|value| [value.rust.as_str(), value.name.as_str()]);
        let message = format!(
            "`{}`, declared at {}, has no value `{name}`{}",
            of.full_name,
            target.place(&of.location),
            did_you_mean(&name, names),
        );
        report.error(attribute.span_of(&variant.ident), message);
    }
    found
}

/// Whether every value has a variant. The one that stands for "not set" needs
/// none: without one it is an error of the message that holds it.
fn nothing_missing(
    target: &Target<'_>,
    of: &Enum,
    numbers: &BTreeMap<i32, &Ident>,
    report: &mut Report,
) -> bool {
    let mut right = true;
    let missing = of.values.iter().enumerate().filter(|(at, value)| {
        // Of the names of one number the first is asked for.
        let alias = of.values.iter().take(*at).any(|first| first.number == value.number);
        !alias && value.number != 0 && !numbers.contains_key(&value.number)
    });
    for (_, value) in missing {
        let message = format!(
            "no variant for `{}`, declared at {}: add `{}`, or a variant for all other numbers, \
             `#[agent(other)] Other(i32)`",
            value.name,
            target.place(&value.location),
            value.rust,
        );
        report.error(target.own.span(), message);
        right = false;
    }
    right
}

/// The arms for numbers without a variant.
fn unknown(of: &Enum, numbers: &BTreeMap<i32, &Ident>) -> TokenStream {
    let unset = (!numbers.contains_key(&0)).then(|| {
        quote!(0 => ::core::result::Result::Err(
            ::agentgen::convert::WireError::new("", "must be set"),
        ),)
    });
    let message = format!("{{number}} is no value of {}", of.full_name);
    quote! {
        #unset
        number => ::core::result::Result::Err(
            ::agentgen::convert::WireError::new("", ::std::format!(#message)),
        )
    }
}
