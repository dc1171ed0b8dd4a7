//! `tools.rs`: the rpcs of a service as tools of language models, each in every
//! dialect. The definitions are those of the emitter of documents, in one line;
//! the schemas that several of them hold are stated once.

mod pieces;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use self::pieces::{Piece, Shared};
use super::documents::raw;
use super::each;
use crate::contract::{Contract, Method, Service, TypeRef};
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;
use crate::emit::tools::{DIALECTS, Dialect, Tool};
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "tools-embedded",
    group: Group::Rust,
    doc: "the tools of each service for language models, for agentgen::tools",
    needs: &["service"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    each(job, output, "tools", table);
}

/// A row before it is printed.
struct Row {
    method: usize,
    name: String,
    /// One a dialect.
    definitions: Vec<Vec<Piece>>,
}

fn table(scope: Scope<'_>, service: &Service, module: &mut Module) {
    module.describe(format!("The tools of `{}` for language models.", service.full_name));
    module.import(quote! { use ::agentgen::service::ToolInfo; });
    let methods = service.methods.iter().enumerate();
    let rows = methods.filter_map(|(index, method)| row(scope.contract, index, method));
    let mut rows: Vec<Row> = rows.collect();
    let mut all: Vec<_> = rows.iter_mut().flat_map(|row| &mut row.definitions).collect();
    pieces::regroup(&mut all);
    let definitions = rows.iter().flat_map(|row| &row.definitions);
    let shared = Shared::of(definitions);
    let constants = shared.constants().map(|(name, text)| {
        let (name, text) = (ident(name), raw(text));
        quote! { const #name: &str = #text; }
    });
    module.add(quote! { #(#constants)* });
    let rows = rows.iter().map(|row| print(row, &shared));
    module.add(quote! { pub(super) static TOOLS: &[ToolInfo] = &[#(#rows)*]; });
}

fn row(contract: &Contract, index: usize, method: &Method) -> Option<Row> {
    let tool = Tool::new(contract, method)?;
    let (input, output) = (name(contract, &method.input), name(contract, &method.output));
    let define = |dialect: &Dialect| pieces::of(&(dialect.define)(&tool).definition, input, output);
    let definitions = DIALECTS.iter().map(define).collect();
    Some(Row { method: index, name: tool.binding.name.clone(), definitions })
}

/// What a message is called in its package.
fn name<'a>(contract: &'a Contract, message: &'a TypeRef) -> &'a str {
    let full = contract.type_name(message);
    full.rsplit('.').next().unwrap_or(full)
}

fn print(row: &Row, shared: &Shared<'_>) -> TokenStream {
    let method = Literal::usize_unsuffixed(row.method);
    let name = &row.name;
    let definitions = DIALECTS.iter().zip(&row.definitions).map(|(dialect, pieces)| {
        let field = ident(&dialect.name.replace('-', "_"));
        let texts = shared.parts(pieces).into_iter().map(|part| match part {
            Ok(constant) => {
                let constant = ident(constant);
                quote! { #constant }
            }
            Err(text) => {
                let text = raw(&text);
                quote! { #text }
            }
        });
        quote! { #field: &[#(#texts),*], }
    });
    quote! { ToolInfo { method: #method, name: #name, #(#definitions)* }, }
}
