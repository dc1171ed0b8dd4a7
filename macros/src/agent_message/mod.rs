//! `#[derive(AgentMessage)]`: the conversions between a user's type and a
//! message, an enum or a oneof of the contract.

mod attribute;
mod enumeration;
mod field;
mod implementations;
mod message;
mod oneof;
mod shape;
mod target;
mod transparent;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Path};

use self::attribute::OnType;
use self::target::{Target, What};
use crate::report::Report;

/// The implementations; with mistakes, stand-ins for them and the mistakes.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut report = Report::default();
    let attribute = OnType::parse(&input, &mut report);
    let mut rust = attribute.rust.clone();
    let code = implement(&input, &attribute, &mut rust, &mut report);
    let code = code.unwrap_or_else(|| implementations::stand_in(&input, rust.as_ref()));
    let errors = report.into_tokens();
    quote!(#errors #code)
}

/// The implementations, unless nothing of the contract is found for the type; `rust` is
/// the generated type then, where it is known all the same.
fn implement(
    input: &DeriveInput,
    attribute: &OnType,
    rust: &mut Option<Path>,
    report: &mut Report,
) -> Option<TokenStream> {
    if attribute.broken {
        return None;
    }
    if !input.generics.params.is_empty() {
        let message = "AgentMessage is for types without generic parameters: a message has none";
        report.error_at(&input.generics, message);
        return None;
    }
    if attribute.transparent.is_some() {
        return transparent::implement(input, report);
    }
    let for_struct = match &input.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) => true,
        Data::Enum(_) => false,
        _ => {
            let message = "AgentMessage is for structs with named fields and for enums; a struct \
                           of one unnamed field takes `#[agent(transparent)]`";
            report.error(input.ident.span(), message);
            return None;
        }
    };
    let source = attribute.source(report)?;
    let target = match Target::find(&source, attribute, for_struct, &input.ident, report) {
        Ok(target) => target,
        Err(meant) => {
            *rust = rust.take().or(meant);
            return None;
        }
    };
    let bodies = match (&input.data, target.what) {
        (Data::Struct(data), What::Message(it)) => message::implement(&target, it, data, report),
        (Data::Enum(data), What::Enum(it)) => enumeration::implement(&target, it, data, report),
        (Data::Enum(data), What::Oneof(message, index)) => {
            oneof::implement(&target, message, index, data, report)
        }
        _ => None,
    };
    let code = implementations::all(&target, bodies);
    let dependencies = attribute.proto.is_some().then(|| source.files.dependencies());
    Some(quote!(#dependencies #code))
}
