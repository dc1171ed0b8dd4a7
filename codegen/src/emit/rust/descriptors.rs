//! `descriptors.rs`: the contract as protobuf describes it, for reflection and
//! for telling two contracts apart.

use proc_macro2::Literal;
use quote::quote;

use super::docs;
use crate::emit::{Emitter, Group, Job, Output};

pub(in crate::emit) const ROW: Emitter = Emitter {
    name: "descriptors",
    group: Group::Rust,
    doc: "the encoded descriptor set of the contract, and its digest",
    needs: &[],
    emit,
};

fn emit(job: &Job<'_>, output: &mut Output) {
    let set = bytes(&job.contract.descriptors);
    let digest = &job.contract.digest;
    let set_docs =
        docs::outer("The encoded `FileDescriptorSet` of the contract, imports included.");
    let digest_docs = docs::outer("The SHA-256 of [`DESCRIPTOR_SET`], in hex.");
    let module = output.module(["descriptors"]).public();
    module.describe("The contract as protobuf describes it.");
    module.add(quote! {
        #digest_docs
        pub static DIGEST: &str = #digest;

        #set_docs
        pub static DESCRIPTOR_SET: &[u8] = #set;
    });
}

/// The bytes as a literal of many short lines, so that a change of the contract
/// is a change of few lines.
fn bytes(bytes: &[u8]) -> Literal {
    const PER_LINE: usize = 32;
    let mut text = String::from("b\"");
    for line in bytes.chunks(PER_LINE) {
        text.push_str("\\\n    ");
        text.extend(line.iter().map(|byte| escaped(*byte)));
    }
    text.push('"');
    text.parse().unwrap_or_else(|_| Literal::byte_string(bytes))
}

fn escaped(byte: u8) -> String {
    match byte {
        // A space at the start of a line would be skipped.
        b' ' => "\\x20".to_owned(),
        byte => std::ascii::escape_default(byte).to_string(),
    }
}
