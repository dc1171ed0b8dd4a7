//! `rest.rs`: the HTTP routes of a service.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{each, row};
use crate::contract::{FieldRef, HttpBinding, HttpBody, Segment, Service};
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "rest",
    group: Group::Rust,
    doc: "the HTTP routes of each service",
    needs: &["service"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    each(job, output, "rest", table);
}

fn table(scope: Scope<'_>, service: &Service, module: &mut Module) {
    module.describe(overview(service));
    let routes: Vec<_> = bindings(service).collect();
    for import in imports(&routes) {
        module.import(import);
    }
    let routes = routes.into_iter().map(|(index, binding)| route(scope, index, binding));
    module.add(quote! { pub(super) static ROUTES: &[HttpRoute] = &[#(#routes)*]; });
}

fn imports(routes: &[(usize, &HttpBinding)]) -> Vec<TokenStream> {
    let mut names = BTreeSet::from(["HttpRoute"]);
    let mut segments = BTreeSet::new();
    for (_, binding) in routes {
        names.insert("Body");
        names.extend((!binding.template.variables.is_empty()).then_some("Variable"));
        segments.extend(binding.template.segments.iter().map(segment_name));
    }
    let one = |path: TokenStream, names: BTreeSet<&str>| {
        let all: Vec<_> = names.into_iter().map(ident).collect();
        match all.as_slice() {
            [] => None,
            [one] => Some(quote! { use #path::#one; }),
            all => Some(quote! { use #path::{#(#all),*}; }),
        }
    };
    let service = quote! { ::agentgen::service };
    let segments = one(quote! { #service::Segment }, segments);
    one(service, names).into_iter().chain(segments).collect()
}

fn bindings(service: &Service) -> impl Iterator<Item = (usize, &HttpBinding)> {
    let methods = service.methods.iter().enumerate();
    methods.flat_map(|(index, method)| method.http.iter().map(move |binding| (index, binding)))
}

/// The routes as a table for the reader.
fn overview(service: &Service) -> String {
    let mut docs = format!("`{}` over HTTP.\n\n| rpc | route |\n|---|---|\n", service.full_name);
    for (index, binding) in bindings(service) {
        let name = service.methods.get(index).map_or("", |method| &method.name);
        let template = binding.template.text.replace('|', "\\|");
        let _ = writeln!(docs, "| `{name}` | `{} {template}` |", binding.verb);
    }
    docs
}

fn route(scope: Scope<'_>, index: usize, binding: &HttpBinding) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let (verb, template) = (&binding.verb, &binding.template.text);
    let segments = binding.template.segments.iter().map(segment);
    let custom_verb = binding.template.verb.as_ref().map(|verb| {
        quote! { custom_verb: Some(#verb) }
    });
    let variables = variables(scope, binding);
    let body = match binding.body {
        HttpBody::None => quote! { Body::None },
        HttpBody::All => quote! { Body::All },
        HttpBody::Field(field) => {
            let field = scope.field(field);
            quote! { Body::Field(#field) }
        }
    };
    let response = binding.response_body.map(|field| {
        let field = scope.field(field);
        quote! { response_body: Some(#field) }
    });
    let decoded = binding.fully_decoded.then(|| quote! { fully_decoded: true });
    let common = quote! {
        HttpRoute::new(#index, #verb, #template, &[#(#segments),*], #body)
    };
    row("HttpRoute", &common, [custom_verb, variables, response, decoded])
}

fn segment(segment: &Segment) -> TokenStream {
    let name = ident(segment_name(segment));
    match segment {
        Segment::Literal(text) => quote! { #name(#text) },
        Segment::Single | Segment::Rest => quote! { #name },
    }
}

fn segment_name(segment: &Segment) -> &'static str {
    match segment {
        Segment::Literal(_) => "Literal",
        Segment::Single => "Single",
        Segment::Rest => "Rest",
    }
}

fn variables(scope: Scope<'_>, binding: &HttpBinding) -> Option<TokenStream> {
    let variables = binding.template.variables.iter().zip(&binding.variables);
    let variables: Vec<_> = variables
        .map(|(variable, fields)| {
            let fields = field_path(scope, fields);
            let (start, len) = (
                Literal::usize_unsuffixed(variable.start),
                Literal::usize_unsuffixed(variable.len),
            );
            quote! { Variable { field: #fields, start: #start, len: #len } }
        })
        .collect();
    (!variables.is_empty()).then(|| quote! { variables: &[#(#variables),*] })
}

/// A `&'static [&'static Field]`.
pub(super) fn field_path(scope: Scope<'_>, fields: &[FieldRef]) -> TokenStream {
    let fields = fields.iter().map(|field| scope.field(*field));
    quote! { &[#(#fields),*] }
}
