//! `validation.rs` of a package: the rules of its messages, and how a check
//! looks into them. A package without rules has none.

mod check;

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::module::ident;
use super::scope::{CODEC_DEPTH, Scope};
use crate::contract::{
    Cardinality, Elements, Field, FieldValidation, Kind, Message, MessageId, OneofRule, Rule,
    TypeRef,
};
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "validation",
    group: Group::Rust,
    doc: "the rules of buf.validate, checked before handlers are called",
    needs: &["codec"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    let values = values(job);
    for (index, package) in job.contract.packages.iter().enumerate() {
        let scope = Scope::new(job.contract, index, CODEC_DEPTH);
        let checked = |id: &&MessageId| !job.contract.message(**id).validation.is_empty();
        let ids: Vec<MessageId> = package.messages.iter().filter(checked).copied().collect();
        let values: Vec<TokenStream> = package
            .messages
            .iter()
            .filter(|id| values.contains(id))
            .map(|id| scope.message(*id))
            .collect();
        if ids.is_empty() && values.is_empty() {
            continue;
        }
        let module = output.module(package.modules.iter().map(String::as_str).chain([MODULE]));
        module.shared().describe(DOCS);
        for id in &ids {
            let mut statics = check::Statics::new(&job.contract.message(*id).rust_static);
            let table = table(scope, *id, &mut statics);
            module.add(statics.definitions());
            module.add(table);
            module.add(view(scope, *id));
        }
        if !values.is_empty() {
            module.add(quote! { ::agentgen::views! { #(#values),* } });
        }
        let named = IMPORTS.iter().filter(|name| module.mentions(name));
        // Traits are named by their methods alone.
        let named = named.copied().chain((!ids.is_empty()).then_some("Viewed"));
        let named: BTreeSet<_> = named.collect();
        let named = named.into_iter().map(ident);
        module.import(quote! { use ::agentgen::validate::{#(#named),*}; });
    }
}

/// The module of a package that holds its rules.
pub(super) const MODULE: &str = "validation";

/// What tables may name.
const IMPORTS: &[&str] =
    &["Check", "FieldRules", "Format", "Limit", "Oneof", "Range", "Rule", "Rules", "View", "Views"];

const DOCS: &str = "\
The rules of this package's messages, as `buf.validate` states them: a table
for each message with rules, and a look into its fields.";

/// The messages that some look finds in a field.
fn values(job: &Job<'_>) -> BTreeSet<MessageId> {
    let mut found = BTreeSet::new();
    for message in &job.contract.messages {
        for index in seen(message) {
            if let Kind::Message(TypeRef::Message(id)) | Kind::Group(id) =
                &message.fields[index].kind
            {
                found.insert(*id);
            }
        }
    }
    found
}

/// The fields that a check looks at.
fn seen(message: &Message) -> BTreeSet<usize> {
    let oneofs = message.validation.oneofs.iter().flat_map(|oneof| match oneof {
        OneofRule::Required(_, fields)
        | OneofRule::AtMostOne(fields, _)
        | OneofRule::AtLeastOne(fields, _) => fields.iter().copied(),
    });
    oneofs.chain(message.validation.fields.iter().map(|row| row.field)).collect()
}

fn table(scope: Scope<'_>, id: MessageId, statics: &mut check::Statics) -> TokenStream {
    let message = scope.contract.message(id);
    let (name, path) = (ident(&message.rust_static), scope.message(id));
    let oneofs = message.validation.oneofs.iter().map(oneof);
    let expressions = rules(&message.validation.expressions, statics);
    let fields = message.validation.fields.iter().map(|row| field(row, statics));
    quote! {
        pub(crate) static #name: Rules = Rules {
            view: ::agentgen::validate::view_of::<#path>,
            oneofs: &[#(#oneofs,)*],
            expressions: #expressions,
            fields: &[#(#fields,)*],
        };
    }
}

fn indices(fields: &[usize]) -> TokenStream {
    let fields = fields.iter().map(|index| Literal::usize_unsuffixed(*index));
    quote! { &[#(#fields),*] }
}

fn oneof(oneof: &OneofRule) -> TokenStream {
    match oneof {
        OneofRule::Required(name, fields) => {
            let fields = indices(fields);
            quote! { Oneof::Required(#name, #fields) }
        }
        OneofRule::AtMostOne(fields, text) => {
            let fields = indices(fields);
            quote! { Oneof::AtMostOne(#fields, #text) }
        }
        OneofRule::AtLeastOne(fields, text) => {
            let fields = indices(fields);
            quote! { Oneof::AtLeastOne(#fields, #text) }
        }
    }
}

fn field(row: &FieldValidation, statics: &mut check::Statics) -> TokenStream {
    let index = Literal::usize_unsuffixed(row.field);
    let own = rules(&row.rules, statics);
    let required = row.required.then(|| quote! { .required() });
    let ignore = row.ignore_zero.then(|| quote! { .ignore_zero() });
    let shallow = row.shallow.then(|| quote! { .shallow() });
    let keys = elements(&row.keys, "keys", statics);
    let values = elements(&row.values, "values", statics);
    quote! { FieldRules::new(#index, #own) #required #ignore #shallow #keys #values }
}

fn elements(elements: &Elements, name: &str, statics: &mut check::Statics) -> Option<TokenStream> {
    if elements.rules.is_empty() {
        return None;
    }
    let (door, ignore) = (ident(name), ident(&format!("ignore_zero_{name}")));
    let rules = rules(&elements.rules, statics);
    let ignore = elements.ignore_zero.then(|| quote! { .#ignore() });
    Some(quote! { .#door(#rules) #ignore })
}

fn rules(rules: &[Rule], statics: &mut check::Statics) -> TokenStream {
    let rows = rules.iter().map(|rule| {
        let (id, message) = (&rule.id, &rule.message);
        let check = check::tokens(&rule.check, statics);
        quote! { Rule::new(#id, #message, #check) }
    });
    quote! { &[#(#rows),*] }
}

/// `impl Views for …`.
fn view(scope: Scope<'_>, id: MessageId) -> TokenStream {
    let message = scope.contract.message(id);
    let path = scope.message(id);
    let arms: Vec<_> = seen(message)
        .into_iter()
        .map(|index| {
            let arm = arm(scope, message, &message.fields[index]);
            let index = Literal::usize_unsuffixed(index);
            quote! { #index => #arm, }
        })
        .collect();
    let (index, body) = if arms.is_empty() {
        (quote!(_), quote!(View::Absent))
    } else {
        (quote!(index), quote! { match index { #(#arms)* _ => View::Absent, } })
    };
    quote! {
        impl Views for #path {
            fn field(&self, #index: usize) -> View<'_> {
                #body
            }
        }
    }
}

fn arm(scope: Scope<'_>, message: &Message, field: &Field) -> TokenStream {
    let name = ident(&field.rust);
    let oneof = match field.cardinality {
        Cardinality::Oneof(index) => message.oneofs.get(index),
        _ => None,
    };
    let Some(oneof) = oneof else { return quote! { self.#name.view() } };
    let (place, path) = (ident(&oneof.rust), scope.oneof(oneof));
    quote! {
        match &self.#place {
            Some(#path::#name(value)) => value.view(),
            _ => View::Absent,
        }
    }
}
