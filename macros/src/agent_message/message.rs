//! A struct and its message, field by field.

use std::collections::BTreeMap;

use agentgen_codegen::contract::{Cardinality, Field, FieldBehavior, Location, Message};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DataStruct, Ident};

use super::attribute::OnPart;
use super::field::{self, Own};
use super::implementations::Bodies;
use super::target::Target;
use crate::report::{Report, did_you_mean};
use crate::service::ident;

const KEYS: [&str; 4] = ["rename", "default", "try_from", "skip"];

/// A field of the generated struct.
#[derive(Clone, Copy)]
pub(super) struct Slot<'c> {
    /// The name in the contract.
    pub(super) name: &'c str,
    /// The name in JSON, which errors state.
    pub(super) json: &'c str,
    pub(super) rust: &'c str,
    pub(super) location: &'c Location,
    /// Whether the generated field is an `Option`.
    pub(super) optional: bool,
    /// The field of the contract; `None` for a oneof.
    pub(super) field: Option<&'c Field>,
}

/// The conversions; `None` with a mistake.
pub(super) fn implement(
    target: &Target<'_>,
    message: &Message,
    data: &DataStruct,
    report: &mut Report,
) -> Option<Bodies> {
    let mut right = true;
    let (mut into, mut from, mut checks) = (Vec::new(), Vec::new(), Vec::new());
    let mut held = BTreeMap::<&str, &Ident>::new();
    for part in &data.fields {
        let Some((attribute, own)) =
            OnPart::parse(&part.attrs, &KEYS, report).zip(part.ident.as_ref())
        else {
            right = false;
            continue;
        };
        if attribute.skip.is_some() {
            let default = quote_spanned!(part.ty.span()=> ::core::default::Default::default());
            from.push(quote!(#own: #default));
            continue;
        }
        let found = find(target, message, &attribute, own, report).and_then(|slot| {
            Own { ident: own, ty: &part.ty, attribute, slot }.checked(target, report)
        });
        let Some(field) = found else {
            right = false;
            continue;
        };
        if let Some(first) = held.get(field.slot.rust) {
            let message = format!("`{}` has a field here already, `{first}`", field.slot.name);
            report.error(field.attribute.span_of(own), message);
            right = false;
            continue;
        }
        held.insert(field.slot.rust, own);
        checks.extend(field.check(target));
        into.push(field.written(target));
        from.push(field.read(target));
    }
    // A field that is not found may be the one that is missing.
    right = right && nothing_missing(target, message, &held, report);
    let more = slots(message).any(|slot| !held.contains_key(slot.rust));
    let others = more.then(|| quote!(..::core::default::Default::default()));
    let wire = &target.rust;
    right.then(|| Bodies {
        into_wire: quote!(#(#checks)* #wire { #(#into,)* #others }),
        from_wire: quote!(::core::result::Result::Ok(Self { #(#from,)* })),
    })
}

/// The fields of the generated struct: members of a oneof are one field.
fn slots(message: &Message) -> impl Iterator<Item = Slot<'_>> {
    let fields = message.fields.iter();
    let plain = fields.filter(|field| !matches!(field.cardinality, Cardinality::Oneof(_)));
    let oneofs = message.oneofs.iter().map(|oneof| Slot {
        name: &oneof.name,
        json: &oneof.name,
        rust: &oneof.rust,
        location: &oneof.location,
        optional: true,
        field: None,
    });
    plain.map(field::slot).chain(oneofs)
}

/// The slot that a user's field is for; `None` with a mistake.
fn find<'c>(
    target: &Target<'c>,
    message: &'c Message,
    attribute: &OnPart,
    own: &Ident,
    report: &mut Report,
) -> Option<Slot<'c>> {
    let name = attribute.name_of(own);
    let generated = |slot: &Slot<'_>| slot.rust.trim_start_matches("r#") == name;
    let named = slots(message).find(|slot| slot.name == name);
    if let Some(slot) = named.or_else(|| slots(message).find(generated)) {
        return Some(slot);
    }
    let span = attribute.span_of(own);
    let member = message.fields.iter().find(|field| field.name == name);
    if let Some((field, Cardinality::Oneof(index))) = member.map(|it| (it, &it.cardinality)) {
        let oneof = &message.oneofs[*index];
        let message = format!(
            "`{name}` is a member of oneof `{}`, declared at {}: hold the oneof in one field, an \
             enum that derives `AgentMessage` for `{}.{}`",
            oneof.name,
            target.place(&field.location),
            message.full_name,
            oneof.name,
        );
        report.error(span, message);
        return None;
    }
    let mut hint = did_you_mean(&name, slots(message).map(|slot| slot.name));
    if hint.is_empty() {
        hint.push_str(
            "; `#[agent(rename = \"…\")]` states another name, and one of your own takes \
             `#[agent(skip)]`",
        );
    }
    let place = target.place(&message.location);
    let message =
        format!("`{}`, declared at {place}, has no field `{name}`{hint}", message.full_name);
    report.error(span, message);
    None
}

/// Whether every field that must be set has a place.
fn nothing_missing(
    target: &Target<'_>,
    message: &Message,
    held: &BTreeMap<&str, &Ident>,
    report: &mut Report,
) -> bool {
    let oneofs = message.oneofs.iter().enumerate();
    let oneofs = oneofs.filter(|(index, oneof)| {
        let member = |field: &Field| field.cardinality == Cardinality::Oneof(*index);
        oneof.required || message.fields.iter().any(|field| member(field) && required(field))
    });
    let oneofs = oneofs.map(|(_, oneof)| ("oneof", &oneof.name, &oneof.rust, &oneof.location));
    let alone = |field: &&Field| !matches!(field.cardinality, Cardinality::Oneof(_));
    let fields = message.fields.iter().filter(alone).filter(|field| required(field));
    let fields = fields.map(|field| ("field", &field.name, &field.rust, &field.location));
    let mut right = true;
    for (what, name, _, location) in
        fields.chain(oneofs).filter(|(_, _, rust, _)| !held.contains_key(rust.as_str()))
    {
        let place = target.place(location);
        let message = format!("missing {what} `{name}`, which the contract requires at {place}");
        report.error(target.own.span(), message);
        right = false;
    }
    right
}

/// Whether the contract, by whatever option, wants the field to be set.
fn required(field: &Field) -> bool {
    field.cardinality == Cardinality::Required
        || field.behavior.contains(&FieldBehavior::Required)
        || field.rules.required
}

/// An identifier of the generated struct.
pub(super) fn rust(slot: &Slot<'_>) -> Ident {
    ident(slot.rust)
}
