//! The Rust emitters. Each adds items to the tree of modules that becomes one
//! file a module on disk, or one nested module in a macro.

mod codec;
mod comment;
mod decorate;
mod descriptors;
mod docs;
mod inline;
mod messages;
mod module;
mod prelude;
mod print;
mod scope;
mod service;
mod transport;
mod validation;
mod well_known;

pub(super) use codec::ROW as CODEC;
pub(super) use descriptors::ROW as DESCRIPTORS;
pub(super) use messages::ROW as MESSAGES;
pub(super) use module::Module;
pub(super) use service::ROW as SERVICE;
pub(super) use transport::{ASYNCAPI, CLIENT, GRPC, OPENAPI, QUEUE, REST, SSE, TOOLS};
pub(super) use validation::ROW as VALIDATION;

use proc_macro2::TokenStream;

use crate::contract::{Contract, TypeRef};

/// The Rust type of a request or a reply, from the root of the output.
pub(super) fn type_of(contract: &Contract, reference: &TypeRef) -> TokenStream {
    scope::Scope::at_root(contract).type_of(reference)
}
