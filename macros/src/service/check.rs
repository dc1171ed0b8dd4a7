//! Compares a user's method with its rpc. What an alias may hide is left to
//! the compiler; everything else is said in the words of the contract.

use agentgen_codegen::contract::{Contract, MessageId, Method, TypeRef};
use agentgen_codegen::emit;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Error, ReturnType, Signature, Type};

use super::signature::{self, Message, Named};
use crate::source::Source;

/// Names that are surely no alias of a message: types of the language and of the
/// standard library.
const FOREIGN: [&str; 38] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize", "Arc", "BTreeMap", "BTreeSet", "Box", "Cell", "Cow", "HashMap",
    "HashSet", "Mutex", "Option", "OsString", "PathBuf", "Pin", "Rc", "RefCell", "Result",
    "RwLock", "String", "Vec", "VecDeque", "Weak",
];

/// An rpc with the names that a signature is compared to.
pub(super) struct Rpc<'a> {
    method: &'a Method,
    request: Wanted,
    reply: Wanted,
    contract: &'a Contract,
    /// Where and how the contract declares it.
    declared: String,
}

impl<'a> Rpc<'a> {
    pub(super) fn new(source: &'a Source, method: &'a Method) -> Self {
        let contract = source.contract();
        let package = package(method);
        let wanted = |reference| Wanted::new(contract, package, reference);
        let (request, reply) = (wanted(&method.input), wanted(&method.output));
        let said = |reference| said(contract, package, reference);
        let (input, output) = (said(&method.input), said(&method.output));
        let shape = method.shape;
        let declared = format!(
            "declared at {}:\n{}  rpc {}({}{input}) returns ({}{output})",
            source.files.place(&method.location),
            comment(&method.docs),
            method.name,
            if shape.client_streams() { "stream " } else { "" },
            if shape.server_streams() { "stream " } else { "" },
        );
        Self { method, request, reply, contract, declared }
    }

    /// The head of the method that is missing.
    pub(super) fn missing(&self) -> String {
        let (request, reply) = (self.wanted_request(), self.wanted_reply());
        let Method { full_name, rust, .. } = self.method;
        let (context, result) = (self.ours("Context"), self.ours("Result"));
        self.with_place(&format!(
            "missing rpc {full_name}: add `async fn {rust}(&self, cx: &{context}, request: \
             {request}) -> {result}<{reply}>`, or `unimplemented({rust})` to the attribute"
        ))
    }

    /// That there is no method for the rest of the cases.
    pub(super) fn missing_where(&self, condition: &TokenStream) -> String {
        let Method { full_name, rust, .. } = self.method;
        self.with_place(&format!(
            "missing rpc {full_name} where `cfg({condition})` holds: add a method for that case, or \
             `unimplemented({rust})` to the attribute"
        ))
    }

    /// A type of the runtime, as it is named beside the contract's.
    fn ours(&self, name: &str) -> String {
        let taken = is_message(self.contract, name);
        if taken { format!("agentgen::{name}") } else { name.to_owned() }
    }

    /// A message, and what the contract says.
    pub(super) fn with_place(&self, message: &str) -> String {
        format!("{message}\n\n{}", self.declared)
    }

    /// Everything that is wrong with a method of this rpc.
    pub(super) fn check(&self, signature: &Signature) -> Vec<Error> {
        let mut found = Found { rpc: self, errors: Vec::new() };
        self.check_head(signature, &mut found);
        self.check_arguments(signature, &mut found);
        self.check_reply(signature, &mut found);
        found.errors
    }

    fn check_head(&self, signature: &Signature, found: &mut Found<'_>) {
        let name = &self.method.name;
        if signature.asyncness.is_none() && !is_desugared(signature) {
            let boxed = if is_boxed(signature) {
                ", which the trait takes as it is: leave boxed futures and `#[async_trait]` out"
            } else {
                ""
            };
            found.push(signature.fn_token, &format!("rpc {name} must be an `async fn`{boxed}"));
        }
        let generics = &signature.generics;
        if generics.type_params().next().is_some() || generics.const_params().next().is_some() {
            let message =
                format!("rpc {name} takes no generic parameters: its types are the contract's");
            found.push(generics, &message);
        } else if !is_boxed(signature) && signature::shares_lifetimes(signature) {
            let message = format!(
                "rpc {name} has no lifetimes of its own: write `&self, cx: &{}`",
                self.ours("Context")
            );
            found.push(generics, &message);
        }
    }

    fn check_arguments(&self, signature: &Signature, found: &mut Found<'_>) {
        let name = &self.method.name;
        let arguments = signature::arguments(signature);
        let request = self.wanted_request();
        let (Some(receiver), [context, message]) = (signature.receiver(), arguments.as_slice())
        else {
            let context = self.ours("Context");
            let message = format!("rpc {name} takes `&self, cx: &{context}, request: {request}`");
            if signature.inputs.is_empty() {
                found.push(&signature.ident, &message);
            } else {
                found.push(&signature.inputs, &message);
            }
            return;
        };
        if !signature::is_ref_self(receiver) {
            let message = format!(
                "rpc {name} takes `&self`: one agent answers many calls at once, so that what \
                 changes is behind a lock or a channel"
            );
            found.push(receiver, &message);
        }
        if !self.is_context(context) {
            let wanted = self.ours("Context");
            found.push(context, &format!("the context of rpc {name} is `&{wanted}`"));
        }
        let named = signature::named(message);
        let wanted = self.method.shape.client_streams().then_some("Inbound");
        if self.differs(&named, wanted, &self.request.name) {
            found.push(named.ty, &format!("rpc {name} takes `{request}`"));
        }
    }

    /// Whether a type may be that of the context.
    fn is_context(&self, ty: &Type) -> bool {
        signature::referenced(ty).is_some_and(|ty| {
            let named = signature::named(ty);
            // A message may be called so as well: the path does not tell.
            named.stream.is_none()
                && (named.message.name().is_some_and(|name| name == "Context")
                    || !self.is_known(&named))
        })
    }

    fn check_reply(&self, signature: &Signature, found: &mut Found<'_>) {
        // Without a type, the future's own says what it yields.
        let output = signature::output(signature);
        if is_boxed(signature) || output.is_none() && is_desugared(signature) {
            return;
        }
        let name = &self.method.name;
        let reply = self.wanted_reply();
        if let Some((ok, _)) = signature::result(signature) {
            let named = signature::named(ok);
            let streams = self.method.shape.server_streams();
            if self.differs(&named, streams.then_some("Outbound"), &self.reply.name) {
                let how = if streams { "answers with a stream" } else { "answers once" };
                found.push(named.ty, &format!("rpc {name} {how}: return `{reply}`"));
            }
            return;
        }
        let message = format!("rpc {name} can fail: return `Result<{reply}, …>`");
        match output {
            None => found.push(&signature.ident, &message),
            Some(ty) if self.is_known(&signature::named(ty)) => found.push(ty, &message),
            Some(_) => {}
        }
    }

    /// Whether a type surely is not the wanted one.
    fn differs(&self, named: &Named<'_>, stream: Option<&str>, message: &str) -> bool {
        let same = named.message.name().is_some_and(|name| name == message);
        match (named.stream.as_deref(), stream) {
            (found, wanted) if found == wanted => !same && self.is_known(named),
            (Some(_), _) => true,
            (None, _) => self.is_known(named),
        }
    }

    fn is_known(&self, named: &Named<'_>) -> bool {
        is_known(Some(self.contract), named.message)
    }

    fn wanted_request(&self) -> String {
        wrapped("Inbound", self.method.shape.client_streams(), &self.request.shown)
    }

    fn wanted_reply(&self) -> String {
        wrapped("Outbound", self.method.shape.server_streams(), &self.reply.shown)
    }
}

/// Whether a type may be an alias of a `Result`.
pub(super) fn may_be_result(contract: Option<&Contract>, ty: &Type) -> bool {
    let named = signature::named(ty);
    let Message::Path(path) = named.message else { return false };
    let called = path.segments.last().is_some_and(|last| {
        !last.arguments.is_none() || last.ident.to_string().ends_with("Result")
    });
    called && named.stream.is_none() && !is_known(contract, named.message)
}

/// Whether a type is surely no alias: a message of the contract, a type of the
/// standard library, or no path at all.
fn is_known(contract: Option<&Contract>, message: Message<'_>) -> bool {
    match message {
        Message::Unit | Message::None => true,
        Message::Any => false,
        Message::Path(_) => message.name().is_some_and(|name| {
            FOREIGN.contains(&name.as_str()) || contract.is_some_and(|it| is_message(it, &name))
        }),
    }
}

/// Whether a message of the contract is called so.
fn is_message(contract: &Contract, name: &str) -> bool {
    let last = |path: &[String]| path.last().is_some_and(|last| last == name);
    contract.messages.iter().any(|message| last(&message.rust_path))
}

/// The mistakes of one method, each with what the contract says.
struct Found<'a> {
    rpc: &'a Rpc<'a>,
    errors: Vec<Error>,
}

impl Found<'_> {
    fn push(&mut self, at: impl ToTokens, message: &str) {
        self.errors.push(Error::new_spanned(at, self.rpc.with_place(message)));
    }
}

/// The first paragraph of a comment, as the contract has it.
fn comment(docs: &str) -> String {
    let lines = docs.lines().map(str::trim).take_while(|line| !line.is_empty());
    lines.flat_map(|line| ["  // ", line, "\n"]).collect()
}

/// Whether a method returns its future by name, as an `async fn` does unsaid.
fn is_desugared(signature: &Signature) -> bool {
    matches!(&signature.output, ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)))
}

/// Whether a method returns a boxed future, as `#[async_trait]` makes them.
fn is_boxed(signature: &Signature) -> bool {
    signature::output(signature).is_some_and(|ty| signature::is_generic(ty, "Pin"))
}

fn wrapped(stream: &str, streams: bool, message: &str) -> String {
    if streams { format!("{stream}<{message}>") } else { message.to_owned() }
}

/// The type of a request or a reply.
struct Wanted {
    /// The last name of its path, which a signature is compared to.
    name: String,
    /// The type, as a user writes it.
    shown: String,
}

impl Wanted {
    fn new(contract: &Contract, package: &str, reference: &TypeRef) -> Self {
        let tokens = emit::rust_type(contract, reference);
        let text = tokens.to_string().replace(' ', "");
        let ty = syn::parse2::<Type>(tokens).ok();
        let name = ty.and_then(|ty| signature::named(&ty).message.name());
        let name = name.unwrap_or_else(|| text.clone());
        let shown = match reference {
            TypeRef::Message(id) => path(contract, package, *id),
            TypeRef::WellKnown(_) => in_scope(text.trim_start_matches("::")).to_owned(),
        };
        Self { name, shown }
    }
}

/// A path without the modules of what is in every scope.
fn in_scope(path: &str) -> &str {
    let inside = path.strip_prefix("std::").and_then(|path| path.split_once("::"));
    inside.map_or(path, |(_, name)| name)
}

/// The package of an rpc.
fn package(method: &Method) -> &str {
    method.full_name.rsplitn(3, '.').nth(2).unwrap_or_default()
}

/// A message as it is named beside the service: by its modules where it is in another
/// package.
fn path(contract: &Contract, package: &str, id: MessageId) -> String {
    let message = contract.message(id);
    let of = &contract.packages[message.package];
    let modules = of.modules.iter().filter(|_| of.name != package);
    let path: Vec<_> = modules.chain(&message.rust_path).map(String::as_str).collect();
    path.join("::")
}

/// A type as the contract names it: in full where it is not of the same package.
fn said<'c>(contract: &'c Contract, package: &str, reference: &'c TypeRef) -> &'c str {
    let name = contract.type_name(reference);
    let inside = name.strip_prefix(package).and_then(|name| name.strip_prefix('.'));
    if package.is_empty() { name } else { inside.unwrap_or(name) }
}
