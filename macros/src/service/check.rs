//! Compares a user's method with its rpc. What an alias may hide is left to
//! the compiler; everything else is said in the words of the contract.

use agentgen_codegen::contract::{Contract, Message, Method, TypeRef};
use agentgen_codegen::emit;
use quote::ToTokens as _;
use syn::{Error, ReturnType, Signature, Type};

use super::signature::{self, Named};

/// Names that are surely no alias of a message.
const FOREIGN: [&str; 8] = ["String", "Vec", "Option", "Box", "bool", "f64", "i32", "i64"];

/// An rpc with the names that a signature is compared to.
pub(super) struct Rpc<'a> {
    method: &'a Method,
    request: String,
    reply: String,
    contract: &'a Contract,
}

impl<'a> Rpc<'a> {
    pub(super) fn new(contract: &'a Contract, method: &'a Method) -> Self {
        let request = short(contract, &method.input);
        let reply = short(contract, &method.output);
        Self { method, request, reply, contract }
    }

    /// Everything that is wrong with a method of this rpc.
    pub(super) fn check(&self, signature: &Signature) -> Vec<Error> {
        let mut found = Vec::new();
        self.check_async(signature, &mut found);
        self.check_arguments(signature, &mut found);
        self.check_reply(signature, &mut found);
        found
    }

    fn check_async(&self, signature: &Signature, found: &mut Vec<Error>) {
        if signature.asyncness.is_none() && !is_desugared(signature) {
            let name = &self.method.name;
            let message = format!("rpc {name} must be an `async fn`");
            found.push(Error::new_spanned(signature.fn_token, message));
        }
    }

    fn check_arguments(&self, signature: &Signature, found: &mut Vec<Error>) {
        let name = &self.method.name;
        let arguments = signature::arguments(signature);
        let request = self.wanted_request();
        let (true, [context, message]) =
            (signature::takes_ref_self(signature), arguments.as_slice())
        else {
            let message = format!("rpc {name} takes `&self, cx: &Context, request: {request}`");
            found.push(if signature.inputs.is_empty() {
                Error::new_spanned(&signature.ident, message)
            } else {
                Error::new_spanned(&signature.inputs, message)
            });
            return;
        };
        if !signature::is_reference(context) {
            let message = format!("the context of rpc {name} is `&Context`");
            found.push(Error::new_spanned(context, message));
        }
        let named = signature::named(message);
        let wanted = self.method.shape.client_streams().then_some("Inbound");
        if self.differs(&named, wanted, &self.request) {
            found.push(Error::new_spanned(named.ty, format!("rpc {name} takes `{request}`")));
        }
    }

    fn check_reply(&self, signature: &Signature, found: &mut Vec<Error>) {
        if is_desugared(signature) {
            return;
        }
        let name = &self.method.name;
        let reply = self.wanted_reply();
        if let Some((ok, _)) = signature::result(signature) {
            let named = signature::named(ok);
            let streams = self.method.shape.server_streams();
            if self.differs(&named, streams.then_some("Outbound"), &self.reply) {
                let how = if streams { "answers with a stream" } else { "answers once" };
                let message = format!("rpc {name} {how}: return `{reply}`");
                found.push(Error::new_spanned(named.ty, message));
            }
            return;
        }
        let message = format!("rpc {name} can fail: return `Result<{reply}, …>`");
        match &signature.output {
            ReturnType::Default => found.push(Error::new_spanned(&signature.ident, message)),
            ReturnType::Type(_, ty) if self.is_known(&signature::named(ty)) => {
                found.push(Error::new_spanned(ty, message));
            }
            ReturnType::Type(..) => {}
        }
    }

    /// Whether a type surely is not the wanted one.
    fn differs(&self, named: &Named<'_>, stream: Option<&str>, message: &str) -> bool {
        let same = named.message.as_deref() == Some(message);
        match (named.stream.as_deref(), stream) {
            (found, wanted) if found == wanted => !same && self.is_known(named),
            (Some(_), _) => true,
            (None, _) => self.is_known(named),
        }
    }

    /// Whether a type is surely no alias: a message of the contract, a type of
    /// the standard library, or no path at all.
    fn is_known(&self, named: &Named<'_>) -> bool {
        named.message.as_deref().is_none_or(|name| {
            let message = |it: &Message| it.rust_path.last().is_some_and(|last| last == name);
            name == "()" || FOREIGN.contains(&name) || self.contract.messages.iter().any(message)
        })
    }

    fn wanted_request(&self) -> String {
        wrapped("Inbound", self.method.shape.client_streams(), &self.request)
    }

    fn wanted_reply(&self) -> String {
        wrapped("Outbound", self.method.shape.server_streams(), &self.reply)
    }
}

/// Whether a method returns its future by name, as an `async fn` does unsaid.
fn is_desugared(signature: &Signature) -> bool {
    matches!(&signature.output, ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)))
}

fn wrapped(stream: &str, streams: bool, message: &str) -> String {
    if streams { format!("{stream}<{message}>") } else { message.to_owned() }
}

/// The last name of a message's Rust path.
fn short(contract: &Contract, reference: &TypeRef) -> String {
    let tokens = emit::rust_type(contract, reference);
    let ty = syn::parse2::<Type>(tokens.clone()).ok();
    let name = ty.and_then(|ty| signature::named(&ty).message);
    name.unwrap_or_else(|| tokens.to_token_stream().to_string())
}
