//! `codec.rs` of a package: the tables of its messages and enums, and how its
//! messages are read from and written to JSON.

mod json;
mod tables;

use std::collections::BTreeSet;

use quote::quote;

use super::docs;
use super::module::ident;
use super::scope::{CODEC_DEPTH, Scope};
use crate::contract::{Contract, EnumId, Kind, MessageId, TypeRef};
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "codec",
    group: Group::Rust,
    doc: "canonical JSON for the messages, and the tables that describe them",
    needs: &["descriptors", "messages"],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    all(job, output);
    let named = named(job.contract);
    let with_rules = job.selection.has("validation");
    for (index, package) in job.contract.packages.iter().enumerate() {
        let scope = Scope::new(job.contract, index, CODEC_DEPTH);
        let real = |id: &&MessageId| !job.contract.message(**id).map_entry;
        let ids: Vec<MessageId> = package.messages.iter().filter(real).copied().collect();
        let enums = package.enums.iter().filter(|id| named.contains(id));
        let enums: Vec<EnumId> = enums.copied().collect();
        if ids.is_empty() && enums.is_empty() {
            continue;
        }
        let module = output.module(package.modules.iter().map(String::as_str).chain(["codec"]));
        module.shared().describe(DOCS);
        module.import(tables::imports(scope, &ids, &enums));
        for id in &enums {
            module.add(tables::enumeration(job.contract.enumeration(*id)));
        }
        for id in &ids {
            module.add(tables::message(scope, *id, with_rules));
            module.add(json::implementation(scope, *id));
        }
        let rows = ids.iter().map(|id| {
            let path = scope.message(*id);
            let table = ident(&job.contract.message(*id).rust_static);
            quote! { #path => #table, }
        });
        if !ids.is_empty() {
            let root = scope.root();
            module.add(quote! {
                ::agentgen::messages! { types = #root::descriptors::TYPES; #(#rows)* }
            });
        }
    }
}

/// The enums that some field has; others need no table.
fn named(contract: &Contract) -> BTreeSet<EnumId> {
    let fields = contract.messages.iter().flat_map(|message| &message.fields);
    let of = |kind: &Kind| match kind {
        Kind::Enum(id) => Some(*id),
        _ => None,
    };
    fields.filter_map(|field| of(&field.kind)).collect()
}

/// Adds the list of all messages, for what may hold any of them.
fn all(job: &Job<'_>, output: &mut Output) {
    let ids = job.contract.packages.iter().flat_map(|package| &package.messages);
    let real = ids.filter(|id| !job.contract.message(**id).map_entry);
    let rows = real.map(|id| Scope::root_of(job.contract).message_type(&TypeRef::Message(*id)));
    let docs = docs::outer("Every message of the contract, for `google.protobuf.Any`.");
    output.module(["descriptors"]).add(quote! {
        #docs
        pub(crate) const TYPES: ::agentgen::codec::json::Types = &[#(#rows),*];
    });
}

const DOCS: &str = "\
The messages of this package in JSON, and as transports see them: a table of
fields for each.";
