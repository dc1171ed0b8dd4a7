//! What served documents have in common: they hold what the emitters of
//! documents write, of one service and in one line.

use proc_macro2::Literal;
use quote::quote;
use serde_json::Value;

use crate::contract::Service;
use crate::emit::rust::module::Module;

/// Adds the static; a service about which there is no document has an empty one.
pub(super) fn add(module: &mut Module, kind: &str, service: &Service, document: Option<&Value>) {
    module.describe(format!("The {kind} document of `{}`.", service.full_name));
    let document = raw(&document.map(Value::to_string).unwrap_or_default());
    module.add(quote! { pub(super) static DOCUMENT: &str = #document; });
}

/// The text as a raw string, without escapes. It is one line, as it is served;
/// the emitters of documents write what people read.
pub(super) fn raw(text: &str) -> Literal {
    if !text.contains(['"', '\\']) {
        return Literal::string(text);
    }
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let literal = format!("r{hashes}\"{text}\"{hashes}");
    literal.parse().unwrap_or_else(|_| Literal::string(text))
}
