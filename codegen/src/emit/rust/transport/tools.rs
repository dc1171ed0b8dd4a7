//! `tools.rs`: the rpcs of a service as tools of language models, each in every
//! dialect. The definitions are those of the emitter of documents, in one line.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::documents::raw;
use super::each;
use crate::contract::Service;
use crate::emit::rust::module::{Module, ident};
use crate::emit::rust::scope::Scope;
use crate::emit::tools::{DIALECTS, Tool};
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

fn table(scope: Scope<'_>, service: &Service, module: &mut Module) {
    module.describe(format!("The tools of `{}` for language models.", service.full_name));
    module.import(quote! { use ::agentgen::service::ToolInfo; });
    let rows = service
        .methods
        .iter()
        .enumerate()
        .filter_map(|(index, method)| Some(row(index, &Tool::new(scope.contract, method)?)));
    module.add(quote! { pub(super) static TOOLS: &[ToolInfo] = &[#(#rows)*]; });
}

fn row(index: usize, tool: &Tool<'_>) -> TokenStream {
    let method = Literal::usize_unsuffixed(index);
    let name = &tool.binding.name;
    let definitions = DIALECTS.iter().map(|dialect| {
        let field = ident(&dialect.name.replace('-', "_"));
        let definition = raw(&(dialect.define)(tool).definition.to_string());
        quote! { #field: #definition, }
    });
    quote! { ToolInfo { method: #method, name: #name, #(#definitions)* }, }
}
