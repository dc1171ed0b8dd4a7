//! From the contract to output files.
//!
//! An emitter is one file and one row of [`EMITTERS`]; it reads the contract
//! and adds to an [`Output`]. No emitter touches the disk, and none reads a
//! descriptor, except that message types go through prost-build.

mod asyncapi;
mod document;
mod openapi;
mod output;
mod registry;
mod rust;
mod schema;
mod tools;

pub use asyncapi::{AsyncApiBinding, UnknownBinding};
pub use openapi::{OpenApiVersion, UnknownVersion};
pub use output::{Output, OutputFile};
pub use registry::{EMITTERS, Emitter, Group, Selection, UnknownEmitter};

use proc_macro2::TokenStream;

use crate::contract::{Contract, TypeRef};
use crate::diagnostic::Diagnostic;

/// What an emitter works from.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Which emitters take part in this run.
    pub selection: &'a Selection,
}

/// Emits everything selected, as files sorted by path.
///
/// # Errors
/// Everything in the contract that cannot be expressed in the output.
pub fn files(
    contract: &Contract,
    selection: &Selection,
) -> Result<Vec<OutputFile>, Vec<Diagnostic>> {
    run(contract, selection).into_files(contract)
}

/// What is emitted, and may not be what was meant.
pub fn warnings(contract: &Contract, selection: &Selection) -> Vec<Diagnostic> {
    if selection.has(tools::TOOLS.name) { tools::warnings(contract) } else { Vec::new() }
}

/// Emits the selected Rust emitters as one token stream: the same modules as
/// [`files`], nested inline.
///
/// # Errors
/// Everything in the contract that cannot be expressed in Rust.
pub fn tokens(contract: &Contract, selection: &Selection) -> Result<TokenStream, Vec<Diagnostic>> {
    run(contract, selection).into_tokens()
}

/// The Rust type of a request or a reply: for a message of the contract, its
/// path from the root of the output.
pub fn rust_type(contract: &Contract, reference: &TypeRef) -> TokenStream {
    rust::type_of(contract, reference)
}

fn run(contract: &Contract, selection: &Selection) -> Output {
    let job = Job { contract, selection };
    let mut output = Output::default();
    for emitter in selection.emitters() {
        (emitter.emit)(&job, &mut output);
    }
    output
}
